import type { Policy } from "../../engine/policy.ts";
import { DAY_MS } from "../../pipeline/case-change.ts";
import { personOf } from "../../pipeline/deps.ts";
import type { PersonRecord } from "../../ports/person-record.ts";
import { choice, optional } from "../arguments.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { badInput, done, refused, type Reply } from "../reply.ts";
import { sayStanding } from "../say-case.ts";
import { EVERYBODY } from "./roles.ts";

/** Kinds of records that are told one by one where there are any. */
const KEPT = [
  "messages",
  "decisions",
  "statements",
  "reports",
  "appeals",
  "notices",
  "notes",
  "work",
  "duties",
  "events",
] as const;

export const privacy = defineCommand({
  name: "privacy",
  args: {
    request: optional(choice(["show", "erase"])),
    confirmation: optional(choice(["yes"])),
  },
  needs: EVERYBODY,
  privileged: false,
  async run(context, args) {
    const record = await recordOf(context);
    const team = await isOfTeam(context);
    if (args.request !== "erase") return showStored(context, record, team);
    // Their own hand must not take them out of four eyes, of the rota and of what they decided.
    if (team) return refused(context.say("privacy.team"));
    const waits = [...sayWaits(context, record), ...(await sayPosted(context))];
    if (waits.length > 0) {
      return badInput([context.say("privacy.not-yet"), ...waits, context.say("privacy.owner")]);
    }
    return args.confirmation === null ? askFirst(context, record) : erase(context);
  },
});

function recordOf({ deps, actor, now }: CommandContext): Promise<PersonRecord> {
  const { communityId, platform, id: personId } = actor;
  const fingerprint = personOf(deps, platform, personId);
  return deps.store.personRecord({ communityId, personId, fingerprint, at: now });
}

/** Whoever works here by platform or policy, though they may have left the community itself. */
async function isOfTeam({ policy, actor, personOf: find }: CommandContext): Promise<boolean> {
  const { roles } = await find(actor.id);
  return roles.some((role) => role !== "member") || isNamedBy(policy, actor.id);
}

/** A rota or a ladder may name somebody whom the team does not list. */
function isNamedBy({ rotas, escalation }: Policy, id: string): boolean {
  const onCall = Object.values(rotas).flatMap(({ shifts }) =>
    shifts.flatMap(({ people }) => people),
  );
  const paged = escalation.ladders.flatMap(({ rungs }) => rungs.flatMap(({ who }) => who));
  return onCall.includes(id) || paged.includes(`person:${id}`);
}

async function showStored(
  context: CommandContext,
  record: PersonRecord,
  team: boolean,
): Promise<Reply> {
  const { deps, actor, policy, say, time, now } = context;
  const standing = await deps.store.standing(actor.communityId, actor.id, now);
  const kept = KEPT.flatMap((kind) =>
    record[kind] > 0 ? [say(`privacy.kept.${kind}`, { count: record[kind] })] : [],
  );
  if (!standing && kept.length + record.cases + record.strikes === 0) {
    return done([say("privacy.nothing")]);
  }
  const lines = [
    ...(standing ? [sayStanding(context, standing)] : []),
    say("privacy.cases", { count: record.cases }),
    ...record.counting.map(({ points, expiresAt }) =>
      say("privacy.strike", { points, until: time(expiresAt) }),
    ),
    ...kept,
    say("privacy.what", policy.retentionDays),
  ];
  return done(lines, {
    title: say("privacy.title"),
    buttons: team ? [] : [{ label: say("button.erase"), command: "privacy erase" }],
  });
}

/**
 * What somebody must wait for before they can erase themselves; empty when for nothing. Whoever is
 * complained of could otherwise erase the complaint, and whoever complains the limits on complaints:
 * data that a claim is made or defended with need not be erased (GDPR, Regulation (EU) 2016/679,
 * Article 17(3)(e)).
 */
function sayWaits(
  { say, time, policy }: CommandContext,
  { pending, counting }: PersonRecord,
): readonly string[] {
  const { cases, asked, reports, appeals, decidedAt } = pending;
  const open = { cases, asked, reports, appeals };
  const lines = (["cases", "asked", "reports", "appeals"] as const).flatMap((kind) =>
    open[kind] > 0 ? [say(`privacy.wait.${kind}`, { count: open[kind] })] : [],
  );
  if (decidedAt !== null) {
    const until = time(decidedAt + policy.cases.closeAfterDays * DAY_MS);
    lines.push(say("privacy.wait.decision", { until }));
  }
  const last = counting.at(-1);
  if (last) lines.push(say("privacy.wait.strikes", { until: time(last.expiresAt) }));
  return lines;
}

/** So long after they were posted messages may be reported, before their author can erase themselves. */
const REPORTABLE_MS = DAY_MS;

/** Whoever erases themselves in the same minute leaves a message for which nobody can be called to account. */
async function sayPosted({
  deps,
  actor,
  say,
  time,
  now,
}: CommandContext): Promise<readonly string[]> {
  const standing = await deps.store.standing(actor.communityId, actor.id, now);
  if (!standing || standing.messages === 0) return [];
  const until = standing.lastSeenAt + REPORTABLE_MS;
  return until > now ? [say("privacy.wait.posted", { until: time(until) })] : [];
}

function askFirst({ say }: CommandContext, { reports }: PersonRecord): Reply {
  const lines = [
    say("privacy.ask"),
    ...(reports > 0 ? [say("privacy.ask-reports")] : []),
    say("privacy.how", { word: say("choice.yes") }),
  ];
  return done(lines, {
    buttons: [{ label: say("button.erase-yes"), command: "privacy erase yes" }],
  });
}

async function erase({ deps, actor, now, say }: CommandContext): Promise<Reply> {
  const { communityId, platform, id } = actor;
  const person = personOf(deps, platform, id);
  const erased = await deps.store.erasePerson(communityId, id, person, {
    type: "person.erased",
    at: now,
    person: null,
    payload: {},
  });
  return done([erased === null ? say("privacy.nothing") : say("privacy.erased")]);
}
