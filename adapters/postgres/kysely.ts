import { Kysely, PostgresDialect, type PostgresPool } from "kysely";
import { errorCode } from "../system/error-code.ts";
import type { NamedStatement, Pool, PoolClient } from "./pool.ts";
import type { Tables } from "./tables.ts";

/** Statements that get a name; those that come after are planned each time. */
const MOST_NAMES = 500;
const names = new Map<string, string>();

/** SQLSTATE of "cached plan must not change result type": a newer process changed a table. */
export const CACHED_PLAN = "0A000";

/** What Kysely needs of a borrowed connection. */
type Lent = Pick<PoolClient, "query" | "release">;

const lendings = new WeakMap<PoolClient, Lent>();

/** Kysely over a pool of either kind. The pool stays the caller's to end. */
export function openKysely(pool: Pick<Pool, "connect">): Kysely<Tables> {
  return kyselyOver(async () => {
    const { query, release } = lend(await pool.connect());
    return { release, query: readingAnew(query) };
  });
}

/** A statement that stands by itself is planned anew where the table has changed since; within a transaction it is too late. */
function readingAnew(query: Lent["query"]): Lent["query"] {
  return async (text, values) => {
    try {
      return await query(text, values);
    } catch (error) {
      if (errorCode(error) !== CACHED_PLAN || typeof text !== "string") throw error;
      return query({ name: "", text, values: values ?? [] });
    }
  };
}

/** One borrowed connection; `release` gives it back, and `true` has it thrown away. */
export interface Session {
  readonly db: Kysely<Tables>;
  readonly release: (destroy?: boolean) => void;
}

const sessions = new WeakMap<PoolClient, Session>();

/**
 * Kysely over one borrowed connection, which sends statements as they come: within a transaction of its
 * own Kysely waits for each answer before it sends the next, so that nothing is ever pipelined. Whoever
 * borrowed the connection begins and ends the transaction, and gives the connection back.
 */
export async function borrowSession(pool: Pick<Pool, "connect">): Promise<Session> {
  const client = await pool.connect();
  const known = sessions.get(client);
  if (known) return known;
  const lent = lend(client);
  const kept = { ...lent, release: () => undefined };
  const session = { db: kyselyOver(async () => kept), release: lent.release };
  sessions.set(client, session);
  return session;
}

function kyselyOver(connect: () => Promise<Lent>): Kysely<Tables> {
  const pool = { connect, end: async () => undefined };
  return new Kysely<Tables>({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its cursors, which pools of ours lack, are never asked for
    dialect: new PostgresDialect({ pool: pool as unknown as PostgresPool }),
  });
}

function lend(client: PoolClient): Lent {
  const known = lendings.get(client);
  if (known) return known;
  let outdated = false;
  const lent: Lent = {
    async query(text, values = []) {
      try {
        const plain = typeof text !== "string" || values.length === 0;
        return await (plain ? client.query(text) : client.query(named(text, values)));
      } catch (error) {
        // This connection would go on with the plan for the old table.
        if (errorCode(error) === CACHED_PLAN) outdated = true;
        throw error;
      }
    },
    release: (destroy = false) => client.release(destroy || outdated),
  };
  lendings.set(client, lent);
  return lent;
}

/** Planning takes longer than running for most of our statements. */
function named(text: string, values: readonly unknown[]): NamedStatement {
  let name = names.get(text);
  if (name === undefined && names.size < MOST_NAMES) {
    name = `candor_${names.size}`;
    names.set(text, name);
  }
  return { name: name ?? "", text, values };
}
