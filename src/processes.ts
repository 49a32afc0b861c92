import { join } from "node:path";
import { managedShare, Processes } from "../adapters/discord/processes.ts";
import { makeLog } from "../adapters/system/log.ts";
import { packageRoot } from "../adapters/system/package-root.ts";
import type { CommandIo } from "./cli/io.ts";
import type { Settings } from "./config/settings.ts";
import { type Share, WHOLE } from "./engine/share.ts";

/** What this process works for; null where it is to start the others that do. */
export function shareOfProcess(env: CommandIo["env"], settings: Settings): Share | null {
  const { DISCORD_PROCESSES: of } = settings;
  return of === 1 ? WHOLE : managedShare(env, of);
}

/**
 * Starts as many processes as the settings say and keeps them running until SIGINT or SIGTERM; SIGHUP restarts one
 * after the other. Resolves to the exit code: that of the first that did not start, where one did not.
 */
export async function runProcesses(io: CommandIo, settings: Settings): Promise<number> {
  const { DISCORD_PROCESSES: count, DISCORD_TOKEN: token = "" } = settings;
  const log = makeLog(settings.LOG_LEVEL);
  const file = join(packageRoot(), "bin", "candor.js");
  const processes = new Processes({ file, args: ["start"], count, token, log });
  const stopped = stopSignal();
  const restart = () => {
    processes.restart().catch((err: unknown) => log.error({ err }, "the restart failed"));
  };
  process.on("SIGHUP", restart);
  try {
    const started = await Promise.race([processes.start(), stopped]);
    if (typeof started === "number") return started;
    if (started === null) io.stdout.write(`All ${count} processes are ready.\n`);
    log.info({ reason: await stopped }, "stopping");
    await processes.stop();
    return 0;
  } finally {
    process.off("SIGHUP", restart);
  }
}

/** The first signal to stop. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => resolve(signal));
  });
}

/** The channel to the manager, for a process that one has started. */
export interface Managed {
  /** Resolves when the manager is gone: another may start the same processes anew. */
  readonly gone: Promise<"manager gone">;
  ready(): void;
  /** Lets the process end. */
  close(): void;
}

/** null for a process that nobody manages. */
export function openManaged({ of }: Share): Managed | null {
  if (of === 1) return null;
  const gone = new Promise<"manager gone">((resolve) => {
    process.once("disconnect", () => resolve("manager gone"));
  });
  // A terminal sends it to all; restarting is the manager's.
  process.on("SIGHUP", () => undefined);
  return {
    gone,
    // As discord.js's manager is told of a client that is ready.
    ready: () => process.send?.({ _ready: true }),
    close: () => {
      if (process.connected) process.disconnect();
    },
  };
}
