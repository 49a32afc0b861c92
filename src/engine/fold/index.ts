import { FOREIGN, HAN, LATIN, NUMERAL, TRADITIONAL } from "./characters.ts";
import { simplify } from "./chinese.ts";
import { foldClusters } from "./clusters.ts";
import { findContacts } from "./contact.ts";
import { findLookAlikes } from "./look-alikes.ts";
import { findNumerals } from "./numerals.ts";
import { findSpacing } from "./spacing.ts";
import { type Draft, MappedView, type TextView, applyEdits } from "./view.ts";

export type { TextView } from "./view.ts";

/** A text as detectors read it. Spans found in it are reported in the author's own text by `toSource`. */
export interface FoldedText extends TextView {
  readonly source: string;
  /** The same text with homophones and disguises of contact words in one spelling each; computed on first use. */
  readonly contact: TextView;
}

/**
 * Folds a text to the one spelling that detectors match on. In order: characters (NFKC, lower case, no
 * format characters, styled letters as plain ones, Latin letters without diacritics), simplified Chinese,
 * Chinese numerals as digits, letters that were set apart, look-alike letters.
 *
 * Takes any string, lone surrogates and megabytes included, in linear time. Folding folded text changes nothing.
 */
export function foldText(source: string): FoldedText {
  const first = foldClusters(source);
  let draft = first.draft;
  if (first.seen & TRADITIONAL) draft = { ...draft, text: simplify(draft.text) };
  if (first.seen & NUMERAL) draft = applyEdits(draft, findNumerals(draft.text));
  const before = draft;
  if (first.loneCount > 0 && (first.seen & HAN || first.loneCount >= FEWEST_LONE_LETTERS)) {
    draft = joinLetters(draft, first.seen);
  }
  const isMixed = first.isMixed || draft !== before;
  if (isMixed && first.seen & FOREIGN && first.seen & LATIN)
    draft = applyEdits(draft, findLookAlikes(source, draft));
  return new Folded(source, draft);
}

/** A run of three may end in a letter that digits follow, which is not alone. */
const FEWEST_LONE_LETTERS = 2;

/** Joining makes numbers (三 十 万), and a number may end a word that was set apart; more never follows. */
const JOIN_ROUNDS = 3;

function joinLetters(draft: Draft, seen: number): Draft {
  let current = draft;
  for (let round = 0; round < JOIN_ROUNDS; round += 1) {
    const joined = applyEdits(current, findSpacing(current.text));
    if (joined === current) break;
    current = seen & NUMERAL ? applyEdits(joined, findNumerals(joined.text)) : joined;
  }
  return current;
}

class Folded extends MappedView implements FoldedText {
  readonly #draft: Draft;
  #contact: TextView | undefined;

  constructor(source: string, draft: Draft) {
    super(source, draft);
    this.#draft = draft;
  }

  get contact(): TextView {
    this.#contact ??= new MappedView(
      this.source,
      applyEdits(this.#draft, findContacts(this.folded)),
    );
    return this.#contact;
  }
}
