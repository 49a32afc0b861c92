/** Pairs of quotation marks. The apostrophe is none: it is in too many English words. */
export const MARKS: Readonly<Record<string, string>> = {
  '"': '"',
  "“": "”",
  "”": "”",
  "「": "」",
  "＂": "＂",
};

/** Whether a pair of marks stands around words. */
export function isQuoted(text: string): boolean {
  const mark = MARKS[text[0] ?? ""];
  return mark !== undefined && text.length > 2 && text.endsWith(mark);
}

/** Words without the one pair of marks that stands around all of them. */
export function unquoted(text: string): string {
  const mark = MARKS[text[0] ?? ""];
  if (mark === undefined || text.length < 2 || !text.endsWith(mark)) return text;
  const inner = text.slice(1, -1);
  return inner.includes(mark) ? text : inner;
}
