import { MAX_REASON_UNITS } from "../engine/case/decision.ts";
import { plainWords } from "../engine/plain-words.ts";
import { redact } from "../engine/redact.ts";
import { fail, ok, type Result } from "../engine/result.ts";

/** Words that are missing or longer than `most` UTF-16 units. */
export type WordsProblem =
  | { readonly kind: "reason-required" }
  | { readonly kind: "reason-too-long"; readonly units: number; readonly most: number };

/** What somebody wrote about a case, on one line and redacted, or what is wrong with it. */
export function readWords(words: string): Result<string, WordsProblem> {
  const plain = readPlainWords(words);
  return plain.ok ? ok(redact(plain.value, [])) : plain;
}

/** The same of words that are kept as they were written: whoever reads them has made sure that they hold nothing personal. */
export function readPlainWords(words: string): Result<string, WordsProblem> {
  const trimmed = plainWords(words);
  if (trimmed === "") return fail({ kind: "reason-required" });
  if (trimmed.length > MAX_REASON_UNITS) {
    return fail({ kind: "reason-too-long", units: trimmed.length, most: MAX_REASON_UNITS });
  }
  return ok(trimmed);
}

/** Words that may be left out; null where they are. */
export function readNote(words: string | null): Result<string | null, WordsProblem> {
  return words === null || words.trim() === "" ? ok(null) : readWords(words);
}
