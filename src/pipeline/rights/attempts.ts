import type { Case } from "../../engine/case/case.ts";
import type { Job } from "../../ports/jobs.ts";
import type { Report, Statement } from "../../ports/rights.ts";
import type { Attempt, AttemptKind } from "../../ports/store.ts";
import type { PipelineDeps } from "../deps.ts";
import { deliverJob, newAttempt } from "../escalation/attempts.ts";

/** People who are told of one step of a case. */
const MOST_TOLD = 1000;

type About = Pick<Case, "id" | "communityId">;

/** People who are to be told something, and the jobs that do. */
export interface Told {
  readonly attempts: readonly Attempt[];
  readonly jobs: readonly Job[];
}

export function tellAll(attempts: readonly Attempt[]): Told {
  return { attempts, jobs: attempts.map((each) => deliverJob(each)) };
}

/** Tells an author what was done and why; it has the statement's id. */
export function statementAttempt({ id, communityId, caseId, authorId, at }: Statement): Attempt {
  return attempt("statement", id, { id: caseId, communityId }, authorId, at);
}

/** Tells each author of what was taken back; `because` is the id of what took it back. */
export function revocationAttempts(
  deps: Pick<PipelineDeps, "digests">,
  item: About,
  because: string,
  revoked: readonly Statement[],
  at: number,
): readonly Attempt[] {
  const authors = distinct(revoked.map(({ authorId }) => authorId));
  return authors.map((authorId) => {
    const id = idOf(deps, ["revocation", item.id, because, authorId]);
    return attempt("revocation", id, item, authorId, at);
  });
}

/** Answers everybody who reported; `because` is the id of what was decided. */
export function answerAttempts(
  deps: Pick<PipelineDeps, "digests">,
  item: About,
  because: string,
  reports: readonly Report[],
  at: number,
): readonly Attempt[] {
  const reporters = distinct(reports.map(({ reporterId }) => reporterId));
  return reporters.map((reporterId) => {
    const id = idOf(deps, ["answer", item.id, because, reporterId]);
    return attempt("answer", id, item, reporterId, at);
  });
}

/** Tells whoever appealed what was decided about it. */
export function appealAttempt(
  deps: Pick<PipelineDeps, "digests">,
  item: About,
  appeal: { readonly id: string; readonly authorId: string },
  at: number,
): readonly Attempt[] {
  if (appeal.authorId === "") return [];
  return [attempt("appeal", idOf(deps, ["appeal", appeal.id]), item, appeal.authorId, at)];
}

function attempt(
  kind: AttemptKind,
  id: string,
  item: About,
  personId: string,
  at: number,
): Attempt {
  const made = newAttempt(id, item.communityId, personId, at);
  return { ...made, caseId: item.id, kind, ways: ["direct"] };
}

function idOf(deps: Pick<PipelineDeps, "digests">, basis: readonly string[]): string {
  return `a-${deps.digests.hash(basis).slice(0, 32)}`;
}

/** Each once; those who were erased left out, and in a flood those who are too many for one transaction. */
function distinct(people: readonly string[]): readonly string[] {
  return [...new Set(people)].filter((id) => id !== "").slice(0, MOST_TOLD);
}
