import { setTimeout as sleep } from "node:timers/promises";
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
import { type Share, WHOLE } from "./engine/share.ts";
import type { Digests } from "./ports/digests.ts";
import type { Log } from "./ports/log.ts";
import type { Notifier } from "./ports/notifier.ts";
import {
  databaseProblem,
  dataFolderProblem,
  folderHeldProblem,
  workHeldProblem,
} from "./problems.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** What every command that touches the record needs, opened and owned. */
export interface Base extends Pick<Records, "store" | "memoryOf" | "pool"> {
  readonly settings: Settings;
  readonly log: Log;
  readonly digests: Digests;
  /** Of which communities what waits is told. */
  readonly share: Share;
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
  /** The communities that this process works for; all where not given. */
  readonly share?: Share;
  /** Whether a missing data folder is made; a command that only reads has nothing to find in a new one. */
  readonly create: boolean;
  /** Called once when another process took the data folder over because this one gave no sign of life. */
  readonly onLost?: () => void;
}

/** Opens data folder and database in this order; throws a CandorError and leaves nothing open when one does not. */
export async function openBase(env: Env, options: BaseOptions): Promise<Base> {
  const settings = settingsOf(env);
  const { share = WHOLE } = options;
  const log = makeLog(settings.LOG_LEVEL, { share });
  const dataDir = settings.CANDOR_DATA_DIR;
  const folder = await openDataFolder(dataDir, { create: options.create });
  if (!folder.ok) throw dataFolderProblem(folder.error);
  const lock = await takeFolder(settings, options);
  try {
    const parts = { ids: systemIds, clock: systemClock, log, share };
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
    return { settings, log, digests, share, store, memoryOf, pool, close: closeAll };
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

/** Whoever holds this advisory lock, or a part of it, works on the record of its database. An arbitrary number. */
const WORK_LOCK = 7_226_367;
/** A process that was killed is followed by another at once, and the database may not have noticed yet. */
const PREDECESSOR_MS = 30_000;
const LOOK_AGAIN_MS = 500;

/**
 * Takes the communities of a shared database that are this process's for it: of one community all is done in one
 * process, which holds what it knows of it in memory, as the sandbox its whole chat. Resolves to the function that
 * gives them back; throws CANDOR-003 when another process has them, or when others have divided them otherwise.
 * `onLost` is called when another process has taken them while the database was away. An embedded database has one
 * owner as it is.
 */
export async function takeShare(base: Base, onLost: () => void): Promise<() => void> {
  const { settings, share, pool, log } = base;
  if (settings.DATABASE_URL === undefined) return () => undefined;
  const until = performance.now() + (share.of === 1 ? 0 : PREDECESSOR_MS);
  for (;;) {
    const lock = await takeAdvisoryLock(pool, WORK_LOCK, { log, onLost, share });
    if (lock.ok) return () => lock.value.release();
    const isLast = lock.error.kind === "divided" || performance.now() >= until;
    if (isLast) throw workHeldProblem(lock.error, share);
    await sleep(LOOK_AGAIN_MS);
  }
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
