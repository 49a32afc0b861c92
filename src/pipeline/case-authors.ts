import type { AuditPayload } from "../engine/audit.ts";
import type { Case } from "../engine/case/case.ts";
import { MOST_AUTHORS } from "../ports/rights.ts";

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
