/** A stretch of folded text between clause marks; offsets are in the folded text. */
export interface Clause {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The mark that ended it, or the empty string at the end of the text. */
  readonly mark: string;
}

// A comma or full stop between digits is part of a number; a full stop inside a word is part of a name or a link.
const CLAUSE_MARK = /[。！？；，!?;\n]|[,:](?!\d)|\.(?=\s|$|[\u3400-\u9fff])|…/gu;

/** Splits folded text at clause marks. Empty clauses are left out. Guards work on a clause, never on a whole message. */
export function splitClauses(folded: string): readonly Clause[] {
  const clauses: Clause[] = [];
  let start = 0;
  for (const match of folded.matchAll(CLAUSE_MARK)) {
    push(clauses, folded, start, match.index, match[0]);
    start = match.index + match[0].length;
  }
  push(clauses, folded, start, folded.length, "");
  return clauses;
}

function push(clauses: Clause[], folded: string, start: number, end: number, mark: string): void {
  const text = folded.slice(start, end);
  if (text.trim() !== "") {
    clauses.push({ start, end, text, mark });
    return;
  }
  // "?!" and "!?" end one clause between them: a question mark must not be lost to the empty clause.
  const last = clauses.at(-1);
  if (last && mark === "?") clauses[clauses.length - 1] = { ...last, mark };
}

/** Index of the clause that holds a position of the folded text, or -1. Logarithmic in the number of clauses. */
export function clauseIndexAt(clauses: readonly Clause[], position: number): number {
  let low = 0;
  let high = clauses.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const clause = clauses[middle];
    if (!clause) return -1;
    if (position < clause.start) high = middle - 1;
    else if (position >= clause.end) low = middle + 1;
    else return middle;
  }
  return -1;
}
