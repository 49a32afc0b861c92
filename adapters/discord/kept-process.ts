import type { ChildProcess } from "node:child_process";
import { type Shard, ShardEvents } from "discord.js";
import type { Log } from "../../src/ports/log.ts";
import type { Word } from "./siblings.ts";

/** Pauses before a process that ended is started again. */
const PAUSE_MS = { first: 1000, most: 60_000 } as const;
/** One that lived so long ends a row of failures. */
const STEADY_MS = 60_000;
/** A process closes within this time, or is ended. */
const CLOSES_WITHIN_MS = 30_000;
/** What a start is taken to have failed with that says nothing of it, as one that was killed. */
const UNKNOWN_EXIT = 1;

export interface KeptTimes {
  readonly firstPauseMs?: number;
  readonly closesWithinMs?: number;
}

/** One process of the manager: it is started again whenever it ends, until it is stopped. */
export class KeptProcess {
  readonly #shard: Shard;
  readonly #log: Log;
  readonly #times: KeptTimes;
  #isWanted = false;
  #failures = 0;
  #startedAt = 0;
  #again: NodeJS.Timeout | undefined;

  constructor(shard: Shard, log: Log, times: KeptTimes = {}) {
    this.#shard = shard;
    this.#log = log;
    this.#times = times;
    shard.on(ShardEvents.Death, (child) => this.#died("exitCode" in child ? child : null));
    shard.on(ShardEvents.Spawn, (child) => {
      if ("exitCode" in child) child.on("error", (err: unknown) => this.#failed(child, err));
    });
  }

  get pid(): number | undefined {
    return this.#shard.process?.pid;
  }

  /** Resolves to null once the process is ready, or to its exit code where it ends before; it is started again then. */
  async start(): Promise<number | null> {
    this.#isWanted = true;
    const outcome = new Promise<number | null>((resolve) => {
      const settle = (code: number | null) => {
        this.#shard.off(ShardEvents.Ready, onReady);
        this.#shard.off(ShardEvents.Death, onDeath);
        resolve(code);
      };
      const onReady = () => settle(null);
      const onDeath = (child: object) => settle(exitCodeOf(child));
      this.#shard.on(ShardEvents.Ready, onReady);
      this.#shard.on(ShardEvents.Death, onDeath);
    });
    await this.#spawn();
    return outcome;
  }

  /** Asks the process to end, and ends it when it does not. Resolves once it is gone. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    clearTimeout(this.#again);
    const child = this.#shard.process;
    if (!child) return;
    const { closesWithinMs = CLOSES_WITHIN_MS } = this.#times;
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => {
        this.#log.error(
          { process: this.#shard.id },
          "a process did not close in time; it is ended",
        );
        child.kill("SIGKILL");
      }, closesWithinMs);
      this.#shard.once(ShardEvents.Death, () => {
        clearTimeout(late);
        resolve();
      });
      child.kill("SIGTERM");
    });
  }

  /** Says something to the process; nothing becomes of it where it is not ready to hear it. */
  say(word: Word): void {
    const { process: child, ready } = this.#shard;
    if (!child || !ready || !this.#isWanted) return;
    // Whoever waits for an answer does so for a short time only.
    child.send(word, (err) => {
      if (err) this.#log.debug({ err, process: this.#shard.id }, "a process did not hear a word");
    });
  }

  async #spawn(): Promise<void> {
    this.#startedAt = performance.now();
    await this.#shard.spawn(-1);
  }

  #died(child: ChildProcess | null): void {
    if (!this.#isWanted) return;
    const lasted = performance.now() - this.#startedAt;
    this.#failures = lasted > STEADY_MS ? 1 : this.#failures + 1;
    const { firstPauseMs = PAUSE_MS.first } = this.#times;
    const pauseMs = Math.min(PAUSE_MS.most, firstPauseMs * 2 ** (this.#failures - 1));
    this.#log.error(
      { process: this.#shard.id, code: child?.exitCode, signal: child?.signalCode, pauseMs },
      "a process ended; it is started again",
    );
    clearTimeout(this.#again);
    this.#again = setTimeout(() => {
      this.#spawn().catch((err: unknown) =>
        this.#log.error({ err, process: this.#shard.id }, "a process was not started"),
      );
    }, pauseMs);
  }

  /** Of a process that could not even begin nobody hears the end. */
  #failed(child: ChildProcess, err: unknown): void {
    this.#log.error({ err, process: this.#shard.id }, "a process is in trouble");
    if (child.pid !== undefined) return;
    this.#shard.process = null;
    this.#shard.emit(ShardEvents.Death, child);
  }
}

function exitCodeOf(child: object): number {
  const code = "exitCode" in child ? child.exitCode : null;
  return typeof code === "number" && code !== 0 ? code : UNKNOWN_EXIT;
}
