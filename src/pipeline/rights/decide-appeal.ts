import type { Case } from "../../engine/case/case.ts";
import type { Decision } from "../../engine/case/decision.ts";
import type { CaseError } from "../../engine/case/transitions.ts";
import { fail, ok, type Result } from "../../engine/result.ts";
import type { Job } from "../../ports/jobs.ts";
import type { Appeal } from "../../ports/rights.ts";
import { addJobs, changeCase, move, type NotFound, type StepContext } from "../case-change.ts";
import { readWords, type WordsProblem } from "../case-words.ts";
import type { PipelineDeps } from "../deps.ts";
import { undoJobs } from "../take-back.ts";
import { appealAttempt, tellAll } from "./attempts.ts";
import { afterOverturn } from "./follow.ts";

export type AppealDecisionProblem =
  | CaseError
  | NotFound
  | WordsProblem
  /** Whoever reported something does not grade their own report. */
  | { readonly kind: "own-report" };

export interface AppealDecision {
  readonly caseId: string;
  /** The moderator's id on the platform of the case; neither who decided nor who confirmed. */
  readonly by: string;
  readonly overturn: boolean;
  /** Why; the author is told, after redaction. */
  readonly reason: string;
}

/**
 * Decides an appeal. Either way the case is closed and the author told why; overturned, what can be undone
 * is, what was hidden comes back, and strike and statements no longer count.
 */
export async function decideAppeal(
  deps: PipelineDeps,
  { caseId, by, overturn, reason }: AppealDecision,
): Promise<Result<Case, AppealDecisionProblem>> {
  const words = readWords(reason);
  if (!words.ok) return words;
  return changeCase<AppealDecisionProblem>(
    deps,
    caseId,
    (context) => {
      const { current, known, at } = context;
      const { decision } = current;
      const appeal = known.rights?.appeal;
      if (current.state !== "appealed" || !decision || !appeal) {
        return fail({ kind: "wrong-state", state: current.state });
      }
      // The outcome of an appeal grades the reports of the case.
      if (known.rights?.reports.some(({ reporterId }) => reporterId === by)) {
        return fail({ kind: "own-report" });
      }
      const moved = move(deps, context, {
        command: { kind: "decide-appeal", by, overturn },
        type: "appeal.decided",
        by,
        payload: { decision: decision.id, appeal: appeal.id, overturned: overturn },
      });
      if (!moved.ok) return moved;
      const decided: Appeal = {
        ...appeal,
        decidedBy: by,
        overturned: overturn,
        answer: words.value,
        decidedAt: at,
      };
      const told = tellAll(appealAttempt(deps, current, appeal, at));
      const step = { ...addJobs(moved.value, told.jobs), appeal: decided };
      return ok(
        overturn
          ? overturned(deps, context, { step, told: told.attempts, decision, appeal, by })
          : { ...step, attempts: told.attempts },
      );
    },
    { rights: true },
  );
}

function overturned(
  deps: PipelineDeps,
  context: StepContext,
  {
    step,
    told,
    decision,
    appeal,
    by,
  }: {
    readonly step: ReturnType<typeof addJobs> & { readonly appeal: Appeal };
    readonly told: ReturnType<typeof tellAll>["attempts"];
    readonly decision: Decision;
    readonly appeal: Appeal;
    readonly by: string;
  },
) {
  const { current, at } = context;
  const { attempts, jobs, ...owed } = afterOverturn(deps, context, decision, appeal.authorId);
  const undone = { decisionId: decision.id, by, at };
  const all = [...undoJobs(current, decision), ...restoreJobs(current, decision), ...jobs];
  return { ...addJobs(step, all), ...owed, undone, attempts: [...told, ...attempts] };
}

/** What was hidden before the decision comes back with the undoing of a deletion; without one, it is undone by itself. */
function restoreJobs({ id, held }: Case, decision: Decision): readonly Job[] {
  if (!held || decision.actions.some(({ kind }) => kind === "delete")) return [];
  const index = decision.actions.length;
  const payload = { case: id, decision: decision.id, index, action: "delete" };
  return [{ queue: "actions", id: `${decision.id}-undo-${index}`, name: "undo", payload }];
}
