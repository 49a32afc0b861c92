import type { Span } from "../span.ts";

/** One reading of a text, with the way back to what its author wrote. */
export interface TextView {
  readonly folded: string;
  /**
   * The stretch of the source that a half-open range of `folded` came from, in UTF-16 units. Ranges outside
   * the text are cut to it. A surrogate pair is never split, and the whole of `folded`, when it is not
   * empty, comes from the whole source.
   */
  toSource(start: number, end: number): Span;
}

/**
 * Folded text with its offsets. `starts[i]` and `ends[i]` are where folded unit i came from, both rising.
 * Null offsets say that every unit comes from the unit at the same place.
 */
export interface Draft {
  readonly text: string;
  readonly starts: Uint32Array | null;
  readonly ends: Uint32Array | null;
}

/** Replaces `[start, end)` of a draft's text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Applies edits, which are sorted and do not overlap. Every unit of a replacement comes from all that was
 * replaced, or from the same unit where the lengths agree; removed units leave no trace, so a range that
 * spans them still spans their source.
 */
export function applyEdits(draft: Draft, edits: readonly Edit[]): Draft {
  if (edits.length === 0) return draft;
  const text = replaceAll(draft.text, edits);
  if (edits.every((edit) => edit.text.length === edit.end - edit.start)) return { ...draft, text };
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  let from = 0;
  let to = 0;
  const copy = (until: number) => {
    for (; from < until; from += 1, to += 1) {
      starts[to] = startOf(draft, from);
      ends[to] = endOf(draft, from);
    }
  };
  for (const edit of edits) {
    copy(edit.start);
    for (const stop = to + edit.text.length; to < stop; to += 1) {
      starts[to] = startOf(draft, edit.start);
      ends[to] = endOf(draft, edit.end - 1);
    }
    from = edit.end;
  }
  copy(draft.text.length);
  return { text, starts, ends };
}

function replaceAll(text: string, edits: readonly Edit[]): string {
  let result = "";
  let from = 0;
  for (const edit of edits) {
    result += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return result + text.slice(from);
}

/** Where the folded unit at an index of the draft begins in the source. */
export function startOf(draft: Draft, index: number): number {
  return draft.starts ? (draft.starts[index] ?? 0) : index;
}

function endOf(draft: Draft, index: number): number {
  return draft.ends ? (draft.ends[index] ?? 0) : index + 1;
}

export class MappedView implements TextView {
  readonly folded: string;
  readonly source: string;
  readonly #draft: Draft;

  constructor(source: string, draft: Draft) {
    this.source = source;
    this.folded = draft.text;
    this.#draft = draft;
  }

  toSource(start: number, end: number): Span {
    const { length } = this.folded;
    const first = Math.min(Math.max(0, start), length);
    const last = Math.min(Math.max(first, end), length);
    if (length === 0) return { start: 0, end: 0 };
    const from = first === length ? this.source.length : startOf(this.#draft, first);
    const to = last === first ? from : endOf(this.#draft, last - 1);
    return this.#wholePairs(from, to);
  }

  #wholePairs(start: number, end: number): Span {
    return {
      start: splitsPair(this.source, start) ? start - 1 : start,
      end: splitsPair(this.source, end) ? end + 1 : end,
    };
  }
}

function splitsPair(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return false;
  return isHigh(text.charCodeAt(at - 1)) && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}

function isHigh(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}
