import { z } from "zod";
import { AUTHOR_ROLES } from "./message.ts";

/** Gravest first. S1: savings, health or a run on the company. S4: a hint to the author only. The policy says what each means. */
export const SEVERITIES = ["S1", "S2", "S3", "S4"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a policy asks for, mildest first: the strongest one asked for wins. */
export const DECISIONS = ["none", "log", "nudge", "escalate", "hold"] as const;
export type Decision = (typeof DECISIONS)[number];

export const LANGUAGES = ["zh", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

const decision = z.enum(DECISIONS);
const threshold = z.number().min(0).max(1);

function actions(defaults: Record<Severity, Decision>) {
  return z
    .strictObject({
      S1: decision.default(defaults.S1),
      S2: decision.default(defaults.S2),
      S3: decision.default(defaults.S3),
      S4: decision.default(defaults.S4),
    })
    .prefault({});
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/**
 * What one community asks for. Detectors testify, the policy decides. Every field has a default, so
 * that `{}` is the default policy.
 */
export const policySchema = z.strictObject({
  mode: z
    .enum(["live", "shadow"])
    .default("live")
    .describe("shadow: judge and record, but touch nothing and wake nobody"),
  language: z.enum(LANGUAGES).default("en").describe("language of reasons shown to people"),
  timeZone: z
    .string()
    .refine(isTimeZone, "an IANA time zone such as Asia/Shanghai")
    .default("UTC")
    .describe("IANA time zone of times in reports"),
  thresholds: z
    .strictObject({
      claim: threshold.default(0.5),
      leak: threshold.default(0.5),
      promotion: threshold.default(0.5),
      complaint: threshold.default(0.5),
    })
    .prefault({})
    .describe("score from which a family's finding counts"),
  actions: z
    .strictObject({
      claim: actions({ S1: "escalate", S2: "escalate", S3: "log", S4: "nudge" }),
      leak: actions({ S1: "hold", S2: "hold", S3: "escalate", S4: "log" }),
      promotion: actions({ S1: "hold", S2: "escalate", S3: "escalate", S4: "nudge" }),
      complaint: actions({ S1: "escalate", S2: "escalate", S3: "log", S4: "log" }),
    })
    .prefault({})
    .describe("what happens to a finding, by family and severity"),
  exempt: z
    .strictObject({
      roles: z.array(z.enum(AUTHOR_ROLES)).default([]),
      channels: z.array(z.string()).default([]).describe("channel ids"),
    })
    .prefault({})
    .describe("who and where is not judged; a leak is a leak whoever posts it and stays judged"),
  escalation: z
    .strictObject({
      afterMinutes: z
        .array(
          z
            .number()
            .int()
            .min(1)
            .max(7 * 24 * 60),
        )
        .min(1)
        .max(10)
        .refine(
          (minutes) => minutes.every((after, i) => after > (minutes[i - 1] ?? 0)),
          "each rung later than the one before",
        )
        .default([15, 60])
        .describe("minutes from the opening of a case to each rung, while nobody decides"),
    })
    .prefault({}),
  retentionDays: z
    .strictObject({
      evidence: z.number().int().min(1).max(3650).default(365).describe("redacted text of cases"),
      messages: z.number().int().min(1).max(365).default(30).describe("ids of unflagged messages"),
    })
    .prefault({}),
});

export type Policy = z.infer<typeof policySchema>;

export const DEFAULT_POLICY: Policy = policySchema.parse({});

/** One step graver; S1 stays S1. */
export function raise(severity: Severity): Severity {
  return SEVERITIES[Math.max(0, SEVERITIES.indexOf(severity) - 1)] ?? severity;
}

/** The stronger of two decisions. */
export function stronger(a: Decision, b: Decision): Decision {
  return DECISIONS.indexOf(a) >= DECISIONS.indexOf(b) ? a : b;
}
