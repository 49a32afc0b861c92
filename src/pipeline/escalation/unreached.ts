import { admit, type Inbox } from "../../engine/escalation/inbox.ts";
import { type Attempt, CHANNEL } from "../../ports/attempts.ts";
import type { CaseView } from "../../ports/store.ts";
import { personalId, type PipelineDeps } from "../deps.ts";
import { endAcknowledgementOf } from "./acknowledged.ts";
import { CHANNEL_WAYS, newAttempt } from "./attempts.ts";
import { type CommunityContext, readerOf } from "./context.ts";
import { attemptsOfStep, isPageOfPerson } from "./of-step.ts";
import { appealedAtOf } from "../rights/waiting.ts";
import { stepsFor } from "./plan-climb.ts";
import { hurry } from "./take-step.ts";

/** How the ids begin of attempts that tell the channel of one person; of a whole rung a step of the ladder tells. */
const OF_ONE_PERSON = "u-";

/** Whether an attempt tells the channel of one person who cannot be reached. */
export function isOfOnePerson({ kind, id }: Pick<Attempt, "kind" | "id">): boolean {
  return kind === "unreached" && id.startsWith(OF_ONE_PERSON);
}

/** People of one case of whom the channel may hear. */
const MOST_UNREACHED = 1000;

/**
 * What follows for a case from people whom nothing reached, before it is written that nothing did, so that
 * a crash between the two repeats it: where nobody of a step was or will be reached, the next rung is due at
 * once; where it was who acknowledged the case, the acknowledgement ends. Gives what tells the channel of
 * it, still to be delivered. `attempts` are those of the step, whatever became of them before.
 */
export async function afterSilence(
  deps: PipelineDeps,
  context: CommunityContext,
  view: CaseView,
  attempts: readonly Attempt[],
  silent: readonly Attempt[],
): Promise<readonly Attempt[]> {
  for (const attempt of silent) {
    if (attempt.kind === "reminder") await endAcknowledgementOf(deps, context, view, attempt);
  }
  const pages = attempts.filter(isPageOfPerson);
  const isSilent = ({ id }: Attempt) => silent.some((each) => each.id === id);
  const [first] = pages;
  const isLast = pages.some(isSilent);
  const nobody = pages.every((page) => isSilent(page) || page.outcome === "unreachable");
  return first && isLast && nobody ? callNext(deps, context, view, first) : [];
}

async function callNext(
  deps: PipelineDeps,
  context: CommunityContext,
  view: CaseView,
  page: Attempt,
): Promise<readonly Attempt[]> {
  const at = deps.clock.now();
  const appeals = view.state === "appealed" ? await deps.store.appealsOf(view.id) : [];
  const steps = stepsFor(context.policy, view, appealedAtOf(appeals));
  const situation = { context, steps, at, fresh: deps.ids.next() };
  let written: readonly Attempt[] = [];
  const hurried = await deps.store.changeCase(view, { at, people: [CHANNEL] }, (current, known) => {
    const change = hurry(deps, situation, page, current, known);
    written = (change.ok && change.value.attempts) || [];
    return change;
  });
  if (!hurried.ok) return [];
  deps.jobsWritten();
  return written.filter(({ outcome }) => outcome === "pending");
}

/**
 * The same for each case of a summary that did not reach its person, and what tells the channel who that
 * is, unless it hears it with one of them.
 */
export async function afterSilentSummary(
  deps: PipelineDeps,
  context: CommunityContext,
  cases: ReadonlyMap<string, CaseView>,
  children: readonly Attempt[],
): Promise<readonly Attempt[]> {
  const announced: Attempt[] = [];
  for (const child of children) {
    const view = cases.get(child.caseId ?? "");
    if (!view) continue;
    const { round, step } = child;
    const attempts = isPageOfPerson(child) ? await attemptsOfStep(deps, view, round, step) : [];
    announced.push(...(await afterSilence(deps, context, view, attempts, [child])));
  }
  const first = children.find(isOfPerson);
  const view = cases.get(first?.caseId ?? "");
  if (announced.length > 0 || !first || !view) return announced;
  return unreachedAttempts(deps, context, view, [first]);
}

/** Whether it was for a person of the team, about something that they are to do. */
function isOfPerson({ kind, personId }: Attempt): boolean {
  return (kind === "page" || kind === "reminder") && personId !== CHANNEL;
}

/**
 * Tells the channel of each person whom nothing reached, once until something reaches them again. Where the
 * channel has had its share of the hour, it is for the next page that fails.
 */
export async function unreachedAttempts(
  deps: PipelineDeps,
  context: CommunityContext,
  { id: caseId, communityId, severity }: CaseView,
  silent: readonly Attempt[],
): Promise<readonly Attempt[]> {
  const lost = silent.filter(isOfPerson);
  if (lost.length === 0) return [];
  const at = deps.clock.now();
  const reader = readerOf(context, CHANNEL);
  let inbox: Inbox = await deps.store.inbox(communityId, CHANNEL, at);
  const attempts: Attempt[] = [];
  for (const { personId, round, step } of lost) {
    const about = { severity, when: "now" } as const;
    const room = admit(inbox, about, reader, context.policy.escalation, reader.cap, at);
    if (room.kind !== "now") break;
    const id = await idOf(deps, communityId, personId);
    const made = newAttempt(id, communityId, CHANNEL, at);
    attempts.push({ ...made, caseId, kind: "unreached", round, step, ways: CHANNEL_WAYS });
    inbox = { ...inbox, sent: [...inbox.sent, at] };
  }
  return attempts;
}

/** Of the people of a case, the one whom an attempt tells of; null when something has reached them since. */
export async function personOfAttempt(
  deps: PipelineDeps,
  { communityId, caseId, id }: Attempt,
): Promise<string | null> {
  const unreachable = await deps.store.attempts({
    communityId,
    ...(caseId !== null && { caseId }),
    outcomes: ["unreachable"],
    newestFirst: true,
    limit: MOST_UNREACHED,
  });
  const people = new Set(unreachable.filter(isOfPerson).map(({ personId }) => personId));
  for (const personId of people) {
    if ((await idOf(deps, communityId, personId)) === id) return personId;
  }
  return null;
}

/** Follows from the person and from what reached them last, so that the same silence is told of once. */
async function idOf(deps: PipelineDeps, communityId: string, personId: string): Promise<string> {
  const [last] = await deps.store.attempts({
    communityId,
    personId,
    outcomes: ["delivered"],
    newestFirst: true,
    limit: 1,
  });
  const basis = ["unreached", communityId, personId, last?.id ?? ""];
  return `${OF_ONE_PERSON}${personalId(deps, basis)}`;
}

/** What people are called: by the policy, else by their platform; by their id where neither says. */
export function namesOf(
  { team, platform, communityId }: CommunityContext,
  people: readonly string[],
): Promise<readonly string[]> {
  return Promise.all(
    people.map(async (memberId) => {
      const named = team.find(({ id }) => id === memberId)?.name;
      if (named) return named;
      const asked = await platform.member({ communityId, memberId });
      return (asked.ok ? asked.value?.name : null) ?? memberId;
    }),
  );
}
