import { sql, type Transaction } from "kysely";
import { borrowSession } from "./kysely.ts";
import type { Pool } from "./pool.ts";
import type { Tables } from "./tables.ts";

/** What a transaction came to before it ended: its last statements are under way. */
export interface Ending<T> {
  readonly value: T;
  readonly sent: Promise<unknown>;
}

/**
 * Runs `work` in a transaction of the pool's. The commit is sent behind the last statements, whose answers
 * it need not wait for: where one of them fails, the database undoes the transaction whatever comes after.
 */
export async function inTransaction<T>(
  pool: Pick<Pool, "connect">,
  work: (session: Transaction<Tables>) => Promise<Ending<T>>,
): Promise<T> {
  const { db, release } = await borrowSession(pool);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is done with it is done between BEGIN and COMMIT
  const session = db as Transaction<Tables>;
  let broken = false;
  try {
    const begun = sql`BEGIN`.execute(session);
    begun.catch(() => undefined);
    const { value, sent } = await work(session);
    const committed = sql`COMMIT`.execute(session);
    committed.catch(() => undefined);
    await begun;
    await sent;
    await committed;
    return value;
  } catch (error) {
    await sql`ROLLBACK`.execute(session).catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    release(broken);
  }
}
