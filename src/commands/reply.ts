/** A command offered under a reply, as typed: `take #142`. */
export interface ReplyButton {
  readonly label: string;
  readonly command: string;
}

/**
 * What the person is answered, in their language and time zone. `done`: it happened, or was shown.
 * `refused`: they may not. `bad-input`: it cannot be done as asked. `failed`: something broke here.
 */
export interface Reply {
  readonly kind: "done" | "refused" | "bad-input" | "failed";
  /** `private`: only whoever asked sees it, where the platform can do that. */
  readonly visibility: "private" | "public";
  readonly title: string | null;
  readonly lines: readonly string[];
  readonly buttons: readonly ReplyButton[];
}

type Parts = Partial<Omit<Reply, "kind" | "lines">>;

export function done(lines: readonly string[], parts: Parts = {}): Reply {
  return { ...EMPTY, kind: "done", lines, ...parts };
}

/** The person may not. */
export function refused(words: string): Reply {
  return { ...EMPTY, kind: "refused", lines: [words] };
}

/** It cannot be done as asked; the words say what can. */
export function badInput(lines: readonly string[], parts: Parts = {}): Reply {
  return { ...EMPTY, kind: "bad-input", lines, ...parts };
}

export function failed(words: string): Reply {
  return { ...EMPTY, kind: "failed", lines: [words] };
}

const EMPTY = { visibility: "private", title: null, buttons: [] } as const;
