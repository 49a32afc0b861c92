import { z } from "zod";
import { type Result, fail, ok } from "../engine/result.ts";

export const ROLES = ["gateway", "worker", "web"] as const;
export type Role = (typeof ROLES)[number];

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
/** A key shorter than this is refused: 32 characters of hex are 128 bits. */
const LEAST_SECRET_LENGTH = 32;

/** One environment variable: how it is read, and what `.env.example` and errors say of it. */
interface Variable<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** What is accepted, in words that complete "accepted: …". */
  readonly accepts: string;
  /** One line of why, for `.env.example`. */
  readonly why: string;
  /** A secret is never printed, not even when it is wrong. */
  readonly secret?: true;
}

function variable<Schema extends z.ZodType>(
  schema: Schema,
  accepts: string,
  why: string,
): Variable<Schema> {
  return { schema, accepts, why };
}

function secret<Schema extends z.ZodType>(
  schema: Schema,
  accepts: string,
  why: string,
): Variable<Schema> {
  return { schema, accepts, why, secret: true };
}

function url(...protocols: readonly string[]) {
  return z.string().refine((text) => {
    const parsed = tryUrl(text);
    return parsed !== null && protocols.includes(parsed.protocol);
  });
}

function tryUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

const roles = z
  .string()
  .transform((text) => text.split(",").map((role) => role.trim()))
  .pipe(z.array(z.enum(ROLES)).min(1));

/** Every variable that Candor reads, in the order of `.env.example`. */
export const VARIABLES = {
  DISCORD_TOKEN: secret(
    z.string().min(1).optional(),
    "a bot token",
    "joins Discord with this bot token",
  ),
  DISCORD_API_URL: variable(
    url("http:", "https:").default("https://discord.com/api"),
    "an http or https address",
    "REST base of Discord, for HTTP proxies and tests",
  ),
  TELEGRAM_TOKEN: secret(
    z.string().min(1).optional(),
    "a bot token",
    "joins Telegram with this bot token",
  ),
  TELEGRAM_API_ROOT: variable(
    url("http:", "https:").default("https://api.telegram.org"),
    "an http or https address",
    "API root of Telegram, for an own Bot API server and tests",
  ),
  TELEGRAM_WEBHOOK_URL: variable(
    url("http:", "https:").optional(),
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
    url("redis:", "rediss:").optional(),
    "a redis:// or rediss:// address",
    "Redis 6.2 or newer for queues; absent: the queue lives in the database",
  ),
  DATABASE_URL: secret(
    url("postgres:", "postgresql:").optional(),
    "a postgres:// address",
    "PostgreSQL for records; absent: an embedded one under CANDOR_DATA_DIR",
  ),
  CANDOR_DATA_DIR: variable(
    z.string().min(1).default("./data"),
    "a folder",
    "where Candor keeps its data",
  ),
  CANDOR_ROLES: variable(
    roles.default(["gateway", "worker", "web"]),
    `one or more of ${ROLES.join(", ")}, separated by commas`,
    "what this process does; several processes can share the work",
  ),
  CANDOR_HTTP_HOST: variable(
    z.string().min(1).default("127.0.0.1"),
    "a host name or an address",
    "where the web role listens; it has no login, so keep it on this machine",
  ),
  CANDOR_HTTP_PORT: variable(
    z
      .string()
      .regex(/^\d{1,5}$/u)
      .transform(Number)
      .pipe(z.number().int().min(0).max(65535))
      .default(8080),
    "a port from 0 to 65535; 0 takes a free one",
    "port of the web role",
  ),
  CANDOR_SECRET: secret(
    z.string().min(LEAST_SECRET_LENGTH).optional(),
    `at least ${LEAST_SECRET_LENGTH} characters`,
    "key of fingerprints and links; absent: generated into the data folder",
  ),
  LLM_BASE_URL: variable(
    url("http:", "https:").optional(),
    "an http or https address",
    "any OpenAI-compatible endpoint for a second opinion; absent: none is asked",
  ),
  LLM_MODEL: variable(z.string().min(1).optional(), "a model name", "model to ask at LLM_BASE_URL"),
  LLM_API_KEY: secret(z.string().min(1).optional(), "a key", "key for LLM_BASE_URL"),
  LOG_LEVEL: variable(
    z.enum(LOG_LEVELS).default("info"),
    `one of ${LOG_LEVELS.join(", ")}`,
    "how much is logged, to standard error",
  ),
} as const;

type VariableName = keyof typeof VARIABLES;

export type Settings = {
  readonly [Name in VariableName]: z.output<(typeof VARIABLES)[Name]["schema"]>;
};

/**
 * Reads the settings from environment variables; an empty variable counts as absent. The error is
 * one line that names the variable, what was read (never a secret) and what is accepted.
 */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
): Result<Settings, string> {
  const settings: Record<string, unknown> = {};
  for (const [name, { schema, accepts, secret: isSecret }] of Object.entries(VARIABLES)) {
    const read = env[name] === "" ? undefined : env[name];
    const parsed = (schema as z.ZodType).safeParse(read);
    if (!parsed.success) {
      return fail(`${name}: read ${describeValue(read, isSecret === true)}; accepted: ${accepts}`);
    }
    settings[name] = parsed.data;
  }
  // Each name was parsed with its own schema above, which the loop's type cannot carry.
  return ok(settings as Settings);
}

/** Longest value that an error repeats. */
const SHOWN = 60;

function describeValue(value: string | undefined, isSecret: boolean): string {
  if (value === undefined) return "nothing";
  if (isSecret) return `${value.length} characters (not shown)`;
  return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value);
}

/** The text of `.env.example`: every variable with its default and one line of why. */
export function envExample(): string {
  const lines = ["# Every variable that Candor reads. Copy to .env and change what you need.", ""];
  for (const [name, { schema, why }] of Object.entries(VARIABLES)) {
    const parsed = (schema as z.ZodType).safeParse(undefined);
    const fallback: unknown = parsed.success ? parsed.data : undefined;
    lines.push(`# ${why}`);
    lines.push(fallback === undefined ? `# ${name}=` : `${name}=${String(fallback)}`);
  }
  return `${lines.join("\n")}\n`;
}
