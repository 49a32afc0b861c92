export const MASK = "█";

/** As many blocks as the match has units. */
export function blocks(match: string): string {
  return MASK.repeat(match.length);
}

/** For a pattern of two groups: the first one is kept, the second one masked. */
export function blocksAfter(_match: string, kept: string, value: string): string {
  return kept + MASK.repeat(value.length);
}
