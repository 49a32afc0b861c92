import { join } from "node:path";
import { types as nodeTypes } from "node:util";
import type { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { Log } from "../../src/ports/log.ts";
import { errorCode } from "../system/error-code.ts";
import { BatchingSocket } from "./batching-socket.ts";
import { openPgliteFolder } from "./pglite-folder.ts";
import { PglitePool } from "./pglite-pool.ts";
import { JOBS_SCHEMA, type Pool, RECORDS_SCHEMA, SET_SEARCH_PATH } from "./pool.ts";

/** Oldest major version that BullMQ's PostgreSQL backend runs on. */
export const MINIMUM_POSTGRES = 13;
const CONNECT_TIMEOUT_MS = 5000;
// Each of the four workers keeps one connection for LISTEN; the rest serve queries.
const MAX_CONNECTIONS = 16;

/** `address` is host, port and database; never a user or a password. */
export type OpenDatabaseError =
  | { readonly kind: "bad-url" }
  /** Nobody answers, or not in time. `reason` is an error code such as `ECONNREFUSED`. */
  | { readonly kind: "unreachable"; readonly address: string; readonly reason: string }
  /** The server answers and refuses: wrong password, no such database. `reason` is a SQLSTATE. */
  | { readonly kind: "refused"; readonly address: string; readonly reason: string }
  | { readonly kind: "too-old"; readonly version: string; readonly minimum: number }
  /** The embedded database does not open: a damaged folder, a full disk. */
  | { readonly kind: "embedded-broken"; readonly folder: string; readonly cause: unknown };

/**
 * Opens the database: PostgreSQL at `databaseUrl`, or without it PGlite in `<dataDir>/db`, whose
 * lock the caller holds. In both cases the schemas exist and are on the search path, and `int8`
 * comes back as a number (epoch ms and counts, all below 2^53).
 */
export async function openDatabase(options: {
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
  readonly log: Log;
}): Promise<Result<Pool, OpenDatabaseError>> {
  if (options.databaseUrl !== undefined) return openServer(options.databaseUrl, options.log);
  const folder = join(options.dataDir, "db");
  try {
    return ok(await embeddedPool(await openPgliteFolder(folder)));
  } catch (cause) {
    return fail({ kind: "embedded-broken", folder, cause });
  }
}

/** A pool over an opened PGlite, with schemas and search path in place. */
export async function embeddedPool(db: PGlite): Promise<Pool> {
  const pool = new PglitePool(db);
  await pool.query(SET_SEARCH_PATH);
  await createSchemas(pool);
  return pool;
}

async function openServer(url: string, log: Log): Promise<Result<Pool, OpenDatabaseError>> {
  const address = addressOf(url);
  if (address === null) return fail({ kind: "bad-url" });
  const pool = makeServerPool(url, log);
  try {
    const { rows } = await pool.query<{ number: string; version: string }>(
      "SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version",
    );
    const major = Math.floor(Number(rows[0]?.number) / 10_000);
    if (major < MINIMUM_POSTGRES) {
      await pool.end();
      return fail({ kind: "too-old", version: rows[0]?.version ?? "", minimum: MINIMUM_POSTGRES });
    }
    await createSchemas(pool);
    return ok(pool);
  } catch (error) {
    await pool.end();
    return fail({ ...refusal(error), address });
  }
}

function makeServerPool(url: string, log: Log): Pool {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // Lets BullMQ notice a silently dropped LISTEN connection.
    keepAlive: true,
    application_name: "candor",
    // Statements of one transaction need not wait for each other's answers.
    pipeline: true,
    stream: () => new BatchingSocket(),
    types,
    // Not by `options=-c search_path`, which connection poolers refuse.
    verify: (client, done) => void setSearchPath(client, done),
  });
  pool.setMaxListeners(0);
  pool.on("error", (err) => log.warn({ err }, "database connection lost"));
  // The pool hears idle connections only; one that breaks while somebody uses it would end the process.
  pool.on("connect", (client) => {
    client.on("error", (err) => log.debug({ err }, "database connection lost in use"));
  });
  return pool;
}

async function setSearchPath(client: pg.PoolClient, done: (error?: Error) => void): Promise<void> {
  try {
    await client.query(SET_SEARCH_PATH);
  } catch (cause) {
    done(new Error("search path was not set", { cause }));
    return;
  }
  done();
}

// Looked up before it is made: making needs a right on the database that an operator need not give us.
async function createSchemas(pool: Pool): Promise<void> {
  for (const schema of [RECORDS_SCHEMA, JOBS_SCHEMA]) {
    const found = await pool.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [schema]);
    if (found.rows.length > 0) continue;
    try {
      await pool.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    } catch (error) {
      // Two processes that start at once both find it missing; the slower one gets a duplicate key.
      if (!["23505", "42P06"].includes(errorCode(error) ?? "")) throw error;
    }
  }
}

function addressOf(url: string): string | null {
  try {
    const { protocol, hostname, port, pathname, searchParams } = new URL(url);
    if (protocol !== "postgres:" && protocol !== "postgresql:") return null;
    return `${hostname || (searchParams.get("host") ?? "localhost")}:${port || "5432"}${pathname}`;
  } catch {
    return null;
  }
}

// Classes 53 (out of connections) and 57 (starting, shutting down) pass by themselves.
const SQLSTATE_REFUSED = /^(?!53|57)[0-9A-Z]{5}$/u;

function refusal(error: unknown): {
  readonly kind: "unreachable" | "refused";
  readonly reason: string;
} {
  const code = errorCode(error);
  const message = nodeTypes.isNativeError(error) ? error.message : "";
  if (code === undefined && /timeout/iu.test(message)) {
    return { kind: "unreachable", reason: "timeout" };
  }
  const sqlstate = error instanceof pg.DatabaseError && SQLSTATE_REFUSED.test(code ?? "");
  return { kind: sqlstate ? "refused" : "unreachable", reason: code ?? message };
}
