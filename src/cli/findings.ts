import { CandorError, ERRORS } from "../engine/errors.ts";

/**
 * One thing that was looked at. `note`: it works, and something could be better. `todo` says what to do
 * about it.
 */
export interface Finding {
  readonly state: "ok" | "note" | "failed";
  readonly name: string;
  readonly text: string;
  readonly todo?: string;
}

const MARKS = { ok: "ok    ", note: "note  ", failed: "FAILED" } as const;

/** A finding as one or two lines. */
export function findingLines({ state, name, text, todo }: Finding): string {
  const advice = todo === undefined ? "" : `        ${todo}\n`;
  return `${MARKS[state]}  ${name}: ${text}\n${advice}`;
}

/** An error that a check threw, as a finding. */
export function failureOf(name: string, error: unknown): Finding {
  if (error instanceof CandorError) {
    const text = `${error.code} ${error.message}`;
    return { state: "failed", name, text, todo: ERRORS[error.code].remedy };
  }
  return { state: "failed", name, text: error instanceof Error ? error.message : String(error) };
}
