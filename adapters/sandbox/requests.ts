import { z } from "zod";
import { CASE_SOURCES, CASE_STATES } from "../../src/engine/case/case.ts";
import { typeName, valueAt } from "../../src/engine/message-input.ts";
import { LOCALES } from "../../src/engine/policy.ts";
import { isTimeZone } from "../../src/engine/rota/time-zone.ts";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import { CHANNELS, MAX_NAME_UNITS } from "./people.ts";

/** Longest post, in UTF-16 units: what Discord takes at most. */
export const MAX_POST_UNITS = 4000;
export const MOST_ROWS = 500;
const MAX_ZONE_UNITS = 64;

const CHANNEL_IDS = CHANNELS.map((channel) => channel.id);
const ID = /^[\w-]{1,64}$/u;
const CONTROL = /\p{Cc}/u;

const name = z
  .string()
  .trim()
  .min(1)
  .max(MAX_NAME_UNITS)
  .refine((text) => !CONTROL.test(text));
const filled = z.string().refine((text) => text.trim() !== "");
const channel = z.string().refine((id) => CHANNEL_IDS.includes(id));
const replyTo = z.string().regex(ID).nullish();
const language = z.enum(LOCALES).nullish();
const timeZone = z.string().max(MAX_ZONE_UNITS).refine(isTimeZone).nullish();

/** `POST /api/messages`. */
export const postSchema = z.object({
  clientId: z.string().regex(ID).nullish(),
  channel,
  author: name,
  text: filled.max(MAX_POST_UNITS),
  replyTo,
  language,
  timeZone,
});

/**
 * `POST /api/commands`: a line as typed, or a command by name with its arguments one by one. What is too
 * long for an argument, the command itself says in the language of whoever gave it.
 */
export const commandSchema = z
  .object({
    clientId: z.string().regex(ID).nullish(),
    actor: name,
    channel,
    replyTo,
    language,
    timeZone,
    text: filled.optional(),
    command: z
      .string()
      .regex(/^[a-z]{1,32}$/u)
      .optional(),
    args: z.record(z.string().max(MAX_NAME_UNITS), z.string()).default({}),
  })
  .refine(({ text, command }) => (text === undefined) !== (command === undefined), {
    path: ["text"],
  });

/** Query of `GET /api/rules`. */
export const rulesSchema = z.object({ language: z.enum(LOCALES) });

/** Query of `GET /api/inbox`. */
export const inboxSchema = z.object({ person: name, timeZone });

/** Who asks: for one case, or whether the audit log is whole. */
export const personSchema = z.object({ person: name });

/** `POST /api/members/join`. */
export const joinSchema = z.object({ person: name, language, timeZone });

const limit = z.coerce.number().int().min(1).max(MOST_ROWS).default(100);
const list = <Value extends string>(values: readonly Value[]) =>
  z
    .string()
    .transform((words) => words.split(","))
    .pipe(z.array(z.enum(values)).min(1))
    .optional();

/** Query of `GET /api/cases`. */
export const casesSchema = z.object({
  person: name,
  states: list(CASE_STATES),
  sources: list(CASE_SOURCES),
  limit,
});

/** Query of `GET /api/audit`. */
export const auditSchema = z.object({ person: name, limit });

const A_NAME = `a name of 1 to ${MAX_NAME_UNITS} characters on one line`;
const AN_ID = "1 to 64 letters, digits, _ and -";
const A_PERSON = `the id of a member, or ${A_NAME}`;

/** What each key accepts, in words that complete "accepted is …". */
const ACCEPTED: Readonly<Record<string, string>> = {
  "": "a JSON object",
  clientId: AN_ID,
  channel: `one of ${CHANNEL_IDS.join(", ")}`,
  author: A_PERSON,
  actor: A_PERSON,
  person: A_PERSON,
  command: "the name of a command, where no text is given",
  args: "an object of texts",
  text: `a text of 1 to ${MAX_POST_UNITS.toLocaleString("en")} characters (UTF-16 units)`,
  replyTo: "the id of a message in the same channel",
  timeZone: "an IANA time zone such as Asia/Shanghai",
  language: `one of ${LOCALES.join(", ")}`,
  states: `some of ${CASE_STATES.join(", ")}, separated by commas`,
  sources: `some of ${CASE_SOURCES.join(", ")}, separated by commas`,
  limit: `a whole number from 1 to ${MOST_ROWS}`,
};

/**
 * Checks what came from outside. The error is one sentence that names the key, the kind of value that
 * was read and what is accepted; it never repeats a value, which may be personal data.
 */
export function readRequest<T>(schema: z.ZodType<T>, value: unknown): Result<T, string> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const path = (parsed.error.issues[0]?.path ?? []).slice(0, 1);
  const key = path.map(String).join(".");
  const read = describe(valueAt(value, path));
  return fail(
    `${key || "The body"}: read ${read}, accepted is ${ACCEPTED[key] ?? "something else"}.`,
  );
}

function describe(value: unknown): string {
  if (typeof value !== "string") return typeName(value);
  if (value.trim() === "") return "an empty text";
  return `a text of ${value.length.toLocaleString("en")} characters`;
}
