import { LATIN_AS_CYRILLIC, LATIN_AS_GREEK, LOOK_LIKE_LATIN } from "./confusables.data.ts";
import { type Draft, type Edit, startOf } from "./view.ts";

const TO_LATIN = readPairs(LOOK_LIKE_LATIN);
const TO_CYRILLIC = readPairs(LATIN_AS_CYRILLIC);
const TO_GREEK = readPairs(LATIN_AS_GREEK);

/** Letters of the smaller script that may stand together and still be disguise: more are a word of their own. */
const LONGEST_STRAY = 2;

// Chinese, Japanese and Korean letters end a word: they stand next to Latin ones in honest text.
const WORD =
  /(?:(?![\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}])[\p{L}\p{M}])+/gu;
const LATIN = /^\p{Script=Latin}$/u;
const CYRILLIC = /^\p{Script=Cyrillic}$/u;
const GREEK = /^\p{Script=Greek}$/u;
const MARK = /^\p{M}$/u;

/**
 * Puts words of mixed script into one script (UTS #39 look-alikes): "рaypal" with a Cyrillic р becomes
 * "paypal", "Пpивет" with a Latin p becomes "привет". Words of one script, digits and Han never change.
 *
 * A word goes to the script in which all of it can be written; to the one of most letters where both can;
 * where none can, stray letters go over one by one. The written case is asked first: В looks like B, в not like b.
 */
export function findLookAlikes(source: string, draft: Draft): readonly Edit[] {
  const edits: Edit[] = [];
  for (const match of draft.text.matchAll(WORD)) {
    const letters = readLetters(source, draft, match.index, match[0]);
    const isMixed =
      letters.some((l) => l.script === "latin") && letters.some((l) => l.script !== "latin");
    if (isMixed) translate(edits, letters);
  }
  return edits;
}

type Script = "latin" | "cyrillic" | "greek" | "other";

interface Letter {
  readonly start: number;
  readonly end: number;
  readonly script: Script;
  readonly written: string;
  readonly folded: string;
}

function readLetters(source: string, draft: Draft, start: number, word: string): Letter[] {
  const letters: Letter[] = [];
  let at = start;
  for (const folded of word) {
    const end = at + folded.length;
    const from = startOf(draft, at);
    const written = String.fromCodePoint(source.codePointAt(from) ?? 0);
    const last = letters.at(-1);
    if (!MARK.test(folded)) {
      letters.push({ start: at, end, script: scriptOf(folded), written, folded });
    } else if (last) {
      // A letter that carries a mark looks like no other one, and the mark cannot go over.
      letters[letters.length - 1] = { ...last, written: "", folded: "" };
    }
    at = end;
  }
  return letters;
}

function scriptOf(letter: string): Script {
  if (LATIN.test(letter)) return "latin";
  if (CYRILLIC.test(letter)) return "cyrillic";
  return GREEK.test(letter) ? "greek" : "other";
}

function translate(edits: Edit[], letters: readonly Letter[]): void {
  const latin = letters.filter((letter) => letter.script === "latin");
  const others = letters.filter((letter) => letter.script !== "latin");
  const back = tableTo(others);
  const allToLatin = others.every((letter) => lookUp(letter, TO_LATIN) !== undefined);
  const allBack = back !== null && latin.every((letter) => lookUp(letter, back) !== undefined);
  const latinIsMore = latin.length >= others.length;
  const toLatin = allToLatin === allBack ? latinIsMore : allToLatin;
  const table = toLatin ? TO_LATIN : back;
  // Words of three scripts only change when that leaves one.
  if (table === null || (back === null && !allToLatin)) return;
  const moving = (letter: Letter) => (letter.script === "latin") !== toLatin;
  const isComplete = allToLatin || allBack;
  for (const [i, letter] of letters.entries()) {
    if (!moving(letter) || (!isComplete && !isStray(letters, i))) continue;
    const text = lookUp(letter, table);
    if (text !== undefined) edits.push({ start: letter.start, end: letter.end, text });
  }
}

/** The table into the one script that the letters share, or null where there is none. */
function tableTo(others: readonly Letter[]): ReadonlyMap<string, string> | null {
  if (others.every((letter) => letter.script === "cyrillic")) return TO_CYRILLIC;
  return others.every((letter) => letter.script === "greek") ? TO_GREEK : null;
}

function lookUp(letter: Letter, table: ReadonlyMap<string, string>): string | undefined {
  return table.get(letter.written) ?? table.get(letter.folded);
}

function isStray(letters: readonly Letter[], at: number): boolean {
  const isLatin = letters[at]?.script === "latin";
  const same = (i: number) =>
    letters[i] !== undefined && (letters[i]?.script === "latin") === isLatin;
  let first = at;
  while (at - first < LONGEST_STRAY && same(first - 1)) first -= 1;
  let last = at;
  while (last - at < LONGEST_STRAY && same(last + 1)) last += 1;
  return last - first < LONGEST_STRAY;
}

function readPairs(row: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  const letters = Array.from(row);
  for (let i = 0; i + 1 < letters.length; i += 2) pairs.set(letters[i] ?? "", letters[i + 1] ?? "");
  return pairs;
}
