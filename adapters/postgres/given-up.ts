import { errorCode } from "../system/error-code.ts";

/** A deadlock, or a transaction that could not be put in order with others: nothing of it was written. */
const GIVEN_UP = ["40P01", "40001"];
const MOST_TRIES = 3;

/** Runs a transaction, and again when the database has given it up in favour of another one. */
export async function retryGivenUp<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await run();
    } catch (error) {
      if (tries >= MOST_TRIES || !GIVEN_UP.includes(errorCode(error) ?? "")) throw error;
    }
  }
}
