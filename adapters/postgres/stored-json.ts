import { z } from "zod";
import { FAMILIES } from "../../src/engine/message.ts";
import { DECISIONS } from "../../src/engine/policy.ts";
import { SEVERITIES } from "../../src/engine/severity.ts";
import type { Verdict } from "../../src/engine/verdict.ts";
import type { JobPayload } from "../../src/ports/jobs.ts";

const span = z.object({ start: z.number(), end: z.number(), type: z.string() });

const finding = z.object({
  family: z.enum(FAMILIES),
  rule: z.string(),
  severity: z.enum(SEVERITIES),
  score: z.number(),
  spans: z.array(span),
  reason: z.string(),
  citation: z.string(),
  guards: z.array(z.string()),
  people: z.number().exactOptional(),
});

/** A verdict as it is stored, read back; keys that a later version added are dropped. */
export const storedVerdict: z.ZodType<Verdict> = z.object({
  id: z.string(),
  flags: z.array(z.enum(FAMILIES)),
  decision: z.enum(DECISIONS),
  scores: z.record(z.enum(FAMILIES), z.number()),
  findings: z.array(finding),
  errored: z.array(z.string()).exactOptional(),
  exempt: z.enum(["role", "channel"]).exactOptional(),
});

export const storedMode = z.enum(["live", "shadow"]);

export const storedPayload: z.ZodType<JobPayload> = z.record(
  z.string(),
  z.union([z.string(), z.number()]),
);

/**
 * PostgreSQL has no place for U+0000 in a text, nor for half a character; platforms do not send them, imports
 * and forms may.
 */
export function storable(text: string): string;
export function storable(text: string | null): string | null;
export function storable(text: string | null): string | null {
  return text?.replaceAll("\u0000", "\uFFFD").toWellFormed() ?? null;
}

/** What `JSON.stringify` escapes of what is not storable; of a surrogate only one that stands alone. */
const UNSTORABLE = /\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/gu;

/**
 * The text of a JSON column. PostgreSQL takes these escapes there, and refuses every query that then reads a
 * value: one of them would stop whatever goes through the whole table.
 */
export function storableJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNSTORABLE, (escape) =>
    escape === "\\\\" ? escape : "\uFFFD",
  );
}

/** Takes the place of an erased person's id; no platform gives an empty one. */
export const ERASED_PERSON = "";
