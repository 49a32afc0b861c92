import { z } from "zod";
import { type Case, CASE_SOURCES } from "../case/case.ts";
import { AUTHOR_ROLES, FAMILIES } from "../message.ts";
import { digestSchema, quietHoursSchema } from "../rota/rota-schema.ts";
import { TEAM_ROLES } from "../roles.ts";
import { SEVERITIES } from "../severity.ts";

/** Whom a rung pages, as people write it. */
export type Target =
  | { readonly kind: "person"; readonly id: string }
  | { readonly kind: "role"; readonly role: (typeof TEAM_ROLES)[number] }
  | { readonly kind: "on-call"; readonly rota: string }
  | { readonly kind: "everyone" };

/** Reads `person:ID`, `role:moderator`, `on-call:ROTA` or `everyone`; null for anything else. */
export function parseTarget(words: string): Target | null {
  if (words === "everyone") return { kind: "everyone" };
  const [, kind, name = ""] = /^(person|role|on-call):(.+)$/su.exec(words) ?? [];
  if (kind === "person") return { kind, id: name };
  if (kind === "on-call") return { kind, rota: name };
  const role = TEAM_ROLES.find((each) => each === name);
  return kind === "role" && role ? { kind, role } : null;
}

/** Ways to one person, in the order in which they are tried. */
export const PERSONAL_WAYS = ["direct", "email", "webhook"] as const;

const MAX_AFTER_MINUTES = 7 * 24 * 60;
const minutes = (most = MAX_AFTER_MINUTES) => z.number().int().min(1).max(most);

const rung = z.strictObject({
  afterMinutes: z
    .number()
    .int()
    .min(0)
    .max(MAX_AFTER_MINUTES)
    .describe("minutes from the beginning of a round to this rung, while nobody acknowledges"),
  who: z
    .array(z.string().refine((words) => parseTarget(words) !== null, "a target"))
    .min(1)
    .describe("person:ID, role:ROLE, on-call:ROTA or everyone (all of the team)"),
  ways: z
    .array(z.enum(PERSONAL_WAYS))
    .min(1)
    .default(["direct", "email"])
    .describe("tried in order until one reaches the person"),
  channel: z.boolean().default(true).describe("also say it in the moderators' channel, once"),
  repeat: z
    .strictObject({ everyMinutes: minutes(24 * 60), times: z.number().int().min(1).max(50) })
    .optional()
    .describe("page the same people again"),
  when: z
    .enum(["now", "digest"])
    .default("now")
    .describe("digest: gathered and told at the next digest time"),
});
export type Rung = z.infer<typeof rung>;

const ladder = z.strictObject({
  severities: z
    .array(z.enum([...SEVERITIES, "none"]))
    .min(1)
    .optional()
    .describe("none is a case whose rule broke; absent: any"),
  families: z.array(z.enum(FAMILIES)).min(1).optional().describe("absent: any"),
  speakers: z.array(z.enum(AUTHOR_ROLES)).min(1).optional().describe("absent: any"),
  sources: z.array(z.enum(CASE_SOURCES)).min(1).optional().describe("absent: any"),
  rungs: z
    .array(rung)
    .min(1)
    .max(10)
    .refine(
      (rungs) => rungs.every((each, i) => each.afterMinutes >= (rungs[i - 1]?.afterMinutes ?? 0)),
      "no rung earlier than the one before",
    ),
});
export type Ladder = z.infer<typeof ladder>;

/**
 * Those of a community without its own; they also stand behind its own, so that every case has one. None is over
 * for good: an S1 begins again an hour after the last rung, anything else a day after it (`restMs`).
 */
const DEFAULT_LADDERS: z.input<typeof ladder>[] = [
  {
    sources: ["feedback", "question"],
    rungs: [
      { afterMinutes: 0, who: ["role:service"] },
      { afterMinutes: 60, who: ["role:service", "role:manager"] },
      { afterMinutes: 240, who: ["role:owner"] },
    ],
  },
  {
    severities: ["S1"],
    rungs: [
      { afterMinutes: 0, who: ["role:moderator"], repeat: { everyMinutes: 5, times: 2 } },
      { afterMinutes: 15, who: ["role:manager"], repeat: { everyMinutes: 10, times: 3 } },
      { afterMinutes: 60, who: ["role:owner"] },
    ],
  },
  {
    severities: ["S2", "none"],
    rungs: [
      { afterMinutes: 15, who: ["role:moderator"] },
      { afterMinutes: 60, who: ["role:manager"] },
    ],
  },
  { rungs: [{ afterMinutes: 60, who: ["role:moderator"], when: "digest" }] },
];

/** Who is told of a case, how, and when. */
export const escalationSchema = z.strictObject({
  ladders: z
    .array(ladder)
    .max(50)
    .prefault(DEFAULT_LADDERS)
    .describe(
      "the first ladder that fits a case is climbed; the default ones stand behind these. After its last rung a ladder rests for as long as it is, an S1 at least an hour and others a day, and begins again while nobody has acknowledged or decided",
    ),
  quietHours: quietHoursSchema
    .optional()
    .describe("in each person's time zone; what is not S1 waits for their end; absent: none"),
  digest: digestSchema.prefault({}),
  remindAfterMinutes: minutes()
    .default(30)
    .describe("an acknowledged case that nobody decides: remind whoever acknowledged"),
  unacknowledgeAfterMinutes: minutes()
    .default(60)
    .describe("then the acknowledgement ends and the ladder begins again"),
  caps: z
    .strictObject({
      perPersonPerHour: z.number().int().min(3).max(1000).default(30),
      channelPerHour: z.number().int().min(3).max(1000).default(60),
    })
    .prefault({})
    .describe(
      "most messages about cases and duties, and notes of colleagues; beyond half of it they are summed up, S1 beyond two thirds",
    ),
});
export type EscalationPolicy = z.infer<typeof escalationSchema>;

const FALLBACK: readonly Ladder[] = DEFAULT_LADDERS.map((each) => ladder.parse(each));

const HOUR_MINUTES = 60;

/** The ladder of an appeal that is to be decided within `hours`: a digest now, pages at its deadline and a day later. */
export function appealLadder(hours: number): Ladder {
  return {
    rungs: [
      appealRung(0, ["role:moderator"], "digest"),
      appealRung(hours, ["role:manager", "role:moderator"], "now"),
      appealRung(hours + 24, ["role:owner"], "now"),
    ],
  };
}

function appealRung(afterHours: number, who: string[], when: Rung["when"]): Rung {
  const afterMinutes = afterHours * HOUR_MINUTES;
  return { afterMinutes, who, ways: ["direct", "email"], channel: true, when };
}

/** The first of the policy's ladders that fits, else the first default one that does. */
export function ladderFor(
  policy: Pick<EscalationPolicy, "ladders">,
  item: Pick<Case, "severity" | "families" | "speaker" | "source">,
): Ladder {
  const fits = ({ severities, families, speakers, sources }: Ladder) =>
    (severities?.includes(item.severity ?? "none") ?? true) &&
    (families?.some((family) => item.families.includes(family)) ?? true) &&
    (speakers?.includes(item.speaker) ?? true) &&
    (sources?.includes(item.source) ?? true);
  const found = policy.ladders.find(fits) ?? FALLBACK.find(fits);
  if (!found) throw new Error("the last default ladder fits every case");
  return found;
}
