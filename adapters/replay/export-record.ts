import { isAbsolute, join, normalize, sep } from "node:path";
import type { z } from "zod";
import { MAX_TEXT_UNITS, typeName, valueAt } from "../../src/engine/message-input.ts";
import type { Message } from "../../src/engine/message.ts";

/** The formats that replay reads. */
export type ExportFormat = "telegram" | "discord-chat-exporter" | "json-lines";

/** What became of one record: every record of an export is exactly one of these. */
export type RecordOutcome =
  | { readonly kind: "message"; readonly message: Message }
  /** Deliberately not a message, such as a service record. */
  | { readonly kind: "skipped"; readonly id?: string; readonly reason: string }
  /** Should have been a message but could not be read. The reason holds keys and types, never values. */
  | { readonly kind: "unreadable"; readonly id?: string; readonly reason: string };

/** Why nothing more can be read from a file. */
export type BreakCause =
  | "missing" // no such file
  | "not-a-file" // a folder, a socket, a device
  | "no-access" // the file is there but cannot be opened, or a read failed
  | "unknown-format" // nothing was read; the reason says what was found and what is accepted
  | "damaged"; // the JSON ends early or breaks; everything before it was delivered

/** `record` counts from 1 through the whole file. A `broken` record is always the last one. */
export type ExportRecord =
  | (RecordOutcome & { readonly record: number })
  | {
      readonly kind: "broken";
      readonly cause: BreakCause;
      readonly reason: string;
      /** Byte near which the file breaks; absent when the file was never read. */
      readonly offset?: number;
    };

/** A value found in a JSON document, with the keys and list places that lead to it. */
export interface JsonValueAt {
  readonly keys: readonly (string | number)[];
  readonly value: unknown;
}

/** Takes header values (and answers null) and records (and answers what became of them), in file order. */
export type RecordReader = (at: JsonValueAt) => RecordOutcome | null;

/** Outcome of a record whose shape is not what its format writes. */
export function unreadable(error: z.ZodError, record: unknown): RecordOutcome {
  const [issue] = error.issues;
  const reason = issue ? describe(issue, record) : "not a record of this format";
  return { kind: "unreadable", ...idPart(record), reason };
}

/** A message, unless its text is longer than what the engine judges. */
export function messageOutcome(message: Message): RecordOutcome {
  if (message.text.length <= MAX_TEXT_UNITS) return { kind: "message", message };
  const reason = `text: ${message.text.length} UTF-16 units, accepted are at most ${MAX_TEXT_UNITS}`;
  return { kind: "unreadable", id: message.id, reason };
}

/** `{ id }` when the record has one that can be shown, else nothing. */
export function idPart(record: unknown): { readonly id?: string } {
  const id = valueAt(record, ["id"]);
  if (typeof id !== "string" && typeof id !== "number") return {};
  return /^[^\p{C}]{1,100}$/u.test(String(id)) ? { id: String(id) } : {};
}

/** The name of a record's type when it is a plain word, so that no text slips into a reason. */
export function safeWord(word: unknown): string {
  const text = typeof word === "string" || typeof word === "number" ? String(word) : "";
  return /^[A-Za-z0-9_]{1,40}$/u.test(text) ? text : "of another kind";
}

/**
 * Path of a file that lies beside an export. Undefined for addresses, notes such as
 * "(File not included…)" and paths that lead out of the export's folder.
 */
export function localPath(folder: string, path: string | null | undefined): string | undefined {
  if (!path || path.startsWith("(") || path.includes("\0") || /^[a-z][a-z0-9+.-]*:/iu.test(path)) {
    return undefined;
  }
  const clean = normalize(path);
  if (isAbsolute(clean) || clean === ".." || clean.startsWith(`..${sep}`)) return undefined;
  return join(folder, clean);
}

/** The values that are there and not empty, each once, in order. */
export function distinct(values: Iterable<string | null | undefined>): readonly string[] {
  const seen = new Set<string>();
  for (const value of values) if (value) seen.add(value);
  return [...seen];
}

function describe(issue: z.core.$ZodIssue, record: unknown): string {
  const key = issue.path.length === 0 ? "record" : issue.path.map(String).join(".");
  const accepted = issue.code === "invalid_type" ? issue.expected : "what this format writes there";
  return `${key}: read ${typeName(valueAt(record, issue.path))}, accepted is ${accepted}`;
}
