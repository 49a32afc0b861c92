import { DEFAULT_POLICY, type Policy } from "../engine/policy.ts";
import { type Job, UnretriableError } from "../ports/jobs.ts";
import { mustRetry } from "./carry-out.ts";
import { personOf, type PipelineDeps } from "./deps.ts";

const MINUTE_MS = 60 * 1000;

/**
 * Job `climb`: nobody has decided in time. Climbs one rung, writes the next one's job in the same
 * transaction, then tells the people of the rung. A decided case is left alone. Safe to deliver
 * again: the rung is climbed once, and told again at worst.
 */
export async function climb(deps: PipelineDeps, job: Job): Promise<void> {
  const caseId = String(job.payload["case"]);
  const rung = Number(job.payload["rung"]);
  const view = await deps.store.findCase(caseId);
  if (!view || view.state === "decided") return;
  const policy = (await deps.store.policyOf(view.communityId)) ?? DEFAULT_POLICY;
  // The community may have gone into shadow mode since: then nobody is woken any more.
  if (policy.mode === "shadow") return;
  const nextMinutes = minutesToNextRung(policy, rung);
  const climbed = await deps.store.escalateCase(
    caseId,
    rung - 1,
    [
      {
        type: "case.escalated",
        at: deps.clock.now(),
        person: personOf(deps, view.message.platform, view.message.authorId),
        payload: { case: caseId, rung },
      },
    ],
    nextMinutes === null
      ? []
      : [
          {
            queue: "escalations",
            id: `${caseId}-${rung + 1}`,
            name: "climb",
            payload: { case: caseId, rung: rung + 1 },
            delayMs: nextMinutes * MINUTE_MS,
          },
        ],
  );
  if (!climbed.ok && climbed.error.kind !== "already-done") return;
  deps.jobsWritten();
  await tell(deps, caseId, rung);
}

/** Minutes from rung `rung` to the next one; null on the last rung. */
function minutesToNextRung({ escalation: { afterMinutes } }: Policy, rung: number): number | null {
  const next = afterMinutes[rung];
  return next === undefined ? null : next - (afterMinutes[rung - 1] ?? 0);
}

async function tell(deps: PipelineDeps, caseId: string, rung: number): Promise<void> {
  const view = await deps.store.findCase(caseId);
  if (!view || view.state === "decided") return;
  const platform = deps.platform(view.message.platform);
  if (!platform)
    throw new UnretriableError(`this process does not hold platform ${view.message.platform}`);
  const told = await platform.escalate(view, rung);
  if (told.ok) return;
  if (mustRetry(told)) throw new Error(`case.escalated: ${told.error.kind}`);
  deps.log.warn(
    { case: view.id, rung, refused: told.error.kind },
    "the platform refused an escalation",
  );
}
