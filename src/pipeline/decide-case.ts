import { type Outcome, nextCaseState } from "../engine/case.ts";
import { type Result, fail } from "../engine/result.ts";
import { redact } from "../engine/redact.ts";
import type { Case } from "../ports/store.ts";
import { personOf, type PipelineDeps } from "./deps.ts";

export interface DecisionInput {
  readonly caseId: string;
  readonly outcome: Outcome;
  /** Why, in the moderator's words; kept with the case after redaction, and not in the audit log. */
  readonly reason: string;
  readonly moderatorId: string;
}

export type DecideProblem =
  | { readonly kind: "not-found" }
  | { readonly kind: "already-decided" }
  | { readonly kind: "reason-required" };

/** A moderator's decision: recorded with its audit event and the job that carries it out. */
export async function decideCase(
  deps: PipelineDeps,
  input: DecisionInput,
): Promise<Result<Case, DecideProblem>> {
  const view = await deps.store.findCase(input.caseId);
  if (!view) return fail({ kind: "not-found" });
  const { outcome } = input;
  const reason = redact(input.reason.trim(), []);
  const allowed = nextCaseState(view.state, { kind: "decide", outcome, reason });
  if (!allowed.ok) return allowed;
  const at = deps.clock.now();
  const decided = await deps.store.decideCase({
    caseId: view.id,
    decision: {
      id: deps.ids.next(),
      caseId: view.id,
      outcome,
      reason,
      moderatorId: input.moderatorId,
      decidedAt: at,
    },
    events: [
      {
        type: "case.decided",
        at,
        person: personOf(deps, view.message.platform, view.message.authorId),
        payload: {
          case: view.id,
          number: view.number,
          outcome,
          moderator: personOf(deps, view.message.platform, input.moderatorId),
          openForMs: at - view.openedAt,
        },
      },
    ],
    jobs: [
      { queue: "actions", id: `${view.id}-decided`, name: "settle", payload: { case: view.id } },
    ],
  });
  if (decided.ok) deps.jobsWritten();
  return decided;
}
