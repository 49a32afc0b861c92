import { z } from "zod";
import { type Result, fail, ok } from "../engine/result.ts";

export const ROLES = ["gateway", "worker", "web"] as const;
const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
/** More would share fifty requests a second with one another, and a hundred connections of a database. */
const MOST_PROCESSES = 16;
/** A key shorter than this is refused: 32 characters of hex are 128 bits. */
const LEAST_SECRET_LENGTH = 32;
/** Without the prefix; Standard Webhooks asks for 24 bytes or more. */
const LEAST_WEBHOOK_SECRET_LENGTH = 24;

/** What errors and `.env.example` say of a variable. */
const aboutSchema = z.object({
  /** Completes "accepted: …". */
  accepts: z.string(),
  /** One line. */
  why: z.string(),
  /** Never printed, not even when it is wrong: an address may hold a password. */
  secret: z.boolean().default(false),
});
type About = z.input<typeof aboutSchema>;

function variable<Schema extends z.ZodType>(schema: Schema, accepts: string, why: string): Schema {
  return schema.meta({ accepts, why } satisfies About);
}

function secret<Schema extends z.ZodType>(schema: Schema, accepts: string, why: string): Schema {
  return schema.meta({ accepts, why, secret: true } satisfies About);
}

const text = z.string().min(1);
/** An `@` behind the host means that a password holds a character that should be written as %2F or %40. */
function address(protocol: RegExp) {
  return z.url({ protocol }).refine((url) => !/^[a-z+]+:\/\/[^/]*\/.*@/u.test(url));
}
const webAddress = address(/^https?$/u);
/** The login of an address is used decoded, which a stray % would not survive. */
function hasReadableLogin(url: string): boolean {
  const { username, password } = new URL(url);
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}
/** A path, query or fragment means that a login holds a character that should be written as %2F, %3F or %23. */
const mailServer = address(/^smtps?$/u)
  .refine((url) => /^[a-z]+:\/\/[^/?#]+\/?$/u.test(url) && new URL(url).hostname !== "")
  .refine(hasReadableLogin);
const MAIL_ADDRESS = /^[^\s\p{C}@<>()[\]\\,;:"]+@[^\s\p{C}@<>()[\]\\,;:"]+$/u;
/** In quotes where it holds marks of the syntax, such as a comma. */
const DISPLAY_NAME = /^(?:"[^"\\<>\p{C}]*"|[^"\\<>()[\]@,;:\p{C}]*)$/u;
/** One mail address, alone or in angle brackets behind a name. */
const mailbox = z.string().refine((sender) => {
  const [, name = "", mail = sender] = /^([^<>]*)<([^<>]*)>$/u.exec(sender) ?? [];
  return DISPLAY_NAME.test(name.trim()) && MAIL_ADDRESS.test(mail);
});
/** Text that is no base64 behind the prefix would give sender and receiver two different keys. */
const webhookSecret = z.string().refine((value) => {
  const [, prefix, key] = /^(whsec_)?(.*)$/su.exec(value) ?? [];
  if (key === undefined || key.length < LEAST_WEBHOOK_SECRET_LENGTH) return false;
  return prefix === undefined || /^[A-Za-z\d+/]+={0,2}$/u.test(key);
});
const roles = z
  .string()
  .transform((list) => list.split(",").map((role) => role.trim()))
  .pipe(z.array(z.enum(ROLES)).min(1));
const port = z
  .string()
  .regex(/^\d{1,5}$/u)
  .transform(Number)
  .pipe(z.number().max(65_535));

const processes = z
  .string()
  .regex(/^\d{1,2}$/u)
  .transform(Number)
  .pipe(z.number().min(1).max(MOST_PROCESSES));

/** Every variable that Candor reads, in the order of `.env.example`. */
const variables = z.object({
  DISCORD_TOKEN: secret(text.optional(), "a bot token", "joins Discord with this bot token"),
  DISCORD_API_URL: secret(
    webAddress.default("https://discord.com/api"),
    "an http or https address",
    "REST base of Discord, for HTTP proxies and tests",
  ),
  DISCORD_PROCESSES: variable(
    processes.default(1),
    `a whole number from 1 to ${MOST_PROCESSES}; more than 1 only with DISCORD_TOKEN, REDIS_URL and DATABASE_URL`,
    "how many processes share the servers of the bot; more than 1 needs REDIS_URL and DATABASE_URL",
  ),
  TELEGRAM_TOKEN: secret(text.optional(), "a bot token", "joins Telegram with this bot token"),
  TELEGRAM_API_ROOT: secret(
    webAddress.default("https://api.telegram.org"),
    "an http or https address",
    "API root of Telegram, for an own Bot API server and tests",
  ),
  TELEGRAM_WEBHOOK_URL: secret(
    webAddress.optional(),
    "an http or https address",
    "public address of a webhook; absent: long polling",
  ),
  TELEGRAM_WEBHOOK_SECRET: secret(
    z
      .string()
      .regex(/^[\w-]{1,256}$/u)
      .optional(),
    "1 to 256 letters, digits, _ and -",
    "shared secret that Telegram sends with each webhook call",
  ),
  REDIS_URL: secret(
    address(/^rediss?$/u).optional(),
    "a redis:// or rediss:// address, with %40 and %2F for @ and / in a password",
    "Redis 6.2 or newer for queues; absent: the queue lives in the database",
  ),
  DATABASE_URL: secret(
    address(/^postgres(?:ql)?$/u).optional(),
    "a postgres:// address, with %40 and %2F for @ and / in a password",
    "PostgreSQL for records; absent: an embedded one under CANDOR_DATA_DIR",
  ),
  CANDOR_DATA_DIR: variable(text.default("./data"), "a folder", "where Candor keeps its data"),
  CANDOR_ROLES: variable(
    roles.default([...ROLES]),
    `one or more of ${ROLES.join(", ")}, separated by commas`,
    "what this process does; the sandbox of this version needs all three in one process",
  ),
  CANDOR_HTTP_HOST: variable(
    text.default("127.0.0.1"),
    "a host name or an address",
    "where the web role listens; it has no login, so keep it on this machine",
  ),
  CANDOR_HTTP_PORT: variable(
    port.default(8080),
    "a port from 0 to 65535; 0 takes a free one",
    "port of the web role",
  ),
  CANDOR_SECRET: secret(
    z.string().min(LEAST_SECRET_LENGTH).optional(),
    `at least ${LEAST_SECRET_LENGTH} characters`,
    "key of fingerprints and links; absent: generated into the data folder",
  ),
  SMTP_URL: secret(
    mailServer.optional(),
    "a smtp:// or smtps:// address, with %40, %2F, %3F and %23 for @, /, ? and # in a login",
    "mail server for notices, such as smtps://user:password@mail.example.org; absent: no e-mail",
  ),
  SMTP_FROM: variable(
    mailbox.optional(),
    "a mail address such as Candor <candor@example.org>, with SMTP_URL always",
    "sender of notices, such as Candor <candor@example.org>; needed with SMTP_URL",
  ),
  WEBHOOK_URL: secret(
    webAddress.refine(hasReadableLogin).optional(),
    "an http or https address",
    "receives each notice as JSON; absent: no webhook",
  ),
  WEBHOOK_SECRET: secret(
    webhookSecret.optional(),
    `whsec_ and base64, or any other text, of at least ${LEAST_WEBHOOK_SECRET_LENGTH} characters`,
    "signs what WEBHOOK_URL receives, as Standard Webhooks does; absent: unsigned",
  ),
  LLM_BASE_URL: secret(
    webAddress.optional(),
    "an http or https address",
    "any OpenAI-compatible endpoint for a second opinion; absent: none is asked",
  ),
  LLM_MODEL: variable(text.optional(), "a model name", "model to ask at LLM_BASE_URL"),
  LLM_API_KEY: secret(text.optional(), "a key", "key for LLM_BASE_URL"),
  LOG_LEVEL: variable(
    z.enum(LOG_LEVELS).default("info"),
    `one of ${LOG_LEVELS.join(", ")}`,
    "how much is logged, to standard error",
  ),
});
const settingsSchema = variables
  .refine(({ SMTP_URL, SMTP_FROM }) => SMTP_URL === undefined || SMTP_FROM !== undefined, {
    path: ["SMTP_FROM"],
  })
  .refine(
    ({ DISCORD_PROCESSES, DISCORD_TOKEN, REDIS_URL, DATABASE_URL }) =>
      DISCORD_PROCESSES === 1 ||
      [DISCORD_TOKEN, REDIS_URL, DATABASE_URL].every((needed) => needed !== undefined),
    { path: ["DISCORD_PROCESSES"] },
  );

export type Settings = z.infer<typeof settingsSchema>;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings from environment variables; an empty variable counts as absent. The error is
 * one line that names the variable, what was read (never a secret) and what is accepted.
 */
export function readSettings(env: Env): Result<Settings, string> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = settingsSchema.safeParse(present);
  if (parsed.success) return ok(parsed.data);
  const name = String(parsed.error.issues[0]?.path[0]);
  const { accepts, secret: hidden } = about(name);
  return fail(`${name}: read ${describeValue(present[name], hidden)}; accepted: ${accepts}`);
}

function about(name: string): z.output<typeof aboutSchema> {
  return aboutSchema.parse(
    Object.entries(variables.shape)
      .find(([key]) => key === name)?.[1]
      .meta(),
  );
}

/** Longest value that an error repeats. */
const SHOWN = 60;

function describeValue(value: string | undefined, hidden: boolean): string {
  if (value === undefined) return "nothing";
  if (hidden) return `${value.length} characters (not shown)`;
  return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
}

/** The text of `.env.example`: every variable with its default and one line of why. */
export function envExample(): string {
  const defaults = new Map(Object.entries(settingsSchema.parse({})));
  const lines = [
    "# Every variable that Candor reads. Copy to .env and change what you need.",
    "# Those of Discord, Telegram and the LLM are checked, but this version does not use them yet.",
    "",
  ];
  for (const name of Object.keys(variables.shape)) {
    const fallback = defaults.get(name);
    lines.push(`# ${about(name).why}`);
    lines.push(
      fallback === undefined
        ? `# ${name}=`
        : `${name}=${typeof fallback === "object" ? fallback.join(",") : fallback}`,
    );
  }
  return `${lines.join("\n")}\n`;
}
