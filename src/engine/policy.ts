import { z } from "zod";
import { CASE_ACTIONS, MAX_TIMEOUT_MINUTES } from "./case/decision.ts";
import { escalationSchema, parseTarget, type Target } from "./escalation/escalation-policy.ts";
import { AUTHOR_ROLES } from "./message.ts";
import { TEAM_ROLES } from "./roles.ts";
import { quietHoursSchema, rotaSchema } from "./rota/rota-schema.ts";
import { isTimeZone } from "./rota/time-zone.ts";
import { type Severity, SEVERITIES } from "./severity.ts";

/** What a policy asks for, mildest first: the strongest one asked for wins. */
export const DECISIONS = ["none", "log", "nudge", "escalate", "hold"] as const;
export type Decision = (typeof DECISIONS)[number];

/** Languages in which a rule says its title and reason. */
export const LANGUAGES = ["zh", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Languages in which Candor speaks to people. */
export const LOCALES = ["zh-CN", "zh-TW", "en"] as const;
export type Locale = (typeof LOCALES)[number];

/** The language of a rule's words for a reader of `locale`. */
export function ruleLanguage(locale: Locale): Language {
  return locale === "en" ? "en" : "zh";
}

/** `zh` is what earlier versions wrote for `zh-CN`. */
const localeSchema = z
  .enum([...LOCALES, "zh"])
  .transform((locale): Locale => (locale === "zh" ? "zh-CN" : locale));

/** Whose law a community answers to, where that changes what its people are told. */
export const JURISDICTIONS = ["CN", "HK", "TW", "SG", "EU", "UK", "US"] as const;
export type Jurisdiction = (typeof JURISDICTIONS)[number];

const decision = z.enum(DECISIONS);
const threshold = z.number().min(0).max(1);
const timeZoneSchema = z.string().refine(isTimeZone, "an IANA time zone such as Asia/Shanghai");
const roleIds = z.array(z.string().min(1)).max(50).default([]);
const points = z.number().int().min(0).max(100);
const minutes = (most: number) => z.number().int().min(1).max(most);

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

/**
 * What one community asks for. Detectors testify, the policy decides. Every field has a default, so
 * that `{}` is the default policy.
 */
export const policySchema = z.strictObject({
  mode: z
    .enum(["live", "shadow"])
    .default("live")
    .describe("shadow: judge and record, but touch nothing and wake nobody"),
  language: localeSchema.default("en").describe("language of what is shown to people"),
  timeZone: timeZoneSchema.default("UTC").describe("IANA time zone of times shown to people"),
  jurisdictions: z
    .array(z.enum(JURISDICTIONS))
    .max(JURISDICTIONS.length)
    .default([])
    .describe(
      "whose law the community answers to: notices name the ways to object that it gives; empty: not said",
    ),
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
  cases: z
    .strictObject({
      mergeWindowMinutes: minutes(24 * 60)
        .default(60)
        .describe(
          "a message of the same author or the same text joins an undecided case this long",
        ),
      leaseMinutes: minutes(24 * 60)
        .default(15)
        .describe("how long a case stays with a moderator who does nothing on it"),
      holdHours: z
        .number()
        .int()
        .min(1)
        .max(14 * 24)
        .default(24)
        .describe("how long a case may rest"),
      holdHoursS1: z
        .number()
        .int()
        .min(1)
        .max(14 * 24)
        .default(2)
        .describe("how long a case of severity S1 may rest at most, whatever a moderator asks for"),
      closeAfterDays: z
        .number()
        .int()
        .min(1)
        .max(365)
        .default(14)
        .describe("a decision that nobody undid or appealed is closed"),
      secondModerator: z
        .strictObject({
          severities: z.array(z.enum(SEVERITIES)).default([]),
          actions: z.array(z.enum(CASE_ACTIONS)).default(["ban"]),
        })
        .prefault({})
        .describe(
          "decisions about these severities, or with these actions, need a second moderator",
        ),
    })
    .prefault({}),
  strikes: z
    .strictObject({
      points: z
        .strictObject({
          S1: points.default(4),
          S2: points.default(2),
          S3: points.default(1),
          S4: points.default(0),
        })
        .prefault({})
        .describe("what an upheld case of each severity weighs"),
      expireDays: z.number().int().min(1).max(3650).default(90),
      thresholds: z
        .array(
          z.strictObject({
            points: points.min(1),
            action: z.discriminatedUnion("kind", [
              z.strictObject({ kind: z.literal("timeout"), minutes: minutes(MAX_TIMEOUT_MINUTES) }),
              z.strictObject({ kind: z.literal("kick") }),
              z.strictObject({
                kind: z.literal("ban"),
                minutes: minutes(MAX_TIMEOUT_MINUTES).nullable(),
              }),
            ]),
          }),
        )
        .max(10)
        .default([
          { points: 4, action: { kind: "timeout", minutes: 24 * 60 } },
          { points: 8, action: { kind: "ban", minutes: null } },
        ])
        .describe("what a decision adds when it carries the author's points to or over these"),
    })
    .prefault({}),
  team: z
    .array(
      z.strictObject({
        id: z.string().min(1).describe("the platform's id of the person"),
        role: z.enum(TEAM_ROLES).exclude(["member"]),
        name: z.string().min(1).optional(),
        language: localeSchema.optional().describe("absent: the community's"),
        timeZone: timeZoneSchema.optional().describe("absent: the community's"),
        email: z.email().optional().describe("absent: no e-mail"),
        quietHours: quietHoursSchema.optional().describe("absent: the community's"),
      }),
    )
    .max(500)
    .default([])
    .describe("who works for the community, beside those whom the platform's own roles name"),
  platform: z
    .strictObject({
      moderatorChannel: z
        .string()
        .min(1)
        .optional()
        .describe(
          "the platform's id of the moderators' channel, for cards and what is said to all of them",
        ),
      reportEmoji: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .describe(
          "a reaction with this emoji reports the message, as /report does: the emoji itself, or the id of one of the server's own; taking it off takes nothing back. Absent: reactions report nothing",
        ),
      roles: z
        .strictObject({
          manager: roleIds,
          moderator: roleIds,
          service: roleIds,
          analyst: roleIds,
          staff: roleIds,
          affiliate: roleIds,
        })
        .prefault({})
        .describe("ids of the platform's own roles, and what they are to Candor"),
    })
    .prefault({})
    .describe("what the community is called by on its platform; the sandbox needs none of it"),
  rotas: z
    .record(z.string().regex(/^[\w-]{1,40}$/u), rotaSchema)
    .default({})
    .describe("on-call rotas by name, for on-call:NAME"),
  escalation: escalationSchema.prefault({}),
  appeals: z
    .strictObject({
      decideWithinHours: z
        .number()
        .int()
        .min(1)
        .max(30 * 24)
        .default(72)
        .describe("an appeal that nobody has decided by then is escalated"),
    })
    .prefault({}),
  reports: z
    .strictObject({
      openAt: z
        .number()
        .min(0)
        .max(100)
        .default(0.5)
        .describe("weight of a message's reports from which they open a case; a newcomer's is 0.5"),
      graveAt: z
        .number()
        .min(0)
        .max(1000)
        .default(2)
        .describe("weight from which that case is an S2 and no S3"),
      perReporterPerHour: z
        .number()
        .int()
        .min(1)
        .max(1000)
        .default(5)
        .describe("reports that Candor takes of one member in an hour"),
    })
    .prefault({}),
  retentionDays: z
    .strictObject({
      evidence: z.number().int().min(1).max(3650).default(365).describe("redacted text of cases"),
      messages: z.number().int().min(1).max(365).default(30).describe("ids of unflagged messages"),
      contextHours: z
        .number()
        .int()
        .min(0)
        .max(7 * 24)
        .default(24)
        .describe("redacted text of messages of no case, in hours, as context of others; 0: none"),
    })
    .prefault({}),
});

export type Policy = z.infer<typeof policySchema>;

/**
 * A policy as a person writes it: names that stand for something of the same policy must be there. A
 * stored policy is read without this, so that a stricter check cannot make it unreadable.
 */
export const writtenPolicySchema = policySchema.superRefine(
  ({ team, rotas, escalation }, context) => {
    const wrong = (path: readonly (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path: [...path], message });
    for (const [i, { id }] of team.entries()) {
      const first = team.findIndex((each) => each.id === id);
      if (first < i) wrong(["team", i, "id"], `an id of its own; team[${first}] has this one`);
    }
    for (const [i, { rungs }] of escalation.ladders.entries()) {
      for (const [j, { who }] of rungs.entries()) {
        for (const [k, words] of who.entries()) {
          const problem = problemOfTarget(parseTarget(words), Object.keys(rotas));
          if (problem !== null) wrong(["escalation", "ladders", i, "rungs", j, "who", k], problem);
        }
      }
    }
  },
);

function problemOfTarget(target: Target | null, rotas: readonly string[]): string | null {
  if (target?.kind === "role" && target.role === "member") {
    return "a role of the team; nobody of it is only a member";
  }
  if (target?.kind !== "on-call" || rotas.includes(target.rota)) return null;
  const known = rotas.length > 0 ? `has ${rotas.join(", ")}` : "is empty";
  const missing = JSON.stringify(target.rota.slice(0, 40));
  return `on-call: and the name of a rota; there is no rota ${missing}, "rotas" ${known}`;
}

export const DEFAULT_POLICY: Policy = policySchema.parse({});

/** The stronger of two decisions. */
export function stronger(a: Decision, b: Decision): Decision {
  return DECISIONS.indexOf(a) >= DECISIONS.indexOf(b) ? a : b;
}
