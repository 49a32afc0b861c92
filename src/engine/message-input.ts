import { z } from "zod";
import { AUTHOR_ROLES, type Author, type Message, type Place } from "./message.ts";
import { type Result, fail, ok } from "./result.ts";

/**
 * The longest text that is judged, in UTF-16 units. Discord allows 4,000 and Telegram 4,096, so that
 * whatever is longer did not come from a chat; the bound keeps the time of one evaluation bounded.
 */
export const MAX_TEXT_UNITS = 1_000_000;

/** Id of a community or channel that the input does not name. */
export const DEFAULT_PLACE_ID = "default";
/** Id of an author that the input does not name. */
export const UNKNOWN_AUTHOR_ID = "unknown";

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?([Zz]|[+-]\d\d(?::?\d\d)?)?)?$/u;

/**
 * Reads an ISO 8601 time: a date, or a date and time with `Z`, an offset or neither (read as UTC).
 * Returns epoch ms, or null for anything else, such as 30 February.
 */
export function parseTime(text: string): number | null {
  const match = TIME.exec(text);
  if (!match) return null;
  const [, year = "", month = "", day = "", hour = "0", minute = "0", second = "0"] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // Date.UTC rolls 30 February over into March; a month that moved was not a date.
  const date = new Date(midnight);
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return null;
  const ms = Math.floor(Number(`0.${match[7] ?? "0"}`) * 1000);
  const time = (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1000 + ms;
  const offset = offsetMs(match[8]);
  return offset === null ? null : midnight + time - offset;
}

function offsetMs(zone: string | undefined): number | null {
  if (zone === undefined || zone === "Z" || zone === "z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(":", ""));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

const word = z.string().nullish();
const words = z.array(z.string()).nullish();
const time = z
  .string()
  .transform((text, context) => {
    const ms = parseTime(text);
    if (ms !== null) return ms;
    context.addIssue({ code: "custom", message: "not a time" });
    return z.NEVER;
  })
  .nullish();
const place = z.union([z.string(), z.object({ id: z.string(), name: word })]).nullish();

/** One message in its public form, as `candor check` takes it: unknown keys are ignored and null counts as absent. */
export const messageInputSchema = z.object({
  id: z.string(),
  text: z.string().max(MAX_TEXT_UNITS),
  platform: word,
  community: place,
  channel: place,
  author: z
    .object({
      id: word,
      displayName: word,
      role: z.enum(AUTHOR_ROLES).nullish(),
      joinedAt: time,
      accountCreatedAt: time,
    })
    .nullish(),
  sentAt: time,
  editedAt: time,
  replyTo: word,
  quoted: word,
  forwardedFrom: word,
  mentions: words,
  links: words,
  attachments: z.array(z.object({ name: z.string(), mime: word, path: word })).nullish(),
});

type MessageInput = z.infer<typeof messageInputSchema>;

/**
 * Reads one message in its public form. Absent parts get defaults: platform `unknown`, community and
 * channel `default`, author `unknown` in the role of a member, `sentAt` 0.
 *
 * The error is one line that names the key, the type that was read and what is accepted. It never
 * repeats a value, since a value may be personal data.
 */
export function parseMessageInput(value: unknown): Result<Message, string> {
  const parsed = messageInputSchema.safeParse(value);
  if (parsed.success) return ok(toMessage(parsed.data));
  const [issue] = parsed.error.issues;
  return fail(issue ? describeIssue(issue, value) : "not a message");
}

function toMessage(input: MessageInput): Message {
  const { editedAt: revisedAt, replyTo, quoted, forwardedFrom } = input;
  return {
    id: input.id,
    platform: input.platform ?? "unknown",
    community: toPlace(input.community),
    channel: toPlace(input.channel),
    author: toAuthor(input.author),
    text: input.text,
    sentAt: input.sentAt ?? 0,
    ...present({ revisedAt, replyTo, quoted, forwardedFrom }),
    mentions: input.mentions ?? [],
    links: input.links ?? [],
    attachments: (input.attachments ?? []).map(({ name, mime, path }) => ({
      name,
      ...present({ mime, path }),
    })),
  };
}

function toPlace(input: MessageInput["community"]): Place {
  if (typeof input === "string") return { id: input };
  return { id: input?.id ?? DEFAULT_PLACE_ID, ...present({ name: input?.name }) };
}

function toAuthor(input: MessageInput["author"]): Author {
  const { id, displayName, role, joinedAt, accountCreatedAt } = input ?? {};
  return {
    id: id ?? UNKNOWN_AUTHOR_ID,
    role: role ?? "member",
    ...present({ displayName, joinedAt, accountCreatedAt }),
  };
}

type Present<T> = { [K in keyof T]?: NonNullable<T[K]> };

/** The parts that are there: neither null nor undefined. */
export function present<T extends object>(parts: T): Present<T> {
  const kept: Present<T> = {};
  for (const key in parts) {
    const value = parts[key];
    if (value !== null && value !== undefined) kept[key] = value;
  }
  return kept;
}

/** What stands at a path of keys and list places in parsed JSON; undefined when nothing does. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

const A_STRING = "a string";
const A_TIME = "an ISO 8601 time such as 2026-01-31T08:00:00Z";
const A_PLACE = "a string, or an object with a string id and, if there is one, a string name";
const ROLES = AUTHOR_ROLES.join(", ");

/** What each key accepts; a number in a path stands for any place in a list. */
const ACCEPTED: Readonly<Record<string, string>> = {
  "": "a JSON object with a string id and a string text",
  text: `a string of at most ${MAX_TEXT_UNITS} UTF-16 units`,
  community: A_PLACE,
  channel: A_PLACE,
  author: "an object with any of id, displayName, role, joinedAt, accountCreatedAt",
  "author.role": ROLES,
  "author.joinedAt": A_TIME,
  "author.accountCreatedAt": A_TIME,
  sentAt: A_TIME,
  editedAt: A_TIME,
  mentions: "a list of strings",
  links: "a list of strings",
  attachments: "a list of objects with a string name and, if known, mime and path",
  "attachments.*": "an object with a string name and, if known, mime and path",
};

function describeIssue(issue: z.core.$ZodIssue, root: unknown): string {
  const key = issue.path.map((part) => (typeof part === "number" ? "*" : String(part))).join(".");
  const accepted = ACCEPTED[key] ?? A_STRING;
  const read = issue.code === "too_big" ? "a longer string" : typeAt(root, issue);
  const name = issue.path.length === 0 ? "message" : issue.path.map(String).join(".");
  return `${name}: read ${read}, accepted is ${accepted}`;
}

function typeAt(root: unknown, issue: z.core.$ZodIssue): string {
  const type = typeName(valueAt(root, issue.path));
  return type === "a string" ? "a string of another form" : type;
}

/** The JSON type of a value, as a word for people; never the value itself. */
export function typeName(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
