import type { Case } from "../../engine/case/case.ts";
import type { Job } from "../../ports/jobs.ts";
import type { Appeal, Report, Statement } from "../../ports/rights.ts";
import type { Attempt, AttemptKind } from "../../ports/attempts.ts";
import { personalId, type PipelineDeps } from "../deps.ts";
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

/** The ways to an author; the last is a private word under their message, for whom nothing else reaches. */
const AUTHOR_WAYS = ["direct", "nudge"] as const;

/**
 * Tells an author what was done and why; it has the statement's id. `staysToRead`: their message can be read
 * when this comes, so that a word may stand under it.
 */
export function statementAttempt(
  { id, communityId, caseId, authorId, at }: Statement,
  staysToRead = false,
): Attempt {
  const made = attempt("statement", id, { id: caseId, communityId }, authorId, at);
  return staysToRead ? { ...made, ways: AUTHOR_WAYS } : made;
}

/** Tells an author of a decision that restricts nothing: strike points, a warning, a request for a correction. */
export function noticeAttempt(
  deps: Pick<PipelineDeps, "digests">,
  item: About,
  decisionId: string,
  authorId: string,
  at: number,
  staysToRead: boolean,
): Attempt {
  const id = noticeId(deps, decisionId, authorId);
  const made = attempt("statement", id, item, authorId, at);
  return staysToRead ? { ...made, ways: AUTHOR_WAYS } : made;
}

/** Id of the attempt that tells an author of a decision without a statement. */
export function noticeId(
  deps: Pick<PipelineDeps, "digests">,
  decisionId: string,
  authorId: string,
): string {
  return idOf(deps, ["notice", decisionId, authorId]);
}

/** Tells each of these authors, once, that something was taken back; `because` is the id of what took it back. */
export function revocationAttempts(
  deps: Pick<PipelineDeps, "digests">,
  item: About,
  because: string,
  authors: readonly string[],
  at: number,
): readonly Attempt[] {
  return distinct(authors).map((authorId) => {
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

/** Tells everybody who had won an appeal that their case is looked at again; `round` is that of the case. */
export function reopenedAttempts(
  deps: Pick<PipelineDeps, "digests">,
  item: About,
  appeals: readonly Pick<Appeal, "id" | "authorId" | "overturned">[],
  round: number,
  at: number,
): readonly Attempt[] {
  const won = appeals.filter(({ overturned }) => overturned === true);
  const newest = new Map(won.map((each) => [each.authorId, each.id]));
  newest.delete("");
  return [...newest].map(([authorId, appealId]) => {
    const id = idOf(deps, ["reopened", appealId, String(round)]);
    return attempt("appeal", id, item, authorId, at);
  });
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
  return `a-${personalId(deps, basis)}`;
}

/** Each once; those who were erased left out, and in a flood those who are too many for one transaction. */
function distinct(people: readonly string[]): readonly string[] {
  return [...new Set(people)].filter((id) => id !== "").slice(0, MOST_TOLD);
}
