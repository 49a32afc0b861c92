import { type Attempt, CHANNEL } from "../../ports/attempts.ts";
import type { Case } from "../../engine/case/case.ts";
import type { Job } from "../../ports/jobs.ts";
import type { PipelineDeps } from "../deps.ts";
import { deliverJob } from "./attempts.ts";

/** Attempts of one step that are looked at: everybody whom it tells, and the channel. */
const MOST_ATTEMPTS = 10_000;

/** Every attempt that one step of a case made, whatever became of it. */
export async function attemptsOfStep(
  deps: Pick<PipelineDeps, "store">,
  { id, communityId }: Pick<Case, "id" | "communityId">,
  round: number,
  step: number,
): Promise<readonly Attempt[]> {
  const filter = { communityId, caseId: id, stepOf: { round, step }, limit: MOST_ATTEMPTS };
  return (await deps.store.attempts(filter)).filter(isOfStep);
}

/** Whether a step of a ladder made it. */
export function isOfStep({ kind }: Pick<Attempt, "kind">): boolean {
  return kind === "page" || kind === "waiting" || kind === "unreached";
}

/** Whether it tells a person that a step asks for them. */
export function isPageOfPerson({ kind, personId }: Pick<Attempt, "kind" | "personId">): boolean {
  return kind === "page" && personId !== CHANNEL;
}

/** The job that looks at an attempt again. A step is delivered whole: it needs one job, whoever of it waits. */
export function deliverAgainJob(attempt: Attempt, suffix: string): Job {
  const job = deliverJob(attempt, suffix);
  const { caseId, round, step } = attempt;
  if (caseId === null || !isOfStep(attempt)) return job;
  return { ...job, id: `${caseId}-deliver-${round}-${step}${suffix}` };
}
