import { z } from "zod";
import { CASE_STATES, OUTCOMES } from "../../src/engine/case.ts";
import { typeName, valueAt } from "../../src/engine/message-input.ts";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import { CHANNELS, MAX_NAME_UNITS } from "./people.ts";

/** Longest post, in UTF-16 units: what Discord takes at most. */
export const MAX_POST_UNITS = 4000;
/** Longest reason of a decision, in UTF-16 units. */
export const MAX_REASON_UNITS = 1000;
export const MOST_ROWS = 500;

const CHANNEL_IDS = CHANNELS.map((channel) => channel.id);
const ID = /^[\w-]{1,64}$/u;
const CONTROL = /\p{Cc}/u;

const name = z
  .string()
  .trim()
  .min(1)
  .max(MAX_NAME_UNITS)
  .refine((text) => !CONTROL.test(text));
const filled = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => text.trim() !== "");

/** `POST /api/messages`. */
export const postSchema = z.object({
  clientId: z.string().regex(ID).nullish(),
  channel: z.string().refine((id) => CHANNEL_IDS.includes(id)),
  author: name,
  text: filled(MAX_POST_UNITS),
  replyTo: z.string().regex(ID).nullish(),
});

/** `POST /api/cases/:id/decisions`. */
export const decisionSchema = z.object({
  outcome: z.enum(OUTCOMES),
  reason: filled(MAX_REASON_UNITS),
  moderator: name,
});

const limit = z.coerce.number().int().min(1).max(MOST_ROWS).default(100);

/** Query of `GET /api/cases`. */
export const casesSchema = z.object({ state: z.enum(CASE_STATES).optional(), limit });

/** Query of `GET /api/audit`. */
export const auditSchema = z.object({ limit });

const A_NAME = `a name of 1 to ${MAX_NAME_UNITS} characters on one line`;
const AN_ID = "1 to 64 letters, digits, _ and -";

/** What each key accepts, in words that complete "accepted is …". */
const ACCEPTED: Readonly<Record<string, string>> = {
  "": "a JSON object",
  clientId: AN_ID,
  channel: `one of ${CHANNEL_IDS.join(", ")}`,
  author: `the id of a member, or ${A_NAME}`,
  text: `a text of 1 to ${MAX_POST_UNITS.toLocaleString("en")} characters (UTF-16 units)`,
  replyTo: "the id of a message in the same channel",
  outcome: `one of ${OUTCOMES.join(", ")}`,
  reason: `a reason of 1 to ${MAX_REASON_UNITS.toLocaleString("en")} characters`,
  moderator: A_NAME,
  state: `one of ${CASE_STATES.join(", ")}`,
  limit: `a whole number from 1 to ${MOST_ROWS}`,
};

/**
 * Checks what came from outside. The error is one sentence that names the key, the kind of value that
 * was read and what is accepted; it never repeats a value, which may be personal data.
 */
export function readRequest<T>(schema: z.ZodType<T>, value: unknown): Result<T, string> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const path = parsed.error.issues[0]?.path ?? [];
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
