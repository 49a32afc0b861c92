import { setTimeout as sleep } from "node:timers/promises";
import { ShardEvents, ShardingManager } from "discord.js";
import { z } from "zod";
import type { Share } from "../../src/engine/share.ts";
import type { Log } from "../../src/ports/log.ts";
import { KeptProcess, type KeptTimes } from "./kept-process.ts";
import { wordSchema } from "./siblings.ts";

/** A process that is restarted among others is ready within this time, or the others are left as they are. */
const READY_WITHIN_MS = 120_000;

export interface ProcessesOptions extends KeptTimes {
  /** The script that each process runs, and its arguments. */
  readonly file: string;
  readonly args: readonly string[];
  readonly count: number;
  readonly token: string;
  readonly log: Log;
  readonly readyWithinMs?: number;
}

/**
 * Processes that share the servers of one bot, started by discord.js's `ShardingManager`. It counts each process as one
 * shard; how many shards of Discord's a process has, it finds out for itself, at the REST base of the settings.
 */
export class Processes {
  readonly #log: Log;
  readonly #readyWithinMs: number;
  readonly #kept: readonly KeptProcess[];
  #restarting: Promise<void> | null = null;
  #isAskedAgain = false;
  #stopping = false;

  constructor({ file, args, count, token, log, readyWithinMs, ...times }: ProcessesOptions) {
    this.#log = log;
    this.#readyWithinMs = readyWithinMs ?? READY_WITHIN_MS;
    const manager = new ShardingManager(file, {
      mode: "process",
      totalShards: count,
      token,
      shardArgs: [...args],
      execArgv: process.execArgv,
      // Its own restarts come at once, however often a process ends.
      respawn: false,
    });
    this.#kept = Array.from({ length: count }, (_, index) => {
      const shard = manager.createShard(index);
      shard.on(ShardEvents.Message, (message: unknown) => this.#passOn(index, message));
      return new KeptProcess(shard, log, times);
    });
  }

  /** Process ids, by index; undefined where one is just not there. */
  get pids(): readonly (number | undefined)[] {
    return this.#kept.map(({ pid }) => pid);
  }

  /**
   * Starts one after the other, each when the one before is ready. Resolves to null, or to the exit code of the one that
   * ended before it was: the others are stopped then.
   */
  async start(): Promise<number | null> {
    for (const process of this.#kept) {
      if (this.#stopping) return null;
      const code = await process.start();
      if (code === null) continue;
      await this.stop();
      return code;
    }
    return null;
  }

  /**
   * Restarts one after the other, each when the one before is ready again; leaves the others where one does not get
   * ready. Asked again meanwhile, does it all once more.
   */
  restart(): Promise<void> {
    if (this.#restarting) {
      this.#isAskedAgain = true;
      return this.#restarting;
    }
    this.#restarting = this.#restartAll().finally(() => {
      this.#restarting = null;
    });
    return this.#restarting;
  }

  /** Stops all at once: none waits for another, and whoever asks may not wait for long. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#kept.map((process) => process.stop()));
  }

  async #restartAll(): Promise<void> {
    do {
      this.#isAskedAgain = false;
      for (const [index, process] of this.#kept.entries()) {
        await process.stop();
        if (this.#stopping) return;
        const code = await this.#inTime(process.start());
        if (this.#stopping) return;
        if (code === null) continue;
        this.#log.error(
          { process: index },
          "a process is not ready; the others were not restarted",
        );
        return;
      }
      this.#log.info({ processes: this.#kept.length }, "every process was restarted");
    } while (this.#isAskedAgain);
  }

  async #inTime(ready: Promise<number | null>): Promise<number | "late" | null> {
    const ended = new AbortController();
    const { signal } = ended;
    const late = sleep(this.#readyWithinMs, "late" as const, { signal, ref: false });
    late.catch(() => undefined);
    try {
      return await Promise.race([ready, late]);
    } finally {
      ended.abort();
    }
  }

  #passOn(from: number, message: unknown): void {
    const read = wordSchema.safeParse(message);
    if (read.success) this.#kept[read.data.peer]?.say({ ...read.data, peer: from });
  }
}

/** What discord.js's manager tells a process that it starts. */
const managedSchema = z.object({
  SHARDING_MANAGER: z.literal("true"),
  SHARDS: z.string().regex(/^\d+$/u).transform(Number),
});

/** The servers of this process where a manager has started it as one of `of`; null where none has. */
export function managedShare(
  env: Readonly<Record<string, string | undefined>>,
  of: number,
): Share | null {
  const managed = managedSchema.safeParse(env);
  if (of === 1 || !managed.success || managed.data.SHARDS >= of) return null;
  return { index: managed.data.SHARDS, of };
}
