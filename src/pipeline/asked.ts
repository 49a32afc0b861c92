import type { Case } from "../engine/case/case.ts";
import type { Decision } from "../engine/case/decision.ts";
import type { CaseNote } from "../ports/store.ts";
import { addJobs, type Step } from "./case-change.ts";
import { deliverJob, newAttempt } from "./escalation/attempts.ts";

/** Whether somebody put a question or feedback to the team, and so waits for an answer. */
export function isAsked({ source }: Pick<Case, "source">): boolean {
  return source === "question" || source === "feedback";
}

/** How the id of an answer ends: the note of that decision whose words went to whoever asked. */
const ANSWER = "-answer";
/** How the id of an answer ends that waits, with its decision, for a second moderator. */
const PROPOSED = "-answer-proposed";

/** Whether a note answers whoever asked, and is no other word to them. */
export function isAnswer({ id, audience }: CaseNote): boolean {
  return audience === "author" && id.endsWith(ANSWER);
}

/**
 * A decided question or feedback with its answer, written with the decision and sent to whoever asked: no
 * such case ends in silence. Any other step stays as it is.
 */
export function withAnswer(step: Step, by: string, at: number, answer: string): Step {
  const { case: item } = step;
  if (!item.decision || !isAsked(item) || item.authorId === "") return step;
  const id = `${item.decision.id}${ANSWER}`;
  return sendNote(step, { id, caseId: item.id, by, audience: "author", text: answer, at });
}

/** A proposed decision with the answer that is sent once it is confirmed, where that is not its reason. */
export function withProposedAnswer(step: Step, by: string, at: number, answer: string): Step {
  const { id: caseId, proposal } = step.case;
  if (!proposal || !isAsked(step.case) || answer === proposal.reason) return step;
  const id = `${proposal.id}${PROPOSED}`;
  return { ...step, note: { id, caseId, by, audience: "team", text: answer, at } };
}

/** The words that answer whoever asked, once a proposal is confirmed. */
export function proposedAnswer({ id, reason }: Decision, notes: readonly CaseNote[]): string {
  return notes.find((note) => note.id === `${id}${PROPOSED}`)?.text ?? reason;
}

/** Writes a note and sends it to whom the case is about. It shares the id of its attempt, so that whoever delivers that finds the words. */
export function sendNote(step: Step, note: CaseNote): Step {
  const { communityId, authorId, id: caseId } = step.case;
  const made = newAttempt(note.id, communityId, authorId, note.at);
  const attempt = { ...made, caseId, kind: "note", ways: ["direct"] } as const;
  const attempts = [...(step.attempts ?? []), attempt];
  return addJobs({ ...step, note, attempts }, [deliverJob(attempt)]);
}
