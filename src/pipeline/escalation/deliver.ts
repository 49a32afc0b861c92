import { AWAITED, type Case } from "../../engine/case/case.ts";
import type { Job } from "../../ports/jobs.ts";
import type { Attempt } from "../../ports/attempts.ts";
import type { CaseView } from "../../ports/store.ts";
import { isAnswer } from "../asked.ts";
import { touchedAuthors } from "../case-authors.ts";
import { caseEvent } from "../case-change.ts";
import { type PipelineDeps, platformOf } from "../deps.ts";
import { deliverJob } from "./attempts.ts";
import { continueBundle } from "./bundle.ts";
import { claim, lookAgainLater } from "./claims.ts";
import { type CommunityContext, contextOf, readingOf } from "./context.ts";
import { caseNotice, isTeamAttempt, type Told } from "./notices.ts";
import { attemptsOfStep, isOfStep } from "./of-step.ts";
import { deliverDuty } from "./duty.ts";
import { stepsFor } from "./plan-climb.ts";
import { hasRoom } from "./room.ts";
import { deliverClosed } from "../rights/closed-reports.ts";
import { waitingIn } from "../rights/judges.ts";
import { rightsWords, type Said } from "../rights/tell.ts";
import { appealedAtOf } from "../rights/waiting.ts";
import { wantsPages } from "./take-step.ts";
import {
  afterSilence,
  isOfOnePerson,
  namesOf,
  personOfAttempt,
  unreachedAttempts,
} from "./unreached.ts";
import { settledAs, toldWhom, type Tried, tryWays } from "./ways.ts";

/**
 * Job `deliver`: delivers one attempt, with all that its step of a ladder has left. Safe to deliver again.
 * Throws when it must be tried again.
 */
export async function deliver(deps: PipelineDeps, job: Job): Promise<void> {
  const communityId = String(job.payload["community"]);
  const id = String(job.payload["attempt"]);
  const [attempt] = await deps.store.attempts({ communityId, id, limit: 1 });
  if (!attempt || (attempt.outcome !== "pending" && !isOfStep(attempt))) return;
  if (attempt.kind === "duty") return deliverDuty(deps, attempt);
  if (attempt.caseId === null && attempt.kind === "answer") return deliverClosed(deps, attempt);
  if (attempt.caseId === null) return continueBundle(deps, attempt);
  const view = await deps.store.findCase(attempt.caseId);
  if (!view) return;
  const context = await contextOf(deps, view);
  // In shadow mode nobody is woken; an answer that a moderator wrote to somebody is sent all the same.
  if (context.policy.mode === "shadow" && attempt.kind !== "note") return;
  if (isNoteToTeam(attempt, view) && !(await hasRoom(deps, context, view.severity, [attempt])))
    return;
  const attempts = isOfStep(attempt)
    ? await attemptsOfStep(deps, view, attempt.round, attempt.step)
    : [attempt];
  await deliverAttempts(deps, context, view, attempts);
}

/** A colleague's words that nobody waits for; whom the case is about gets an answer or a word that is meant for them. */
function isNoteToTeam({ kind, personId }: Attempt, { authorId }: CaseView): boolean {
  return kind === "note" && personId !== authorId;
}

/**
 * Delivers what is pending among `attempts`, which are those of one step, or one of another kind, as far as
 * nobody else is sending it; looks again when the others' time is over. Throws when somebody must be tried again.
 */
export async function deliverAttempts(
  deps: PipelineDeps,
  context: CommunityContext,
  view: CaseView,
  attempts: readonly Attempt[],
): Promise<void> {
  const pending = attempts.filter(({ outcome }) => outcome === "pending");
  const mine = await claim(deps, view.communityId, pending);
  const others = pending.filter(({ id }) => !mine.some((each) => each.id === id));
  if (others.length > 0) await lookAgainLater(deps, view.communityId, others);
  if (mine.length > 0) await deliverClaimed(deps, context, view, attempts, mine);
}

/**
 * Delivers `mine`, which nobody else may, and settles it together. Where somebody of a step could not be
 * reached, the channel hears of it; where nobody could, the next rung is due. What the case no longer wants
 * is dropped. Throws when somebody must be tried again.
 */
export async function deliverClaimed(
  deps: PipelineDeps,
  context: CommunityContext,
  view: CaseView,
  attempts: readonly Attempt[],
  mine: readonly Attempt[],
): Promise<void> {
  if (mine.length === 0) return;
  const said = await rightsWords(deps, context, view, mine);
  const wanted = mine.filter((attempt) =>
    isTeamAttempt(attempt) ? isWanted(attempt, view) : said.has(attempt.id),
  );
  const unwanted = mine.filter((attempt) => !wanted.includes(attempt));
  const told = [
    ...(await tell(deps, context, view, attempts, wanted)),
    ...(await tellMembers(deps, context, view, wanted, said)),
  ];
  const silent = told
    .filter(({ outcome }) => outcome === "unreachable")
    .map(({ attempt }) => attempt);
  const next = await afterSilence(deps, context, view, attempts, silent);
  // Where the channel hears that nobody was reached, it hears the names with it.
  const lost = next.length > 0 ? next : await unreachedAttempts(deps, context, view, silent);
  await settle(deps, view, told, unwanted, lost);
  if (told.some(({ outcome }) => outcome === "again")) {
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
  const ofTeam = wanted.filter(isTeamAttempt);
  if (ofTeam.length === 0) return [];
  const notes = wanted.some(({ kind }) => kind === "note")
    ? await deps.store.caseNotes(view.id)
    : [];
  const appeals = view.state === "appealed" ? await deps.store.appealsOf(view.id) : [];
  const [waits] = await waitingIn(deps, context, view, appeals);
  const steps = stepsFor(context.policy, view, appealedAtOf(appeals));
  const now = deps.clock.now();
  const about = {
    judges: waits?.judges ?? null,
    appeals,
    now,
    ...(await tellAbout(deps, context, view)),
  };
  return Promise.all(
    ofTeam.map(async (attempt) => {
      const note = notes.find(({ id }) => id === attempt.id) ?? null;
      const isAnotherAnswer = note !== null && notes.slice(0, notes.indexOf(note)).some(isAnswer);
      const isWholeRung = !isOfOnePerson(attempt);
      const unreached = await unreachedOf(deps, context, attempt, attempts);
      const words = { steps, unreached, isWholeRung, note, isAnotherAnswer, ...about };
      const reader = await readingOf(context, attempt.personId);
      return tryWays(deps, context, attempt, caseNotice(deps, attempt, view, reader, words));
    }),
  );
}

/** Messages of one case among which the gravest is looked for, and people whom a page about a proposal names. */
const MOST_MESSAGES = 1000;
const MOST_NAMED = 3;

/** What is in a case, and whom a proposal about it touches. */
async function tellAbout(
  deps: PipelineDeps,
  context: CommunityContext,
  view: CaseView,
): Promise<Pick<Told, "messages" | "touched" | "proposer" | "names">> {
  const { id, proposal } = view;
  const messages = view.messages > 1 ? await deps.store.caseMessages(id, MOST_MESSAGES) : [];
  const authors = proposal ? touchedAuthors(view, await deps.store.caseAuthors(id)) : [];
  const first = authors.slice(0, MOST_NAMED).map((author) => author.id);
  const names = await namesOf(context, first);
  const by = proposal?.moderatorId ?? "";
  const [proposer = ""] = await namesOf(context, by === "" ? [] : [by]);
  const { commandName } = platformOf(deps, view.platform);
  return { messages, touched: { count: authors.length, names }, proposer, names: commandName };
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
    const personId = await personOfAttempt(deps, attempt);
    return personId === null ? [] : namesOf(context, [personId]);
  }
  const lost = step.filter(({ kind, outcome }) => kind === "page" && outcome === "unreachable");
  const people = new Set(lost.map(({ personId }) => personId));
  return namesOf(context, [...people].toSorted());
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
  const settled = tried.map(({ attempt, outcome, ...how }) => settledAs(attempt, outcome, at, how));
  const dropped = unwanted.map((attempt) => settledAs(attempt, "dropped", at));
  const done = tried.filter(({ outcome }) => outcome !== "again");
  await deps.store.settleAttempts({
    communityId: view.communityId,
    attempts: [...settled, ...dropped],
    events: done.length > 0 ? [toldEvent(deps, view, done, at)] : [],
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
  const told = caseEvent(deps, view, { type: "people.told", by: null, at, payload });
  const author = { id: view.authorId, caseId: view.id };
  return { ...told, ...(view.authorId !== "" && { author }) };
}
