import type { Kysely, Transaction } from "kysely";
import type { NewAuditEvent } from "../../src/engine/audit.ts";
import type { Policy } from "../../src/engine/policy.ts";
import type { Job } from "../../src/ports/jobs.ts";
import {
  appendEvents,
  type ChainContext,
  lockChain,
  type LockedHead,
  type StoreContext,
} from "./chain.ts";
import { writeJobs } from "./outbox.ts";
import type { Tables } from "./tables.ts";

/** Writes that share one transaction. More would let reads wait long for the one connection of an embedded database. */
const MOST_TOGETHER = 16;

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
    statement.catch(() => undefined);
    this.#sent.push(statement);
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
      writeJobs(this.#context, this.#transaction, this.#jobs),
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
  readonly #db: Kysely<Tables>;
  readonly #context: WriterContext;
  readonly #lanes = new Map<string, Queued[]>();

  constructor(db: Kysely<Tables>, context: WriterContext) {
    this.#db = db;
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

  /** Never rejects. When one of several fails, each is tried for itself: the others must not pay for it. */
  async #execute(community: string, together: readonly Queued[]): Promise<void> {
    let works = false;
    try {
      const values = await this.#db.transaction().execute(async (transaction) => {
        const head = await lockChain(transaction, community);
        const chain = new LockedChain(this.#context, transaction, head);
        const done: unknown[] = [];
        works = true;
        for (const { work } of together) done.push(await work(transaction, chain));
        await chain.flush();
        // What fails from here on may have been written all the same.
        works = false;
        return done;
      });
      for (const [i, { resolve }] of together.entries()) resolve(values[i]);
    } catch (error) {
      if (works && together.length > 1) {
        for (const one of together) await this.#execute(community, [one]);
      } else {
        for (const { reject } of together) reject(error);
      }
    }
  }
}

function takeTogether(lane: Queued[]): readonly Queued[] {
  if (lane[0]?.alone) return lane.splice(0, 1);
  const end = lane.findIndex(({ alone }) => alone);
  return lane.splice(0, Math.min(MOST_TOGETHER, end === -1 ? lane.length : end));
}
