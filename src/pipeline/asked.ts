import type { Case } from "../engine/case/case.ts";
import { type CaseActionKind, type Decision, isOnPerson } from "../engine/case/decision.ts";
import type { Policy } from "../engine/policy.ts";
import type { CaseNote } from "../ports/store.ts";
import { say } from "../words/say.ts";
import { addJobs, type Step, type StepContext } from "./case-change.ts";
import { deliverJob, newAttempt } from "./escalation/attempts.ts";

/** Whether somebody put a question or feedback to the team, and so waits for an answer. */
export function isAsked({ source }: Pick<Case, "source">): boolean {
  return source === "question" || source === "feedback";
}

/** How the id of an answer ends: the note of that decision whose words went to whoever asked. */
const ANSWER = "-answer";
/** How the id of an answer ends that waits, with its decision, for a second moderator. */
const PROPOSED = "-answer-proposed";

/** How the id of a note ends that says that a question was closed without an answer. */
const CLOSING = "-asked-closed";

/** What is done to a message that others read: there is none where somebody asked the team. */
export const ON_MESSAGE: readonly CaseActionKind[] = ["delete", "restore", "ask-correction"];

/** Whether a note only says that a question was closed; its reader has words of their own language for that. */
export function isClosing({ id, audience }: CaseNote): boolean {
  return audience === "author" && id.endsWith(CLOSING);
}

/** Whether a note answers whoever asked, and is no other word to them. */
export function isAnswer({ id, audience }: CaseNote): boolean {
  return audience === "author" && id.endsWith(ANSWER);
}

/**
 * A decided question or feedback with its answer, written with the decision and sent to whoever asked; where it
 * was put aside without one, they hear that. Nothing is added to what is done to them in person: the notice of
 * that says why. Any other step stays as it is.
 */
export function withAnswer(
  step: Step,
  by: string,
  { at, policy }: Pick<StepContext, "at" | "policy">,
  answer: string | null,
): Step {
  const { case: item } = step;
  const { decision } = item;
  if (!decision || !isAsked(item) || item.authorId === "") return step;
  const note = { caseId: item.id, by, audience: "author", at } as const;
  if (answer !== null)
    return sendNote(step, { ...note, id: `${decision.id}${ANSWER}`, text: answer });
  if (decision.actions.some(isOnPerson)) return step;
  return sendNote(step, { ...note, id: `${decision.id}${CLOSING}`, text: closedWords(policy) });
}

function closedWords({ language }: Pick<Policy, "language">): string {
  return say(language, "notice.asked.closed");
}

/** A proposed decision with the answer that is sent once it is confirmed. */
export function withProposedAnswer(
  step: Step,
  by: string,
  at: number,
  answer: string | null,
): Step {
  const { id: caseId, proposal } = step.case;
  if (!proposal || !isAsked(step.case) || answer === null) return step;
  const id = `${proposal.id}${PROPOSED}`;
  return { ...step, note: { id, caseId, by, audience: "team", text: answer, at } };
}

/** The words that answer whoever asked, once a proposal is confirmed; null where none were meant for them. */
export function proposedAnswer({ id }: Decision, notes: readonly CaseNote[]): string | null {
  return notes.find((note) => note.id === `${id}${PROPOSED}`)?.text ?? null;
}

/** How the id of a note ends that says why a proposal was turned down. */
const TURNED_DOWN = "-turned-down";

export function isTurnedDown({ id }: CaseNote): boolean {
  return id.endsWith(TURNED_DOWN);
}

/** A step that drops a proposal, with its reason as a note; whoever proposed is sent it, unless they dropped it themselves. */
export function withTurnedDown(
  step: Step,
  by: string,
  { at, policy }: Pick<StepContext, "at" | "policy">,
  { id: decisionId, moderatorId }: Decision,
  reason: string | null,
): Step {
  const others = moderatorId !== "" && moderatorId !== by;
  if (!others && reason === null) return step;
  const id = `${decisionId}${TURNED_DOWN}`;
  const text = reason ?? say(policy.language, "notice.rejected.no-reason");
  const note: CaseNote = { id, caseId: step.case.id, by, audience: "team", text, at };
  return others ? sendTo(step, note, moderatorId) : { ...step, note };
}

/** Writes a note and sends it to whom the case is about. It shares the id of its attempt, so that whoever delivers that finds the words. */
export function sendNote(step: Step, note: CaseNote): Step {
  return sendTo(step, note, step.case.authorId);
}

function sendTo(step: Step, note: CaseNote, personId: string): Step {
  const { communityId, id: caseId } = step.case;
  const made = newAttempt(note.id, communityId, personId, note.at);
  const attempt = { ...made, caseId, kind: "note", ways: ["direct"] } as const;
  const attempts = [...(step.attempts ?? []), attempt];
  return addJobs({ ...step, note, attempts }, [deliverJob(attempt)]);
}
