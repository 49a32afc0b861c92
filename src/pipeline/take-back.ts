import type { Case } from "../engine/case/case.ts";
import { type Decision, type Sanction, UNDONE_BY } from "../engine/case/decision.ts";
import type { CaseError } from "../engine/case/transitions.ts";
import { fail, ok, type Result } from "../engine/result.ts";
import type { Job } from "../ports/jobs.ts";
import {
  addJobs,
  changeCase,
  type Move,
  move,
  type NotFound,
  type OwnReport,
  ownReport,
  withNote,
} from "./case-change.ts";
import { readNote, type WordsProblem } from "./case-words.ts";
import { addedActions } from "./case-authors.ts";
import type { PipelineDeps } from "./deps.ts";
import type { DecisionInput } from "./read-decision.ts";
import { reopenedAttempts, tellAll } from "./rights/attempts.ts";
import { afterUndo } from "./rights/follow.ts";

/**
 * Takes a decision back: its strike no longer counts, what can be undone is, and the case is as before,
 * with a new round of its ladder. `reason` becomes a note for the team.
 */
export function undoDecision(
  deps: PipelineDeps,
  input: Pick<DecisionInput, "caseId" | "by"> & { readonly reason: string | null },
): Promise<Result<Case, CaseError | NotFound | OwnReport | WordsProblem>> {
  return takeBack(deps, input, { kind: "undo", type: "case.undone" });
}

/** Takes up a closed case again, as if its decision had been undone. */
export function reopenCase(
  deps: PipelineDeps,
  input: Pick<DecisionInput, "caseId" | "by"> & { readonly reason: string | null },
): Promise<Result<Case, CaseError | NotFound | OwnReport | WordsProblem>> {
  return takeBack(deps, input, { kind: "reopen", type: "case.reopened" });
}

async function takeBack(
  deps: PipelineDeps,
  input: Pick<DecisionInput, "caseId" | "by"> & { readonly reason: string | null },
  step: { readonly kind: "undo" | "reopen"; readonly type: Move["type"] },
): Promise<Result<Case, CaseError | NotFound | OwnReport | WordsProblem>> {
  const { caseId, by } = input;
  const words = readNote(input.reason);
  if (!words.ok) return words;
  const id = deps.ids.next();
  const appeals = await deps.store.appealsOf(caseId);
  return changeCase<CaseError | OwnReport>(
    deps,
    caseId,
    (context) => {
      const own = ownReport(context, by);
      if (own) return fail(own);
      const { current, at } = context;
      const { decision } = current;
      const moved = move(deps, context, {
        command: { kind: step.kind, by },
        type: step.type,
        by,
        payload: { decision: decision?.id ?? null },
      });
      if (!moved.ok) return moved;
      const noted = withNote(moved.value, context, id, by, words.value);
      if (!decision) {
        const { round } = noted.case.ladder;
        const told = tellAll(reopenedAttempts(deps, current, appeals, round, at));
        return ok({ ...addJobs(noted, told.jobs), attempts: told.attempts });
      }
      const undone = { decisionId: decision.id, by, at };
      const { jobs, attempts, ...owed } = afterUndo(deps, context, decision);
      const added = context.known.authors.flatMap((author) => author.added ?? []);
      // Whoever had won an appeal alone waits again, with everybody.
      const won = appeals.filter(({ decisionId }) => decisionId === decision.id);
      const { round } = noted.case.ladder;
      const told = tellAll(reopenedAttempts(deps, current, won, round, at));
      const all = [...undoJobs(current, decision, added), ...jobs, ...told.jobs];
      return ok({
        ...addJobs(noted, all),
        ...owed,
        undone,
        attempts: [...attempts, ...told.attempts],
      });
    },
    { rights: true },
  );
}

/**
 * Takes the actions of a decision back, what was `added` for single authors among them, each where that can be
 * done, and looks at what its points had brought about elsewhere.
 */
export function undoJobs(
  item: Case,
  { id, actions, strikePoints }: Decision,
  added: readonly Sanction[],
): readonly Job[] {
  const about = { case: item.id, decision: id };
  const all = [...actions.map(({ kind }, index) => ({ kind, index })), ...addedActions(added)];
  const undone = all.flatMap(({ kind, index }): Job[] =>
    UNDONE_BY[kind] === "nothing"
      ? []
      : [
          {
            queue: "actions",
            id: `${id}-undo-${index}`,
            name: "undo",
            payload: { ...about, index, action: kind },
          },
        ],
  );
  if (strikePoints === 0) return undone;
  return [...undone, { queue: "actions", id: `${id}-reweigh`, name: "reweigh", payload: about }];
}
