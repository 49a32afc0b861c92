import { errorCode } from "../system/error-code.ts";
import { CACHED_PLAN } from "./kysely.ts";

/**
 * How often a transaction is tried that the database has given up: a deadlock, one that could not be put in
 * order with others, and one on a connection that still plans for the tables of before, of which there are
 * as many as connections.
 */
const MOST_TRIES: Readonly<Record<string, number>> = {
  "40P01": 3,
  "40001": 3,
  [CACHED_PLAN]: 20,
};

/** Runs a transaction, and again when the database has given it up: nothing of it was written. */
export async function retryGivenUp<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (tries >= (MOST_TRIES[errorCode(error) ?? ""] ?? 0)) throw error;
    }
  }
}
