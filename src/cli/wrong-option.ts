import { CandorError } from "../engine/errors.ts";

/** CANDOR-021: an option of the command line has a value that it does not take. */
export function wrongOption(option: string, read: string, accepted: string): CandorError {
  const words = `${option}: read ${JSON.stringify(read)}; accepted: ${accepted}`;
  return new CandorError("CANDOR-021", words);
}
