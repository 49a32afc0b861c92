import type { Case } from "../engine/case/case.ts";
import { type CaseError, runningAt } from "../engine/case/transitions.ts";
import type { Policy } from "../engine/policy.ts";
import { fail, ok } from "../engine/result.ts";
import type { Job } from "../ports/jobs.ts";
import { changeCase, closeJob, DAY_MS, expireJob, move } from "./case-change.ts";
import type { PipelineDeps } from "./deps.ts";

/**
 * Job `expire`: a lease or a hold is over, and the case has nobody again. A lease that was renewed or
 * given back meanwhile is left alone. Safe to deliver again.
 */
export async function expireCase(deps: PipelineDeps, job: Job): Promise<void> {
  const dueAt = Number(job.payload["dueAt"]);
  await changeCase<CaseError>(deps, String(job.payload["case"]), (context) => {
    const { current, at } = context;
    const running = runningAt(current, at);
    if (running && running.until !== dueAt) return fail({ kind: "not-due" });
    // The clock was set back since this timer was written.
    if (running) {
      const again = expireJob(current, running.until, at, deps.ids.next());
      return ok({ case: current, events: [], jobs: [again] });
    }
    return move(deps, context, {
      command: { kind: "expire" },
      type: "case.released",
      by: null,
      payload: { because: current.state === "on-hold" ? "hold-over" : "lease-over" },
    });
  });
}

/**
 * What was decided later than now, before the clock was set back, as decided now: whoever may appeal has the
 * policy's time for it, and the case does not wait until the clock has come as far again. `fresh` makes the id of
 * its timer new.
 */
export function decidedNow(item: Case, { cases }: Policy, at: number, fresh: string): Counted {
  const after = { ...item, decidedAt: at };
  return { case: after, jobs: [closeJob(after, at + cases.closeAfterDays * DAY_MS, at, fresh)] };
}

/** A case with the timer that counts from what it says now. */
interface Counted {
  readonly case: Case;
  readonly jobs: readonly Job[];
}

/** Job `close`: nobody undid or appealed the decision in the policy's time. Safe to deliver again. */
export async function closeCase(deps: PipelineDeps, job: Job): Promise<void> {
  await changeCase<CaseError>(deps, String(job.payload["case"]), (context) => {
    const { current, policy, at } = context;
    const stands = current.state === "decided" && current.decision?.id === job.payload["decision"];
    if (!stands || current.decidedAt === null) return fail({ kind: "not-due" });
    const closesAt = current.decidedAt + policy.cases.closeAfterDays * DAY_MS;
    // The clock was set back a little, or the policy gives more time than when this timer was written.
    if (closesAt > at) {
      const again = closeJob(current, closesAt, at, deps.ids.next());
      return ok({ case: current, events: [], jobs: [again] });
    }
    return move(deps, context, { command: { kind: "close" }, type: "case.closed", by: null });
  });
}
