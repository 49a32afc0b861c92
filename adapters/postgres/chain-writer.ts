import type { Transaction } from "kysely";
import type { NewAuditEvent } from "../../src/engine/audit.ts";
import type { Policy } from "../../src/engine/policy.ts";
import type { Job } from "../../src/ports/jobs.ts";
import { errorCode } from "../system/error-code.ts";
import {
  appendEvents,
  type ChainContext,
  lockChain,
  type LockedHead,
  type StoreContext,
} from "./chain.ts";
import { retryGivenUp } from "./given-up.ts";
import { writeJobs } from "./outbox.ts";
import type { Pool } from "./pool.ts";
import { inTransaction } from "./in-transaction.ts";
import type { Tables } from "./tables.ts";

/** Writes that share one transaction. More would let reads wait long for the one connection of an embedded database. */
const MOST_TOGETHER = 16;

/** PostgreSQL's answer to every statement of a transaction in which one has failed. */
const TRANSACTION_FAILED = "25P02";

/** What one write does while its community's chain is locked. It may be run again, after nothing of it was written. */
export type ChainWork<T> = (transaction: Transaction<Tables>, chain: LockedChain) => Promise<T>;

type WriterContext = ChainContext & Pick<StoreContext, "policies">;

/** A locked chain. What it is given is written with the transaction, in the order given. */
export class LockedChain {
  readonly #context: WriterContext;
  readonly #transaction: Transaction<Tables>;
  readonly #head: LockedHead;
  readonly #events: NewAuditEvent[] = [];
  readonly #jobs: Job[] = [];
  readonly #sent: Promise<unknown>[] = [];
  #failed: unknown;
  #policy: Promise<Policy | null> | undefined;

  constructor(context: WriterContext, transaction: Transaction<Tables>, head: LockedHead) {
    this.#context = context;
    this.#transaction = transaction;
    this.#head = head;
  }

  /** The community's policy; nobody changes it while its chain is locked. */
  policy(): Promise<Policy | null> {
    this.#policy ??= this.#context.policies.read(this.#transaction, this.#head.community);
    return this.#policy;
  }

  /**
   * Takes a statement whose answer nobody needs before the transaction ends, so that what follows need not
   * wait a journey for it. When it fails, the transaction does.
   */
  send(statement: Promise<unknown>): void {
    // Heard in `flush`; until then it must not count as a rejection that nobody handles.
    statement.catch((error: unknown) => {
      this.#failed ??= error;
    });
    this.#sent.push(statement);
  }

  /** Why a transaction failed: once a statement that was sent has, whatever comes after it is only refused. */
  causeOf(error: unknown): unknown {
    return errorCode(error) === TRANSACTION_FAILED ? (this.#failed ?? error) : error;
  }

  append(events: readonly NewAuditEvent[]): void {
    this.#events.push(...events);
  }

  enqueue(jobs: readonly Job[]): void {
    this.#jobs.push(...jobs);
  }

  async flush(): Promise<void> {
    await Promise.all([
      ...this.#sent,
      appendEvents(this.#context, this.#transaction, this.#head, this.#events),
      writeJobs(this.#context, this.#transaction, this.#head.community, this.#jobs),
    ]);
  }
}

interface Queued {
  readonly alone: boolean;
  readonly work: ChainWork<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Every write of a community goes through here, one transaction at a time in this process: to wait for
 * the chain's lock in the database would take a connection from whoever only reads. Writes that come
 * while one is under way share the next transaction, so that a storm pays for few commits.
 */
export class ChainWriter {
  readonly #pool: Pick<Pool, "connect">;
  readonly #context: WriterContext;
  readonly #lanes = new Map<string, Queued[]>();

  constructor(pool: Pick<Pool, "connect">, context: WriterContext) {
    this.#pool = pool;
    this.#context = context;
  }

  /** Runs `work` in a transaction that has locked the chain of `community`; rejects with what it throws. */
  write<T>(community: string, work: ChainWork<T>): Promise<T> {
    return this.#queue(community, work, false);
  }

  /** The same in a transaction of its own, for what looks at or removes what others append. */
  writeAlone<T>(community: string, work: ChainWork<T>): Promise<T> {
    return this.#queue(community, work, true);
  }

  #queue<T>(community: string, work: ChainWork<T>, alone: boolean): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `work` gives is what its promise resolves to
      const queued: Queued = { alone, work, resolve: (value) => resolve(value as T), reject };
      const lane = this.#lanes.get(community);
      if (lane) lane.push(queued);
      else void this.#run(community, [queued]);
    });
  }

  async #run(community: string, lane: Queued[]): Promise<void> {
    this.#lanes.set(community, lane);
    while (lane.length > 0) await this.#execute(community, takeTogether(lane));
    this.#lanes.delete(community);
  }

  /**
   * Never rejects. What the database gives up in favour of another transaction is tried again; when one of
   * several fails, each is tried for itself: the others must not pay for it.
   */
  async #execute(community: string, together: readonly Queued[]): Promise<void> {
    let working = false;
    try {
      const values = await retryGivenUp(() => {
        working = false;
        return inTransaction(this.#pool, async (transaction) => {
          const head = await lockChain(transaction, community);
          const chain = new LockedChain(this.#context, transaction, head);
          working = true;
          const value = await doAll(transaction, chain, together);
          working = false;
          return { value, sent: chain.flush() };
        });
      });
      for (const [i, { resolve }] of together.entries()) resolve(values[i]);
    } catch (error) {
      // What the database refused was not written; of a connection that broke at the end nobody knows.
      if ((working || isRefusal(error)) && together.length > 1) {
        for (const one of together) await this.#execute(community, [one]);
      } else {
        for (const { reject } of together) reject(error);
      }
    }
  }
}

async function doAll(
  transaction: Transaction<Tables>,
  chain: LockedChain,
  together: readonly Queued[],
): Promise<readonly unknown[]> {
  try {
    const done: unknown[] = [];
    for (const { work } of together) done.push(await work(transaction, chain));
    return done;
  } catch (error) {
    throw chain.causeOf(error);
  }
}

/** Whether the server answered with an error: an SQLSTATE, but for those that say that it is going down (class 57), and no `EPIPE`. */
function isRefusal(error: unknown): boolean {
  return /^(?!57|E)[0-9A-Z]{5}$/u.test(errorCode(error) ?? "");
}

function takeTogether(lane: Queued[]): readonly Queued[] {
  if (lane[0]?.alone) return lane.splice(0, 1);
  const end = lane.findIndex(({ alone }) => alone);
  return lane.splice(0, Math.min(MOST_TOGETHER, end === -1 ? lane.length : end));
}
