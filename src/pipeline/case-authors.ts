import type { AuditPayload } from "../engine/audit.ts";
import type { Case } from "../engine/case/case.ts";
import { type CaseAction, isSanction, type Sanction, SANCTIONS } from "../engine/case/decision.ts";
import type { Appeal } from "../ports/rights.ts";
import { MOST_AUTHORS } from "../ports/rights.ts";
import type { CaseAuthor, Strike } from "../ports/store.ts";

/**
 * The authors of a case whom a decision may touch in person: all of them; in a flood, whose senders
 * nobody can tell or hear one by one, only whom the case is about.
 */
export function touchedAuthors<A extends { readonly id: string }>(
  { authorId }: Pick<Case, "authorId">,
  authors: readonly A[],
): readonly A[] {
  return authors.length > MOST_AUTHORS ? authors.filter(({ id }) => id === authorId) : authors;
}

/** What an audit event says of how many authors a decision is about; nothing where it is one. */
export function countAuthors(
  item: Pick<Case, "authorId">,
  authors: readonly { readonly id: string }[],
): AuditPayload {
  if (authors.length <= 1) return {};
  const touched = touchedAuthors(item, authors).length;
  return { authors: touched, leftOut: authors.length - touched };
}

/** Beyond the actions that a decision may have: what thresholds add for single authors has an index for each kind. */
const ADDED_AT = 100;

/** The actions that carry out what thresholds add for single authors: one for each kind. */
export function addedActions(
  added: readonly Sanction[],
): readonly { readonly kind: Sanction["kind"]; readonly index: number }[] {
  return SANCTIONS.filter((kind) => added.some((each) => each.kind === kind)).map((kind) => ({
    kind,
    index: addedIndex(kind),
  }));
}

function addedIndex(kind: Sanction["kind"]): number {
  return ADDED_AT + SANCTIONS.indexOf(kind);
}

/** Whether an index is that of what a threshold adds. */
export function isAddedAt(index: number): boolean {
  return index >= ADDED_AT;
}

/** Whether it is that of what a threshold adds of this kind. */
export function isAddedFor(index: number, kind: Sanction["kind"]): boolean {
  return index === addedIndex(kind);
}

/** What a decision has done to one author to shut them out, each by its index; nothing where it stands for them no more. */
export function sanctionsOn(
  actions: readonly CaseAction[],
  { added, cleared }: Pick<CaseAuthor, "added" | "cleared">,
): readonly { readonly action: Sanction; readonly index: number }[] {
  if (cleared) return [];
  if (added) return [{ action: added, index: addedIndex(added.kind) }];
  return actions.flatMap((action, index) => (isSanction(action) ? [{ action, index }] : []));
}

/** What a decision added for each author, by the strikes of its case. */
export function addedBy(
  strikes: readonly Strike[],
  decisionId: string,
): ReadonlyMap<string, Sanction> {
  return new Map(
    strikes.flatMap(({ decisionId: id, authorId, added }) =>
      id === decisionId && added ? [[authorId, added]] : [],
    ),
  );
}

/** For whom alone a decision stands no more, and by which appeals of its case; `undoneAt`: when it ended for all (epoch ms). */
export function clearedBy(
  appeals: readonly Appeal[],
  decisionId: string,
  undoneAt: number | null,
): readonly { readonly authorId: string; readonly appealId: string }[] {
  return (
    appeals
      .filter(({ decisionId: id, overturned }) => id === decisionId && overturned === true)
      // The appeal that ended it for all was decided at that moment.
      .filter(({ decidedAt }) => undoneAt === null || (decidedAt ?? 0) < undoneAt)
      .filter(({ authorId }) => authorId !== "")
      .map(({ authorId, id: appealId }) => ({ authorId, appealId }))
  );
}
