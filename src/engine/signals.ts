import { type Clause, splitClauses } from "./clauses.ts";
import { type FoldedText, foldText } from "./fold/index.ts";
import type { Message } from "./message.ts";

/** What was remembered of earlier messages, read by the caller before the evaluation. */
export interface Recalled {
  /** Earlier messages of the community with the same folded text in the window; 0 without history. */
  readonly sameTextInWindow: number;
}

export const NOTHING_RECALLED: Recalled = { sameTextInWindow: 0 };

/** Measured once for each message, on first use, and shared by all rules. */
export interface Signals {
  readonly message: Message;
  readonly recalled: Recalled;
  readonly text: FoldedText;
  readonly clauses: readonly Clause[];
  /** Letters of any script in the folded text. */
  readonly letterCount: number;
  /** Decimal digits in the folded text. */
  readonly digitCount: number;
  /** Links, bare domains and invite links in the folded text, plus those the platform named. */
  readonly linkCount: number;
}

// A label starts once and ends after 63 characters (RFC 1035), so that a long word is read once.
const LINK =
  /https?:\/\/\S|www\.\w|(?<![\w-])[\w-]{2,63}\.(?:com|cn|net|org|io|me|cc|top|xyz|shop|vip|app|gg|ru)\b/gu;
const LETTER = /\p{L}/gu;
const DIGIT = /\d/gu;

class MeasuredSignals implements Signals {
  readonly message: Message;
  readonly recalled: Recalled;
  readonly text: FoldedText;
  #clauses: readonly Clause[] | undefined;
  #letterCount: number | undefined;
  #digitCount: number | undefined;
  #linkCount: number | undefined;

  constructor(message: Message, recalled: Recalled, text: FoldedText) {
    this.message = message;
    this.recalled = recalled;
    this.text = text;
  }

  get clauses(): readonly Clause[] {
    this.#clauses ??= splitClauses(this.text.folded);
    return this.#clauses;
  }

  get letterCount(): number {
    this.#letterCount ??= count(this.text.folded, LETTER);
    return this.#letterCount;
  }

  get digitCount(): number {
    this.#digitCount ??= count(this.text.folded, DIGIT);
    return this.#digitCount;
  }

  get linkCount(): number {
    this.#linkCount ??= countLinks(this.text.folded) + this.message.links.length;
    return this.#linkCount;
  }
}

/** Prepares the measurements; nothing is computed until a rule asks. `text` is the folded text of the message. */
export function readSignals(
  message: Message,
  recalled: Recalled,
  text: FoldedText = foldText(message.text),
): Signals {
  return new MeasuredSignals(message, recalled, text);
}

function count(text: string, pattern: RegExp): number {
  let total = 0;
  pattern.lastIndex = 0;
  while (pattern.test(text)) total += 1;
  return total;
}

/** Every link and every domain has a full stop or a scheme; most messages have neither. */
function countLinks(folded: string): number {
  return folded.includes(".") || folded.includes("://") ? count(folded, LINK) : 0;
}
