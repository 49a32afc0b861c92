import type { EventEmitter } from "node:events";

/** What a query gives back; `command` is the first word of PostgreSQL's command tag. */
export interface QueryResult<Row> {
  readonly command: string;
  readonly rowCount: number | null;
  readonly rows: Row[];
}

/** A statement with a name under which the session plans it once. */
export interface NamedStatement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** One session, or what looks like one. `notification` brings what it listens to. */
export interface PoolClient extends EventEmitter {
  query<Row = Record<string, unknown>>(
    statement: string | NamedStatement,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>>;
  /** `destroy`: whatever state the session is in must not reach the next borrower. */
  release(destroy?: boolean): void;
}

/** The part of `pg.Pool` that Kysely and BullMQ use; a real `pg.Pool` and `PglitePool` both have it. */
export interface Pool extends EventEmitter {
  connect(): Promise<PoolClient>;
  query<Row = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>>;
  end(): Promise<void>;
}

/** Schemas of Candor's tables and of BullMQ's; both are on the search path, for BullMQ names its own without schema. */
export const RECORDS_SCHEMA = "candor";
export const JOBS_SCHEMA = "bullmq";
export const SET_SEARCH_PATH = `SET search_path TO ${RECORDS_SCHEMA}, ${JOBS_SCHEMA}`;
