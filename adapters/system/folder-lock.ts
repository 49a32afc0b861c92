import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import { errorCode } from "./error-code.ts";
import { livenessOf, type LockHolder, lockHolder, thisProcess } from "./lock-holder.ts";

/** Another process has the folder. `holder` is null when the lock file cannot be read as one. */
export interface FolderHeld {
  readonly kind: "held";
  readonly path: string;
  readonly holder: Pick<LockHolder, "pid" | "host" | "since"> | null;
}

export interface FolderLock {
  /** Gives the folder back; idempotent. */
  release(): Promise<void>;
}

export interface FolderLockOptions {
  /** Called once when somebody took the lock over because this process gave no sign of life: stop using the folder. */
  readonly onLost?: () => void;
  readonly heartbeatMs?: number;
  /** A holder of another machine is dead when its heartbeat is older. */
  readonly staleMs?: number;
}

const HEARTBEAT_MS = 3000;
const STALE_MS = 15_000;
const POLL_MS = 250;

/**
 * Takes `candor.lock` in a folder, so that no two processes open one database (PGlite would let
 * them). A holder of this machine is asked of the process table, and a dead one never blocks; a
 * holder of another machine, or of another container, is judged by the file's time, which it
 * refreshes, and may cost a wait of `staleMs`. Clocks of machines that share a folder must agree to
 * some seconds.
 *
 * proper-lockfile and its kin know only such a time: they cannot say who holds a lock, and after a
 * SIGKILL they block until it is stale. flock(2), which would do, needs a native addon.
 */
export async function lockFolder(
  folder: string,
  options: FolderLockOptions = {},
): Promise<Result<FolderLock, FolderHeld>> {
  const { staleMs = STALE_MS, heartbeatMs = HEARTBEAT_MS } = options;
  const path = join(folder, "candor.lock");
  const token = randomBytes(8).toString("hex");
  const own = `${path}.${token}`;
  await writeFile(own, `${JSON.stringify(thisProcess(Date.now(), token))}\n`, { mode: 0o600 });
  try {
    while (!(await claim(own, path))) {
      const seen = await look(path);
      if (seen === null) continue;
      if (!(await isDead(path, seen, staleMs)))
        return fail({ kind: "held", path, holder: seen.holder });
      await takeOver(own, path, seen);
    }
  } finally {
    await rm(own, { force: true });
  }
  return ok(keep(path, token, heartbeatMs, options.onLost));
}

interface Seen {
  readonly text: string;
  readonly holder: LockHolder | null;
  readonly touchedAt: number;
}

async function look(path: string): Promise<Seen | null> {
  try {
    const text = await readFile(path, "utf8");
    const { mtimeMs } = await stat(path);
    return { text, holder: parse(text), touchedAt: mtimeMs };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

function parse(text: string): LockHolder | null {
  try {
    return lockHolder.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Puts the complete file in place unless there is one: a link, unlike a write, is all or nothing. */
async function claim(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === "EEXIST") return false;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "EOPNOTSUPP" && code !== "ENOSYS")
      throw error;
  }
  // File systems without links (exFAT, some shared folders of containers).
  try {
    await writeFile(path, await readFile(own), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** Watches a holder that only its heartbeat can tell about until it beats, goes, or is too old. */
async function isDead(path: string, seen: Seen, staleMs: number): Promise<boolean> {
  const liveness = seen.holder ? livenessOf(seen.holder) : "unknown";
  if (liveness !== "unknown") return liveness === "dead";
  for (;;) {
    if (Date.now() - seen.touchedAt > staleMs) return true;
    await pause(POLL_MS);
    const now = await look(path);
    // Gone or somebody else's: the claim is tried anew, and judged anew.
    if (now === null || now.text !== seen.text) return true;
    if (now.touchedAt !== seen.touchedAt) return false;
  }
}

/**
 * Removes a dead holder's file. Of several processes that found it dead only the one that holds
 * `candor.lock.takeover` may, and it looks again first: else the second would remove the file that
 * the first has just put there.
 */
async function takeOver(own: string, path: string, dead: Seen): Promise<void> {
  const guard = `${path}.takeover`;
  if (!(await claim(own, guard))) {
    await clearGuard(guard, own);
    await pause(POLL_MS / 10);
    return;
  }
  try {
    const now = await look(path);
    if (now !== null && now.text === dead.text) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

/** A process that was killed in the middle of a takeover leaves the guard; it is moved away, and put back if it was another's. */
async function clearGuard(guard: string, own: string): Promise<void> {
  const seen = await look(guard);
  if (seen === null) return;
  const dead = seen.holder !== null && livenessOf(seen.holder) === "dead";
  if (!dead && Date.now() - seen.touchedAt <= STALE_MS) return;
  const aside = `${own}.guard`;
  try {
    await rename(guard, aside);
    if ((await readFile(aside, "utf8")) !== seen.text) await claim(aside, guard);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

function keep(
  path: string,
  token: string,
  heartbeatMs: number,
  onLost: (() => void) | undefined,
): FolderLock {
  const isOurs = async () => (await look(path))?.holder?.token === token;
  let lost = false;
  const beat = async () => {
    try {
      if (await isOurs()) {
        const now = new Date();
        await utimes(path, now, now);
        return;
      }
    } catch {
      // A folder that cannot be read for a moment is not a lost one.
      return;
    }
    clearInterval(timer);
    if (!lost) onLost?.();
    lost = true;
  };
  const timer = setInterval(() => void beat(), heartbeatMs);
  // A process that has nothing else to do may end.
  timer.unref();
  let released: Promise<void> | undefined;
  return {
    release() {
      clearInterval(timer);
      lost = true;
      released ??= (async () => {
        if (await isOurs()) await rm(path, { force: true });
      })();
      return released;
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
