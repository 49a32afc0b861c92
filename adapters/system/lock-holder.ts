import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import { errorCode } from "./error-code.ts";

/** Who holds a lock, as it stands in the lock file. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** Epoch ms. */
  readonly since: number;
  /** When the process started, in the kernel's ticks since boot; null where there is no `/proc`. */
  readonly started: string | null;
  /** Tells two locks of one process apart. */
  readonly token: string;
}

export const lockHolder: z.ZodType<LockHolder> = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  since: z.number(),
  started: z.string().nullable(),
  token: z.string(),
});

export function thisProcess(since: number, token: string): LockHolder {
  return { pid: process.pid, host: hostname(), since, started: startOf(process.pid), token };
}

/** `unknown` means that only the lock's heartbeat can tell. */
export type Liveness = "alive" | "dead" | "unknown";

/**
 * Whether a holder still runs, as far as this machine's process table tells. A number that was given
 * to another process since, this one in a restarted container included, is told by its start time.
 */
export function livenessOf(holder: LockHolder): Liveness {
  if (holder.host !== hostname()) return "unknown";
  if (!runs(holder.pid)) return "dead";
  const started = startOf(holder.pid);
  if (started !== null && holder.started !== null) {
    return started === holder.started ? "alive" : "dead";
  }
  return "unknown";
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return errorCode(error) === "EPERM";
  }
}

// Field 22 of proc(5) stat. The name in field 2 may hold spaces and brackets, so fields are counted
// from the last bracket; a zombie (state Z) has ended and only waits for its parent.
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "ended" : (fields[19] ?? null);
  } catch {
    return null;
  }
}
