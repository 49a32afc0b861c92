import { ok } from "../../engine/result.ts";
import type { Appeal } from "../../ports/rights.ts";
import type { CaseView } from "../../ports/store.ts";
import { addJobs, caseEvent, changeCase, move } from "../case-change.ts";
import type { PipelineDeps } from "../deps.ts";
import { appealAttempt, tellAll } from "./attempts.ts";

/** Whether a case waits for somebody to decide about a decision that stands no more: versions before could leave it so. */
export function isStuck({ state, decision }: Pick<CaseView, "state" | "decision">): boolean {
  return state === "appealed" && decision === null;
}

/**
 * Closes a stuck case. The decision ended for everybody with somebody's appeal, so every other against it is won with
 * that one: by whoever decided it, with their words, as it would have been then. Safe to do again.
 */
export async function endStuck(deps: PipelineDeps, { id: caseId }: CaseView): Promise<void> {
  const [appeals, undone] = await Promise.all([
    deps.store.appealsOf(caseId),
    deps.store.undoneDecisions(caseId),
  ]);
  await changeCase(
    deps,
    caseId,
    (context) => {
      const { current, known, at } = context;
      if (!isStuck(current)) return ok({ case: current, events: [], jobs: [] });
      const moved = move(deps, context, {
        command: { kind: "decide-appeal", by: "", overturn: true },
        type: "case.closed",
        by: null,
        payload: { repaired: true },
      });
      if (!moved.ok) return moved;
      const won = appeals
        .filter(({ decidedAt }) => decidedAt === null)
        .map((each): Appeal => {
          const isSame = ({ decisionId }: Appeal) => decisionId === each.decisionId;
          const first = appeals.find((other) => isSame(other) && other.overturned === true);
          const by = undone.find(({ id }) => id === each.decisionId)?.undoneBy ?? "";
          const answer = first?.answer ?? "";
          return { ...each, decidedBy: by, overturned: true, answer, decidedAt: at };
        });
      const events = won.map(({ id, decisionId }) =>
        caseEvent(deps, current, {
          type: "appeal.decided",
          by: null,
          at,
          payload: { decision: decisionId, appeal: id, overturned: true, repaired: true },
        }),
      );
      // Read before the lock: whoever is no author any more was erased meanwhile.
      const living = won.filter(({ authorId }) => known.authors.some(({ id }) => id === authorId));
      const told = tellAll(living.flatMap((each) => appealAttempt(deps, current, each, at)));
      return ok({
        ...addJobs(moved.value, told.jobs),
        events: [...moved.value.events, ...events],
        decidedWith: won,
        attempts: told.attempts,
      });
    },
    { rights: true },
  );
}
