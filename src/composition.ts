import { openRecords, type Records } from "../adapters/postgres/records.ts";
import { systemClock } from "../adapters/system/clock.ts";
import { openDataFolder, readSecret } from "../adapters/system/data-folder.ts";
import { makeDigests } from "../adapters/system/digests.ts";
import { type FolderLock, lockFolder } from "../adapters/system/folder-lock.ts";
import { systemIds } from "../adapters/system/ids.ts";
import { makeLog } from "../adapters/system/log.ts";
import { readSettings, type Settings } from "./config/settings.ts";
import { CandorError } from "./engine/errors.ts";
import type { Digests } from "./ports/digests.ts";
import type { Log } from "./ports/log.ts";
import { databaseProblem, dataFolderProblem, folderHeldProblem } from "./problems.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** What every command that touches the record needs, opened and owned. */
export interface Base extends Pick<Records, "store" | "history" | "pool"> {
  readonly settings: Settings;
  readonly log: Log;
  readonly digests: Digests;
  /** Closes the database and gives the data folder back. Idempotent. */
  close(): Promise<void>;
}

/** The settings, or CANDOR-001 with one line that names the variable. */
export function settingsOf(env: Env): Settings {
  const settings = readSettings(env);
  if (!settings.ok) throw new CandorError("CANDOR-001", settings.error);
  return settings.value;
}

export interface BaseOptions {
  /** Whether a missing data folder is made; a command that only reads has nothing to find in a new one. */
  readonly create: boolean;
  /** Called once when another process took the data folder over because this one gave no sign of life. */
  readonly onLost?: () => void;
}

/** Opens data folder and database in this order; throws a CandorError and leaves nothing open when one does not. */
export async function openBase(env: Env, options: BaseOptions): Promise<Base> {
  const settings = settingsOf(env);
  const log = makeLog(settings.LOG_LEVEL);
  const dataDir = settings.CANDOR_DATA_DIR;
  const folder = await openDataFolder(dataDir, { create: options.create });
  if (!folder.ok) throw dataFolderProblem(folder.error);
  const lock = await takeFolder(settings, options);
  try {
    const secret = await readSecret(dataDir, settings.CANDOR_SECRET);
    if (!secret.ok) throw dataFolderProblem(secret.error);
    const digests = makeDigests(secret.value);
    const parts = { digests, ids: systemIds, clock: systemClock, log };
    const records = await openRecords({ ...parts, databaseUrl: settings.DATABASE_URL, dataDir });
    if (!records.ok) throw databaseProblem(records.error);
    const { store, history, pool } = records.value;
    const closeAll = async () => {
      await records.value.close();
      await lock?.release();
    };
    return { settings, log, digests, store, history, pool, close: closeAll };
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

/** The embedded database bears one process; with a server, processes may share the folder for its key. */
async function takeFolder(settings: Settings, { onLost }: BaseOptions): Promise<FolderLock | null> {
  if (settings.DATABASE_URL !== undefined) return null;
  const locked = await lockFolder(settings.CANDOR_DATA_DIR, { ...(onLost && { onLost }) });
  if (!locked.ok) throw folderHeldProblem(locked.error);
  return locked.value;
}
