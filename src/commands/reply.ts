/** A command offered under a reply, as typed: `take #142`. */
export interface ReplyButton {
  readonly label: string;
  readonly command: string;
}

/** A menu under a reply, on platforms that have them; what is chosen stands behind the command, with commas between. */
export interface ReplySelect {
  readonly placeholder: string;
  /** As typed, without the choice: `setup channel`. Nothing chosen is `none`. */
  readonly command: string;
  /** Channels and roles are offered by the platform itself. */
  readonly of: "channels" | "roles" | readonly SelectOption[];
  /** Least and most that can be chosen. */
  readonly least: number;
  readonly most: number;
  /** What is chosen already. */
  readonly chosen: readonly string[];
}

export interface SelectOption {
  readonly label: string;
  readonly value: string;
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
  /** Commands that ask for more, as buttons of platforms that have forms; others leave them out. */
  readonly forms?: readonly ReplyButton[];
  /** Shown above the buttons. */
  readonly selects?: readonly ReplySelect[];
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
