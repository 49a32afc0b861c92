import { AWAITED, type Case, priorityOf } from "../../engine/case/case.ts";
import { PERSONAL_WAYS } from "../../engine/escalation/escalation-policy.ts";
import { nextSlot, summaryGapMs } from "../../engine/escalation/inbox.ts";
import { quietUntil } from "../../engine/rota/quiet.ts";
import type { Job } from "../../ports/jobs.ts";
import type { Notice } from "../../ports/notifier.ts";
import { type Attempt, CHANNEL, type SettledAttempts } from "../../ports/attempts.ts";
import type { CaseView } from "../../ports/store.ts";
import { personalId, type PipelineDeps } from "../deps.ts";
import { bundleJob, CHANNEL_WAYS, deliverJob, newAttempt, waiterOf } from "./attempts.ts";
import { claim, claimed, lookAgainLater } from "./claims.ts";
import { type CommunityContext, contextOf, readerOf, type ReaderSettings } from "./context.ts";
import { dutyWords } from "./duty.ts";
import { bundleNotice, noteLine } from "./notices.ts";
import { wantsPages } from "./take-step.ts";
import { afterSilentSummary } from "./unreached.ts";
import { settledAs, toldWhom, tryWays } from "./ways.ts";

/** Attempts that one summary takes up; what is beyond comes in the next. */
const MOST_IN_BUNDLE = 2000;

/** What waits for one person, with the cases that it is about. */
interface Waiting {
  readonly communityId: string;
  readonly personId: string;
  readonly context: CommunityContext;
  readonly reader: ReaderSettings;
  /** Attempts that are still wanted, about cases and about duties; never empty. */
  readonly children: readonly [Attempt, ...Attempt[]];
  /** Places that earlier tries kept for this summary. */
  readonly places: readonly Attempt[];
  readonly cases: ReadonlyMap<string, CaseView>;
}

/**
 * Job `bundle`: tells one person, or the channel, in one message of everything that waits for them by
 * now. Waits on where the cap or quiet hours say so. Safe to deliver again. Throws when the person
 * must be tried again.
 */
export async function bundle(deps: PipelineDeps, job: Job): Promise<void> {
  const communityId = String(job.payload["community"]);
  const people = await deps.store.waitingPeople(communityId);
  const who = String(job.payload["who"]);
  const personId = people.find((id) => waiterOf(deps, communityId, id) === who);
  if (personId === undefined) return; // Told by another summary, or erased.
  const dueAt = Number(job.payload["dueAt"]);
  const at = deps.clock.now();
  if (at < dueAt) return writeAgain(deps, communityId, personId, dueAt, at);
  const pending = await deps.store.attempts({
    communityId,
    personId,
    outcomes: ["pending"],
    limit: MOST_IN_BUNDLE,
  });
  const begun = pending.find(({ kind }) => kind === "bundle");
  if (begun) return continueBundle(deps, begun);
  const waiting = await readWaiting(deps, communityId, personId, at);
  if (!waiting || (await waitForMorning(deps, waiting, at))) return;
  const summary = await beginBundle(deps, waiting, at);
  if (!summary) return;
  // Another summary may have taken up some of it, or all, since it was read.
  const own = withOwn(waiting, await childrenOf(deps, summary));
  return own ? finishBundle(deps, own, summary) : dropBundle(deps, summary);
}

/** The clock was set back since the timer was written. */
async function writeAgain(
  deps: PipelineDeps,
  communityId: string,
  personId: string,
  dueAt: number,
  at: number,
): Promise<void> {
  const again = bundleJob(deps, communityId, personId, dueAt, at, `-${deps.ids.next()}`);
  await writeJobs(deps, communityId, [again]);
}

/** Writes jobs about attempts, which stay as they are. */
export async function writeJobs(
  deps: PipelineDeps,
  communityId: string,
  jobs: readonly Job[],
): Promise<void> {
  await deps.store.settleAttempts({ communityId, attempts: [], events: [], jobs, added: [] });
  deps.jobsWritten();
}

/**
 * Goes on with a summary that a killed or refused try has begun; while another try sends it, looks again when
 * that one's time is over. Throws when the person must be tried again.
 */
export async function continueBundle(deps: PipelineDeps, begun: Attempt): Promise<void> {
  const { communityId, personId } = begun;
  const [summary] = await claim(deps, communityId, [begun]);
  if (!summary) return lookAgainLater(deps, communityId, [begun]);
  const own = await childrenOf(deps, summary);
  const waiting = await knowCases(deps, communityId, personId, own);
  return waiting ? finishBundle(deps, waiting, summary) : dropBundle(deps, summary);
}

/** What a summary has taken up, and still has to tell. */
function childrenOf(
  deps: PipelineDeps,
  { communityId, personId, id }: Attempt,
): Promise<readonly Attempt[]> {
  return deps.store.attempts({
    communityId,
    personId,
    outcomes: ["bundled"],
    bundle: id,
    limit: MOST_IN_BUNDLE,
  });
}

function withOwn(waiting: Waiting, own: readonly Attempt[]): Waiting | null {
  const [first, ...others] = own.filter((each) => !isPlace(each));
  return first ? { ...waiting, children: [first, ...others], places: own.filter(isPlace) } : null;
}

/** Whether an attempt tells nothing, and only keeps a place for a summary. */
function isPlace({ kind, caseId }: Attempt): boolean {
  return kind === "bundle" && caseId === null;
}

/** A summary of nothing. */
async function dropBundle(deps: PipelineDeps, summary: Attempt): Promise<void> {
  const attempts = [settledAs(summary, "dropped", deps.clock.now())];
  await settleBundle(deps, summary, { attempts });
}

/**
 * What is due for somebody by `at`, with what would be due before another summary could follow; null
 * when nothing is. What is decided or acknowledged already is dropped.
 */
async function readWaiting(
  deps: PipelineDeps,
  communityId: string,
  personId: string,
  at: number,
): Promise<Waiting | null> {
  const bundled = await dueFor(deps, communityId, personId, at);
  if (bundled.length === 0) return null;
  const known = await knowCases(deps, communityId, personId, bundled);
  const gap = known ? summaryGapMs(known.reader.cap) : 0;
  const soon = bundled.filter(({ dueAt }) => dueAt <= at + gap);
  const cases = known?.cases ?? new Map<string, CaseView>();
  const places = soon.filter(isPlace);
  const [first, ...others] = soon.filter((each) => isWanted(each, cases));
  const rest = others.concat(first ? [first, ...places] : []);
  const unwanted = soon.filter((each) => !rest.includes(each));
  if (unwanted.length > 0) {
    const attempts = unwanted.map((each) => settledAs(each, "dropped", at));
    await deps.store.settleAttempts({ communityId, attempts, events: [], jobs: [], added: [] });
  }
  return known && first ? { ...known, children: [first, ...others], places } : null;
}

/** No two summaries are further apart. */
const LONGEST_GAP_MS = 60 * 60_000;

/**
 * What is due for somebody by `at`, and then, as far as there is room for it, what is due in the hour after;
 * nothing when nothing is due. What waits for its digest must not take the room of what is due.
 */
async function dueFor(
  deps: PipelineDeps,
  communityId: string,
  personId: string,
  at: number,
): Promise<readonly Attempt[]> {
  const dueBy = async (time: number) => {
    const filter = { communityId, personId, outcomes: ["bundled"], dueBy: time } as const;
    const found = await deps.store.attempts({ ...filter, limit: MOST_IN_BUNDLE });
    return found.filter(({ bundle: summary }) => summary === null);
  };
  const due = await dueBy(at);
  if (due.length === 0 || due.length >= MOST_IN_BUNDLE) return due;
  const known = new Set(due.map(({ id }) => id));
  const soon = (await dueBy(at + LONGEST_GAP_MS)).filter(({ id }) => !known.has(id));
  return [...due, ...soon].slice(0, MOST_IN_BUNDLE);
}

function isWanted({ kind, personId, caseId }: Attempt, cases: Waiting["cases"]): boolean {
  if (kind === "duty") return true;
  const item = cases.get(caseId ?? "");
  if (!item) return false;
  if (kind === "note") return true;
  if (kind !== "reminder") return wantsPages(item);
  return AWAITED.includes(item.state) && item.ladder.acknowledged?.by === personId;
}

/** Fewer cases are read one by one; many are found among those of the community that wait. */
const FEW_CASES = 10;
const MOST_CASES = 1000;

/** Cases by id; of many, those that are decided may be left out: nobody is told of them. */
async function readCases(
  deps: PipelineDeps,
  communityId: string,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, CaseView>> {
  const cases = new Map<string, CaseView>();
  let isWhole = false;
  if (ids.size > FEW_CASES) {
    const found = await deps.store.listCases({ communityId, states: AWAITED, limit: MOST_CASES });
    isWhole = found.length < MOST_CASES;
    for (const view of found) if (ids.has(view.id)) cases.set(view.id, view);
  }
  const missing = [...ids].filter((id) => !cases.has(id));
  // One decided case is enough to know the platform by.
  for (const id of isWhole ? missing.slice(0, cases.size === 0 ? 1 : 0) : missing) {
    const view = await deps.store.findCase(id);
    if (view) cases.set(id, view);
  }
  return cases;
}

/** Reads the cases of attempts, and who is told; null where there is nothing to tell of any more. */
async function knowCases(
  deps: PipelineDeps,
  communityId: string,
  personId: string,
  attempts: readonly Attempt[],
): Promise<Waiting | null> {
  const ids = new Set(attempts.flatMap(({ caseId }) => (caseId === null ? [] : [caseId])));
  const cases = await readCases(deps, communityId, ids);
  const [view] = cases.values();
  const [first, ...others] = attempts.filter((each) => !isPlace(each));
  const hasDuty = attempts.some(({ kind }) => kind === "duty");
  const place = view ?? (hasDuty ? await placeOf(deps, communityId) : undefined);
  if (!place || !first) return null;
  const context = await contextOf(deps, place);
  const reader = readerOf(context, personId);
  const places = attempts.filter(isPlace);
  return { communityId, personId, context, reader, children: [first, ...others], places, cases };
}

async function placeOf({ store }: PipelineDeps, communityId: string) {
  const place = (await store.communities()).find(({ id }) => id === communityId);
  return place && { communityId, platform: place.platform };
}

/** Quiet hours that began since: unless there is an S1 among it, it all waits for their end. */
async function waitForMorning(
  deps: PipelineDeps,
  { communityId, personId, reader, children, cases, context }: Waiting,
  at: number,
): Promise<boolean> {
  // Shadow mode wakes nobody; what waits may be told when it is over.
  const shadow = context.policy.mode === "shadow";
  const grave = children.some(({ caseId }) => cases.get(caseId ?? "")?.severity === "S1");
  const quiet = grave ? null : quietUntil(reader.quietHours, reader.timeZone, at);
  const until = shadow ? at + summaryGapMs(reader.cap) : quiet;
  if (until === null) return false;
  const job = bundleJob(deps, communityId, personId, until, at);
  await deps.store.settleAttempts({
    communityId,
    attempts: children.map((each) => ({ ...each, dueAt: until })),
    events: [],
    jobs: [job],
    added: [],
  });
  deps.jobsWritten();
  return true;
}

/**
 * Writes the summary and takes up what it tells, under the community's lock; or, where the cap has no place
 * now, keeps a place and gives null.
 */
async function beginBundle(
  deps: PipelineDeps,
  waiting: Waiting,
  at: number,
): Promise<Attempt | null> {
  const { communityId, personId, reader, children, places } = waiting;
  const id = `s-${deps.ids.next()}`;
  const plain: Attempt = { ...newAttempt(id, communityId, personId, at), ways: waysOf(waiting) };
  const takenUp = { bundle: id, ids: [...children, ...places].map((each) => each.id) };
  let begun: Attempt | null = null;
  await deps.store.changeInbox(communityId, personId, at, (inbox) => {
    const slot = nextSlot(inbox, reader.cap, at);
    const summary = claimed(deps, plain, deps.clock.now());
    begun = slot > at ? null : summary;
    if (begun) return { added: [summary], putOff: [], takenUp, jobs: [] };
    const placeId = `k-${personalId(deps, ["place", communityId, personId, slot])}`;
    const place: Attempt = {
      ...newAttempt(placeId, communityId, personId, at),
      outcome: "bundled",
      waitsFor: "cap",
      dueAt: slot,
    };
    const job = bundleJob(deps, communityId, personId, slot, at);
    return { added: [place], putOff: [], takenUp: null, jobs: [job] };
  });
  deps.jobsWritten();
  return begun;
}

function waysOf({ personId, children }: Waiting): readonly string[] {
  if (personId === CHANNEL) return CHANNEL_WAYS;
  const asked = new Set(children.flatMap(({ ways }) => ways));
  return PERSONAL_WAYS.filter((way) => asked.has(way));
}

/** Delivers a summary, and settles it with all that it tells. Where it reached nobody, its cases go on without them. */
async function finishBundle(deps: PipelineDeps, waiting: Waiting, summary: Attempt): Promise<void> {
  const { personId, context, reader, children, places, cases } = waiting;
  const told = gravestFirst(
    children.filter(({ kind }) => kind !== "note"),
    cases,
  );
  const words = await wordsBeside(deps, waiting);
  const notice = bundleNotice(summary, told, reader, deps.clock.now(), words);
  const tried = await tryWays(deps, context, summary, notice);
  const at = deps.clock.now();
  const { outcome } = tried;
  if (outcome === "again") {
    await settleBundle(deps, summary, { attempts: [settledAs(summary, outcome, at, tried)] });
    throw new Error("somebody could not be told yet");
  }
  const isSilent = outcome === "unreachable" && personId !== CHANNEL;
  const added = isSilent ? await afterSilentSummary(deps, context, cases, children) : [];
  const payload = {
    kind: "bundle",
    case: null,
    cases: told.length,
    ...toldWhom(deps, context.platform.name, [tried]),
  };
  await settleBundle(deps, summary, {
    attempts: [
      settledAs(summary, outcome, at, tried),
      ...children.map((each) => settledAs(each, outcome, at, tried)),
      ...places.map((each) => settledAs(each, "dropped", at)),
    ],
    events: [{ type: "people.told", at, person: null, payload }],
    jobs: added.map((each) => deliverJob(each)),
    added,
  });
  if (added.length > 0) deps.jobsWritten();
}

/** What a summary says beside the cases that wait: notes, each in its words, and how duties stand. */
async function wordsBeside(
  deps: PipelineDeps,
  { personId, context, reader, children, cases }: Waiting,
): Promise<Pick<Notice, "lines" | "buttons">> {
  const lines: string[] = [];
  for (const { id, kind, caseId } of children) {
    const item = kind === "note" ? cases.get(caseId ?? "") : undefined;
    if (!item) continue;
    const note = (await deps.store.caseNotes(item.id)).find((each) => each.id === id);
    if (note) lines.push(noteLine(note, item, reader));
  }
  if (!children.some(({ kind }) => kind === "duty")) return { lines, buttons: [] };
  const duties = await dutyWords(deps, context, personId);
  return { lines: [...lines, ...duties.lines], buttons: duties.buttons };
}

async function settleBundle(
  { store }: PipelineDeps,
  { communityId }: Attempt,
  settled: Partial<SettledAttempts> & Pick<SettledAttempts, "attempts">,
): Promise<void> {
  await store.settleAttempts({ communityId, events: [], jobs: [], added: [], ...settled });
}

function gravestFirst(
  children: readonly Attempt[],
  cases: ReadonlyMap<string, CaseView>,
): readonly Case[] {
  const ids = new Set(children.map(({ caseId }) => caseId ?? ""));
  return [...ids]
    .flatMap((id) => cases.get(id) ?? [])
    .toSorted((a, b) => priorityOf(b) - priorityOf(a));
}
