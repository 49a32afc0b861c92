import { makeEmail } from "../adapters/notify/smtp.ts";
import { makeWebhook } from "../adapters/notify/webhook.ts";
import { takeAdvisoryLock } from "../adapters/postgres/advisory-lock.ts";
import { openRecords, type Records } from "../adapters/postgres/records.ts";
import { systemClock } from "../adapters/system/clock.ts";
import { openDataFolder, readSecret } from "../adapters/system/data-folder.ts";
import { makeDigests } from "../adapters/system/digests.ts";
import { type FolderLock, lockFolder } from "../adapters/system/folder-lock.ts";
import { systemIds } from "../adapters/system/ids.ts";
import { makeLog } from "../adapters/system/log.ts";
import { readSettings, ROLES, type Settings } from "./config/settings.ts";
import { CandorError } from "./engine/errors.ts";
import type { Digests } from "./ports/digests.ts";
import type { Log } from "./ports/log.ts";
import type { Notifier } from "./ports/notifier.ts";
import { databaseProblem, dataFolderProblem, folderHeldProblem } from "./problems.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** What every command that touches the record needs, opened and owned. */
export interface Base extends Pick<Records, "store" | "memoryOf" | "pool"> {
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
    const parts = { ids: systemIds, clock: systemClock, log };
    const digestsOf = async (isKeyed: boolean) => {
      const secret = await readSecret(dataDir, settings.CANDOR_SECRET, { create: !isKeyed });
      if (!secret.ok) throw dataFolderProblem(secret.error);
      return makeDigests(secret.value);
    };
    const databaseUrl = settings.DATABASE_URL;
    const records = await openRecords({ ...parts, databaseUrl, dataDir, digestsOf });
    if (!records.ok) throw databaseProblem(records.error);
    const { store, memoryOf, pool, digests } = records.value;
    const closeAll = async () => {
      await records.value.close();
      await lock?.release();
    };
    return { settings, log, digests, store, memoryOf, pool, close: closeAll };
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

/** Of all processes on one database, the one that holds this advisory lock runs the sandbox. An arbitrary number. */
const SANDBOX_LOCK = 7_226_367;

/**
 * Takes the sandbox of a shared database for this process: its chat lives in memory, so a second one
 * would act on messages that it does not hold. Resolves to the function that gives it back; throws
 * CANDOR-003 when another process has it. `onLost` is called when another process has taken it while
 * the database was away. An embedded database has one owner as it is.
 */
export async function takeSandbox(base: Base, onLost: () => void): Promise<() => void> {
  if (base.settings.DATABASE_URL === undefined) return () => undefined;
  const lock = await takeAdvisoryLock(base.pool, SANDBOX_LOCK, { log: base.log, onLost });
  if (lock) return () => lock.release();
  throw new CandorError(
    "CANDOR-003",
    "DATABASE_URL: another Candor runs the sandbox on this database",
  );
}

/** The embedded database bears one process; with a server, processes may share the folder for its key. */
async function takeFolder(settings: Settings, { onLost }: BaseOptions): Promise<FolderLock | null> {
  if (settings.DATABASE_URL !== undefined) return null;
  const locked = await lockFolder(settings.CANDOR_DATA_DIR, { ...(onLost && { onLost }) });
  if (!locked.ok) throw folderHeldProblem(locked.error);
  return locked.value;
}

/** The ways beside the chat platform that the settings name, each to be closed by the caller. */
export function openNotifiers({
  settings,
  log,
}: Pick<Base, "settings" | "log">): ReadonlyMap<Notifier["way"], Notifier> {
  const { SMTP_URL, SMTP_FROM, WEBHOOK_URL, WEBHOOK_SECRET } = settings;
  const notifiers = new Map<Notifier["way"], Notifier>();
  if (SMTP_URL !== undefined && SMTP_FROM !== undefined) {
    notifiers.set("email", makeEmail({ url: SMTP_URL, from: SMTP_FROM, log }));
  }
  if (WEBHOOK_URL !== undefined) {
    const webhook = { url: WEBHOOK_URL, secret: WEBHOOK_SECRET, clock: systemClock, log };
    notifiers.set("webhook", makeWebhook(webhook));
  }
  return notifiers;
}

const PLATFORMS = { TELEGRAM_TOKEN: "Telegram" } as const;

/** Throws when a token asks for a platform that this version cannot join. */
export function refuseToken(settings: Settings, name: keyof typeof PLATFORMS): void {
  if (settings[name] === undefined) return;
  throw new CandorError(
    "CANDOR-014",
    `${name} is set, but this version cannot join ${PLATFORMS[name]} yet`,
  );
}

/** Throws when the roles leave out one that the sandbox needs. */
export function refuseRoles(settings: Settings): void {
  if (ROLES.every((role) => settings.CANDOR_ROLES.includes(role))) return;
  const read = settings.CANDOR_ROLES.join(",");
  throw new CandorError(
    "CANDOR-001",
    `CANDOR_ROLES: read "${read}"; accepted without a platform's token: ${ROLES.join(",")}, for the sandbox lives in one process`,
  );
}
