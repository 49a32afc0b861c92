import { EventEmitter } from "node:events";
import { types } from "node:util";
import type { PGlite, Results } from "@electric-sql/pglite";
import type { NamedStatement, Pool, PoolClient, QueryResult } from "./pool.ts";

const ENDED = "Cannot use a pool after calling end on the pool";

/**
 * Makes PGlite, which is a single session, usable where a `pg.Pool` is expected. Clients take turns:
 * a query waits for its turn, and a client that has begun a transaction keeps the session until the
 * transaction ends, or until it is released, which rolls back. Two clients can therefore never be
 * inside one transaction, and a client that waits for another while it holds the session waits for ever.
 */
export class PglitePool extends EventEmitter implements Pool {
  readonly #db: PGlite;
  readonly #turns = new Turns();
  readonly #clients = new Set<PgliteClient>();
  readonly #stopNotifications: () => void;
  #ending: Promise<void> | undefined;

  constructor(db: PGlite) {
    super();
    // Every queue and worker of BullMQ adds a listener of its own.
    this.setMaxListeners(0);
    this.#db = db;
    this.#stopNotifications = db.onNotification((channel, payload) => {
      for (const client of this.#clients) client.notify(channel, payload);
    });
  }

  async connect(): Promise<PoolClient> {
    return this.#connect();
  }

  async query<Row = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>> {
    const client = this.#connect();
    try {
      return await client.query<Row>(text, values);
    } finally {
      client.release();
    }
  }

  /** Waits for queries that have their turn or wait for it, then closes the database. Idempotent. */
  end(): Promise<void> {
    this.#ending ??= (async () => {
      await Promise.all([...this.#clients].map((client) => client.settle()));
      const done = await this.#turns.take();
      this.#stopNotifications();
      await this.#db.close();
      done();
    })();
    return this.#ending;
  }

  #connect(): PgliteClient {
    if (this.#ending) throw new Error(ENDED);
    const client = new PgliteClient(this.#db, this.#turns, () => this.#clients.delete(client));
    this.#clients.add(client);
    return client;
  }
}

class PgliteClient extends EventEmitter implements PoolClient {
  readonly #db: PGlite;
  readonly #turns: Turns;
  readonly #forget: () => void;
  readonly #channels = new Set<string>();
  /** Gives the session back; set while this client is inside a transaction. */
  #giveBack: (() => void) | undefined;
  /** Queries of one client run one after the other, as on a real connection. */
  #last: Promise<unknown> = Promise.resolve();
  #released = false;

  constructor(db: PGlite, turns: Turns, forget: () => void) {
    super();
    this.#db = db;
    this.#turns = turns;
    this.#forget = forget;
  }

  /** A name is of no use here: every statement is planned when it runs. */
  query<Row = Record<string, unknown>>(
    statement: string | NamedStatement,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>> {
    if (this.#released) return Promise.reject(new Error("Client was released"));
    const run = this.#last.then(() =>
      typeof statement === "string"
        ? this.#run<Row>(statement, values)
        : this.#run<Row>(statement.text, statement.values),
    );
    this.#last = run.catch(() => undefined);
    return run;
  }

  release(): void {
    void this.settle();
  }

  /** Releases the client; resolves once what was asked of it is done, and its transaction, if any, rolled back. */
  settle(): Promise<unknown> {
    if (!this.#released) {
      this.#released = true;
      this.#channels.clear();
      this.#forget();
      this.#last = this.#last.then(() => this.#rollBack());
    }
    return this.#last;
  }

  notify(channel: string, payload: string): void {
    if (this.#channels.has(channel)) this.emit("notification", { channel, payload });
  }

  async #run<Row>(text: string, values?: readonly unknown[]): Promise<QueryResult<Row>> {
    this.#giveBack ??= await this.#turns.take();
    try {
      const result = await send(this.#db, text, values);
      if (result?.command === "LISTEN") this.#channels.add(channelOf(text));
      return {
        command: result?.command ?? "",
        rowCount: result?.rowCount ?? result?.affectedRows ?? null,
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as in pg, the caller knows what it selects
        rows: (result?.rows ?? []) as Row[],
      };
    } catch (error) {
      throw withoutValues(error);
    } finally {
      // After an error inside a transaction the session still belongs to it until the rollback.
      if (!this.#db.isInTransaction()) this.#leave();
    }
  }

  async #rollBack(): Promise<void> {
    if (!this.#giveBack) return;
    try {
      await this.#db.exec("ROLLBACK");
    } catch (error) {
      // The next query finds the same fault; without a listener, emitting would end the process.
      if (this.listenerCount("error") > 0) this.emit("error", error);
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    giveBack?.();
  }
}

/** Hands out one turn after the other, first come first served. */
class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves when it is the caller's turn, to the function that ends it. */
  async take(): Promise<() => void> {
    const before = this.#last;
    let end!: () => void;
    this.#last = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    return end;
  }
}

// Without values several statements may stand in one text, as in node-postgres; the last result counts.
async function send(
  db: PGlite,
  text: string,
  values: readonly unknown[] | undefined,
): Promise<(Results & { readonly rowCount?: number; readonly command?: string }) | undefined> {
  if (values === undefined || values.length === 0) return (await db.exec(text)).at(-1);
  return db.query(text, [...values]);
}

function channelOf(text: string): string {
  return /\bLISTEN\s+"?([\w$]+)"?\s*;?\s*$/iu.exec(text)?.[1] ?? "";
}

// PGlite hangs the query's values on its errors, where a log or a report would find personal data.
function withoutValues(error: unknown): unknown {
  if (types.isNativeError(error)) {
    for (const key of ["params", "query", "queryOptions"]) Reflect.deleteProperty(error, key);
  }
  return error;
}
