import { AWAITED, type Case } from "../../engine/case/case.ts";
import type { Job } from "../../ports/jobs.ts";
import { type Attempt, CHANNEL } from "../../ports/attempts.ts";
import type { CaseView } from "../../ports/store.ts";
import { caseEvent } from "../case-change.ts";
import type { PipelineDeps } from "../deps.ts";
import { deliverJob } from "./attempts.ts";
import { continueBundle } from "./bundle.ts";
import { type CommunityContext, contextOf, readerOf } from "./context.ts";
import { caseNotice, isTeamAttempt } from "./notices.ts";
import { stepsFor } from "./plan-climb.ts";
import { rightsWords, type Said } from "../rights/tell.ts";
import { hurry, wantsPages } from "./take-step.ts";
import { isOfOnePerson, namesOf, personOfAttempt, unreachedAttempts } from "./unreached.ts";
import { settledAs, toldWhom, type Tried, tryWays } from "./ways.ts";

/** Attempts of one community, or of one case, that are looked through for one of them. */
const MOST_ATTEMPTS = 10_000;

/** Job `deliver`: delivers one attempt that is still pending. Safe to deliver again. Throws when it must be tried again. */
export async function deliver(deps: PipelineDeps, job: Job): Promise<void> {
  const communityId = String(job.payload["community"]);
  const { case: caseId } = job.payload;
  const pending = await deps.store.attempts({
    communityId,
    ...(caseId !== undefined && { caseId: String(caseId) }),
    outcomes: ["pending"],
    limit: MOST_ATTEMPTS,
  });
  const attempt = pending.find(({ id }) => id === job.payload["attempt"]);
  if (!attempt) return;
  if (attempt.caseId === null) return continueBundle(deps, attempt);
  const view = await deps.store.findCase(attempt.caseId);
  if (!view) return;
  const context = await contextOf(deps, view);
  // In shadow mode nobody is woken; an answer that a moderator wrote to somebody is sent all the same.
  if (context.policy.mode === "shadow" && attempt.kind !== "note") return;
  const attempts = isOfStep(attempt)
    ? await attemptsOfStep(deps, view, attempt.round, attempt.step)
    : [attempt];
  await deliverAttempts(deps, context, view, attempts);
}

/** Every attempt that one step of a case made, whatever became of it. */
export async function attemptsOfStep(
  deps: PipelineDeps,
  { id, communityId }: CaseView,
  round: number,
  step: number,
): Promise<readonly Attempt[]> {
  const filter = { communityId, caseId: id, limit: MOST_ATTEMPTS };
  const attempts = await deps.store.attempts(filter);
  return attempts.filter((each) => isOfStep(each) && each.round === round && each.step === step);
}

function isOfStep({ kind }: Attempt): boolean {
  return kind === "page" || kind === "waiting" || kind === "unreached";
}

/**
 * Delivers what is pending among `attempts`, which are those of one step, or one of another kind, and
 * settles it together. Where somebody of a step could not be reached, the channel hears of it; where nobody
 * could, the next rung is due. What the case no longer wants is dropped. Throws when somebody must be tried again.
 */
export async function deliverAttempts(
  deps: PipelineDeps,
  context: CommunityContext,
  view: CaseView,
  attempts: readonly Attempt[],
): Promise<void> {
  const pending = attempts.filter(({ outcome }) => outcome === "pending");
  if (pending.length === 0) return;
  const said = await rightsWords(deps, context, view, pending);
  const wanted = pending.filter((attempt) =>
    isTeamAttempt(attempt) ? isWanted(attempt, view) : said.has(attempt.id),
  );
  const unwanted = pending.filter((attempt) => !wanted.includes(attempt));
  const told = [
    ...(await tell(deps, context, view, attempts, wanted)),
    ...(await tellMembers(deps, context, view, wanted, said)),
  ];
  const next = await callNext(deps, context, view, attempts, told);
  const tried = [...told, ...next];
  const at = deps.clock.now();
  // Where the channel hears that nobody was reached, it hears the names with it.
  const lost = next.length > 0 ? [] : await unreachedAttempts(deps, context, view, told, at);
  await settle(deps, view, tried, unwanted, lost);
  if (tried.some(({ outcome }) => outcome === "again")) {
    throw new Error("somebody could not be told yet");
  }
}

/**
 * A page is wanted until the case is acknowledged or decided, a reminder until it is decided; a note, and that
 * somebody cannot be reached, always.
 */
function isWanted(attempt: Attempt, item: Case): boolean {
  const { kind, personId } = attempt;
  if (kind === "note" || isOfOnePerson(attempt)) return true;
  if (kind !== "reminder") return wantsPages(item);
  return AWAITED.includes(item.state) && item.ladder.acknowledged?.by === personId;
}

/** Tells members what they are owed about a case. */
function tellMembers(
  deps: PipelineDeps,
  context: CommunityContext,
  { communityId, number: caseNumber }: CaseView,
  wanted: readonly Attempt[],
  said: ReadonlyMap<string, Said>,
): Promise<readonly Tried[]> {
  return Promise.all(
    wanted.flatMap((attempt) => {
      const found = said.get(attempt.id);
      if (!found) return [];
      const notice = { id: attempt.id, communityId, caseNumber, ...found.words, buttons: [] };
      return [tryWays(deps, context, attempt, notice, found.under)];
    }),
  );
}

async function tell(
  deps: PipelineDeps,
  context: CommunityContext,
  view: CaseView,
  attempts: readonly Attempt[],
  wanted: readonly Attempt[],
): Promise<readonly Tried[]> {
  const steps = stepsFor(context.policy, view);
  const notes = wanted.some(({ kind }) => kind === "note")
    ? await deps.store.caseNotes(view.id)
    : [];
  const appeals = view.state === "appealed" ? await deps.store.appealsOf(view.id) : [];
  const appeal = appeals.findLast(({ decidedAt }) => decidedAt === null) ?? null;
  return Promise.all(
    wanted.filter(isTeamAttempt).map(async (attempt) => {
      const note = notes.find(({ id }) => id === attempt.id) ?? null;
      const isWholeRung = !isOfOnePerson(attempt);
      const unreached = await unreachedOf(deps, context, attempt, attempts);
      const words = { steps, unreached, isWholeRung, note, appeal };
      const reader = readerOf(context, attempt.personId);
      return tryWays(deps, context, attempt, caseNotice(deps, attempt, view, reader, words));
    }),
  );
}

/** Names of the people whom an attempt of kind `unreached` tells of; nobody for the others. */
async function unreachedOf(
  deps: PipelineDeps,
  context: CommunityContext,
  attempt: Attempt,
  step: readonly Attempt[],
): Promise<readonly string[]> {
  if (attempt.kind !== "unreached") return [];
  if (isOfOnePerson(attempt)) {
    const personId = await personOfAttempt(deps, attempt, step);
    return personId === null ? [] : namesOf(context, [personId]);
  }
  const lost = step.filter(({ kind, outcome }) => kind === "page" && outcome === "unreachable");
  return namesOf(context, [...new Set(lost.map(({ personId }) => personId))]);
}

/**
 * Where nobody of the step was or will be reached, brings the next rung forward and tells the channel.
 * This is written before the outcomes, so that a crash between the two repeats it.
 */
async function callNext(
  deps: PipelineDeps,
  context: CommunityContext,
  view: CaseView,
  attempts: readonly Attempt[],
  told: readonly Tried[],
): Promise<readonly Tried[]> {
  const pages = attempts.filter(({ kind, personId }) => kind === "page" && personId !== CHANNEL);
  const outcomes = pages.map(
    (page) => told.find(({ attempt }) => attempt.id === page.id)?.outcome ?? page.outcome,
  );
  const [first] = pages;
  const tried = told.some(({ attempt }) => pages.includes(attempt));
  if (!first || !tried || outcomes.some((outcome) => outcome !== "unreachable")) return [];
  const at = deps.clock.now();
  const steps = stepsFor(context.policy, view);
  const situation = { context, steps, at, fresh: deps.ids.next() };
  let written: readonly Attempt[] = [];
  const hurried = await deps.store.changeCase(view, { at, people: [CHANNEL] }, (current, known) => {
    const change = hurry(deps, situation, first, current, known);
    written = (change.ok && change.value.attempts) || [];
    return change;
  });
  if (!hurried.ok) return [];
  deps.jobsWritten();
  const now = pages.map((page): Attempt => ({ ...page, outcome: "unreachable" }));
  const announced = written.filter(({ outcome }) => outcome === "pending");
  return tell(deps, context, view, now, announced);
}

/** Writes what became of them, and that it did, in one transaction. */
async function settle(
  deps: PipelineDeps,
  view: CaseView,
  tried: readonly Tried[],
  unwanted: readonly Attempt[],
  added: readonly Attempt[],
): Promise<void> {
  const at = deps.clock.now();
  const done = tried.flatMap(({ attempt, outcome, ...how }) =>
    outcome === "again" ? [] : [settledAs(attempt, outcome, at, how)],
  );
  const dropped = unwanted.map((attempt) => settledAs(attempt, "dropped", at));
  if (done.length + dropped.length === 0) return;
  await deps.store.settleAttempts({
    communityId: view.communityId,
    attempts: [...done, ...dropped],
    events: done.length > 0 ? [toldEvent(deps, view, tried, at)] : [],
    jobs: added.map((each) => deliverJob(each)),
    added,
  });
  if (added.length > 0) deps.jobsWritten();
}

function toldEvent(deps: PipelineDeps, view: CaseView, tried: readonly Tried[], at: number) {
  const [first] = tried;
  const payload = {
    kind: first?.attempt.kind ?? "page",
    round: first?.attempt.round ?? 0,
    step: first?.attempt.step ?? 0,
    ...toldWhom(deps, view.platform, tried),
    sinceOpenedMs: at - view.openedAt,
  };
  return caseEvent(deps, view, { type: "people.told", by: null, at, payload });
}
