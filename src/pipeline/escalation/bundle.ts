import { AWAITED, type Case, priorityOf } from "../../engine/case/case.ts";
import { PERSONAL_WAYS } from "../../engine/escalation/escalation-policy.ts";
import { nextSlot, summaryGapMs } from "../../engine/escalation/inbox.ts";
import { ok } from "../../engine/result.ts";
import { quietUntil } from "../../engine/rota/quiet.ts";
import type { Job } from "../../ports/jobs.ts";
import { type Attempt, type CaseView, CHANNEL } from "../../ports/store.ts";
import type { PipelineDeps } from "../deps.ts";
import { bundleJob, CHANNEL_WAYS, newAttempt } from "./attempts.ts";
import { type CommunityContext, contextOf, readerOf, type ReaderSettings } from "./context.ts";
import { bundleNotice } from "./notices.ts";
import { wantsPages } from "./take-step.ts";
import { settledAs, toldWhom, tryWays } from "./ways.ts";

/** Attempts that one summary takes up; what is beyond comes in the next. */
const MOST_IN_BUNDLE = 2000;

/** What waits for one person, with the cases that it is about. */
interface Waiting {
  readonly communityId: string;
  readonly personId: string;
  readonly context: CommunityContext;
  readonly reader: ReaderSettings;
  /** Attempts about cases that still want them; never empty. */
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
  const personId = String(job.payload["person"]);
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
  if (summary) await finishBundle(deps, waiting, summary);
}

/** The clock was set back since the timer was written. */
async function writeAgain(
  deps: PipelineDeps,
  communityId: string,
  personId: string,
  dueAt: number,
  at: number,
): Promise<void> {
  const [first] = await deps.store.attempts({
    communityId,
    personId,
    outcomes: ["bundled"],
    limit: 1,
  });
  if (!first) return;
  const again = bundleJob(deps, communityId, personId, dueAt, at, `-${deps.ids.next()}`);
  await rewrite(deps, [first], [again]);
}

/** Writes jobs beside attempts that stay as they are. */
export async function rewrite(
  deps: PipelineDeps,
  attempts: readonly [Attempt, ...Attempt[]],
  jobs: readonly Job[],
): Promise<void> {
  const { communityId } = attempts[0];
  await deps.store.settleAttempts({ communityId, attempts, events: [], jobs, added: [] });
  deps.jobsWritten();
}

/** Goes on with a summary that a killed or refused try has begun. */
export async function continueBundle(deps: PipelineDeps, summary: Attempt): Promise<void> {
  const { communityId, personId, id } = summary;
  const at = deps.clock.now();
  const all = await bundledBy(deps, communityId, personId);
  const own = all.filter((each) => each.bundle === id);
  const waiting =
    own.length > 0
      ? await knowCases(deps, communityId, personId, own)
      : await readWaiting(deps, communityId, personId, at);
  if (waiting) return finishBundle(deps, waiting, summary);
  await deps.store.settleAttempts({
    communityId,
    attempts: [settledAs(summary, "dropped", at)],
    events: [],
    jobs: [],
    added: [],
  });
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
  const bundled = (await bundledBy(deps, communityId, personId)).filter(
    (each) => each.bundle === null,
  );
  if (!bundled.some(({ dueAt }) => dueAt <= at)) return null;
  const known = await knowCases(deps, communityId, personId, bundled);
  const gap = known ? summaryGapMs(known.reader.cap) : 0;
  const soon = bundled.filter(({ dueAt }) => dueAt <= at + gap);
  const cases = known?.cases ?? new Map<string, CaseView>();
  const places = soon.filter(({ caseId }) => caseId === null);
  const [first, ...others] = soon.filter((each) => isWanted(each, cases));
  const rest = others.concat(first ? [first, ...places] : []);
  const unwanted = soon.filter((each) => !rest.includes(each));
  if (unwanted.length > 0) {
    const attempts = unwanted.map((each) => settledAs(each, "dropped", at));
    await deps.store.settleAttempts({ communityId, attempts, events: [], jobs: [], added: [] });
  }
  return known && first ? { ...known, children: [first, ...others], places } : null;
}

function bundledBy(deps: PipelineDeps, communityId: string, personId: string) {
  return deps.store.attempts({
    communityId,
    personId,
    outcomes: ["bundled"],
    limit: MOST_IN_BUNDLE,
  });
}

function isWanted({ kind, personId, caseId }: Attempt, cases: Waiting["cases"]): boolean {
  const item = cases.get(caseId ?? "");
  if (!item) return false;
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

/** Reads the cases of attempts, and who is told; null when none of the cases is kept any more. */
async function knowCases(
  deps: PipelineDeps,
  communityId: string,
  personId: string,
  attempts: readonly Attempt[],
): Promise<Waiting | null> {
  const ids = new Set(attempts.flatMap(({ caseId }) => (caseId === null ? [] : [caseId])));
  const cases = await readCases(deps, communityId, ids);
  const [view] = cases.values();
  const [first, ...others] = attempts.filter(({ caseId }) => caseId !== null);
  if (!view || !first) return null;
  const context = await contextOf(deps, view);
  const reader = readerOf(context, personId);
  const places = attempts.filter(({ caseId }) => caseId === null);
  return { communityId, personId, context, reader, children: [first, ...others], places, cases };
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
  const [first, ...others] = children;
  const job = bundleJob(deps, communityId, personId, until, at);
  await rewrite(
    deps,
    [{ ...first, dueAt: until }, ...others.map((each) => ({ ...each, dueAt: until }))],
    [job],
  );
  return true;
}

/** Writes the summary under the community's lock; or, where the cap has no place now, keeps a place and gives null. */
async function beginBundle(
  deps: PipelineDeps,
  waiting: Waiting,
  at: number,
): Promise<Attempt | null> {
  const { communityId, personId, reader, children } = waiting;
  const ids = children.map(({ id }) => id).toSorted();
  const id = `s-${deps.digests.hash(["summary", communityId, personId, ...ids]).slice(0, 32)}`;
  const summary: Attempt = { ...newAttempt(id, communityId, personId, at), ways: waysOf(waiting) };
  let begun: Attempt | null = null;
  const options = { at, people: [personId] };
  await deps.store.changeCase(String(children[0].caseId), options, (current, known) => {
    const inbox = known.inboxes.get(personId) ?? { sent: [], summaryAt: null };
    const slot = nextSlot(inbox, reader.cap, at);
    begun = slot > at ? null : summary;
    if (begun) return ok({ case: current, events: [], jobs: [], attempts: [summary] });
    const placeId = `k-${deps.digests.hash(["place", communityId, personId, slot]).slice(0, 32)}`;
    const place: Attempt = {
      ...newAttempt(placeId, communityId, personId, at),
      outcome: "bundled",
      waitsFor: "cap",
      dueAt: slot,
    };
    const job = bundleJob(deps, communityId, personId, slot, at);
    return ok({ case: current, events: [], jobs: [job], attempts: [place] });
  });
  deps.jobsWritten();
  return begun;
}

function waysOf({ personId, children }: Waiting): readonly string[] {
  if (personId === CHANNEL) return CHANNEL_WAYS;
  const asked = new Set(children.flatMap(({ ways }) => ways));
  return PERSONAL_WAYS.filter((way) => asked.has(way));
}

/** Puts the children into the summary, delivers it, and settles all of them together. */
async function finishBundle(deps: PipelineDeps, waiting: Waiting, summary: Attempt): Promise<void> {
  const { communityId, context, reader, places, cases } = waiting;
  const [first, ...others] = waiting.children.map((each) => ({ ...each, bundle: summary.id }));
  if (!first) return;
  const children = [first, ...others] as const;
  if (waiting.children.some((each) => each.bundle !== summary.id)) {
    await rewrite(deps, children, []);
  }
  const told = gravestFirst(children, cases);
  const notice = bundleNotice(summary, told, reader, deps.clock.now());
  const tried = await tryWays(deps, context, summary, notice);
  if (tried.outcome === "again") throw new Error("somebody could not be told yet");
  const at = deps.clock.now();
  const { outcome } = tried;
  const payload = {
    kind: "bundle",
    case: null,
    cases: told.length,
    ...toldWhom(deps, context.platform.name, [tried]),
  };
  await deps.store.settleAttempts({
    communityId,
    attempts: [
      settledAs(summary, outcome, at, tried),
      ...children.map((each) => settledAs(each, outcome, at, tried)),
      ...places.map((each) => settledAs(each, "dropped", at)),
    ],
    events: [{ type: "people.told", at, person: null, payload }],
    jobs: [],
    added: [],
  });
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
