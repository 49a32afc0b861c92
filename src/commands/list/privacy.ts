import type { Policy } from "../../engine/policy.ts";
import { DAY_MS } from "../../pipeline/case-change.ts";
import { personOf } from "../../pipeline/deps.ts";
import { tellClosed } from "../../pipeline/rights/closed-reports.ts";
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
    if (args.confirmation !== null) return erase(context, record);
    const waits = sayWaits(context, record);
    return waits.length > 0 ? notYet(context, waits) : askFirst(context, record);
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
    return sayNothing(context, record);
  }
  const lines = [
    ...(standing ? [sayStanding(context, standing)] : []),
    say("privacy.cases", { count: record.cases }),
    ...record.counting.map(({ points, expiresAt }) =>
      say("privacy.strike", { points, until: time(expiresAt) }),
    ),
    ...kept,
    ...sayErasedReports(context, record),
    say("privacy.what", policy.retentionDays),
  ];
  return done(lines, {
    title: say("privacy.title"),
    buttons: team ? [] : [{ label: say("button.erase"), command: "privacy erase" }],
  });
}

function sayNothing(context: CommandContext, record: PersonRecord): Reply {
  const left = sayErasedReports(context, record);
  return done(left.length > 0 ? left : [context.say("privacy.nothing")]);
}

/** What outlasts an erasure, so that nobody hears that nothing is kept. */
function sayErasedReports(
  { say, time }: CommandContext,
  { erasedReports: left }: PersonRecord,
): readonly string[] {
  if (left === null) return [];
  return [say("privacy.erased-reports", { count: left.count, until: time(left.until) })];
}

/**
 * What somebody must wait for before they can erase themselves; empty when for nothing. Whoever is
 * complained of could otherwise erase the complaint, whoever complains the limits on complaints, and whoever
 * decided that it was they, and then judge the appeal: data that a claim is made or defended with need not
 * be erased (GDPR, Regulation (EU) 2016/679, Article 17(3)(e)).
 */
function sayWaits(context: CommandContext, record: PersonRecord): readonly string[] {
  const { say, time, now } = context;
  const lines = sayPending(context, record);
  const last = record.counting.at(-1);
  if (last) lines.push(say("privacy.wait.strikes", { until: time(last.expiresAt) }));
  const until = (record.postedAt ?? 0) + REPORTABLE_MS;
  if (until > now) lines.push(say("privacy.wait.posted", { until: time(until) }));
  return lines;
}

/**
 * So long after they were posted, edited or heard of messages may be reported, before their author can erase
 * themselves: whoever does so in the same minute leaves one for which nobody can be called to account.
 */
const REPORTABLE_MS = DAY_MS;

function sayPending({ say, time, policy }: CommandContext, { pending }: PersonRecord): string[] {
  const { cases, asked, reports, appeals, decidedAt, ownDecidedAt, ownAppealed } = pending;
  const open = { cases, asked, reports, appeals, judged: ownAppealed };
  const lines = (["cases", "asked", "reports", "appeals", "judged"] as const).flatMap((kind) =>
    open[kind] > 0 ? [say(`privacy.wait.${kind}`, { count: open[kind] })] : [],
  );
  const untilClosed = (at: number) => time(at + policy.cases.closeAfterDays * DAY_MS);
  if (decidedAt !== null) {
    lines.push(say("privacy.wait.decision", { until: untilClosed(decidedAt) }));
  }
  if (ownDecidedAt !== null) {
    lines.push(say("privacy.wait.own-decision", { until: untilClosed(ownDecidedAt) }));
  }
  return lines;
}

function notYet({ say }: CommandContext, waits: readonly string[]): Reply {
  return badInput([say("privacy.not-yet"), ...waits, say("privacy.owner")]);
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

/** What there is to wait for is asked again under the lock: somebody may report them, or decide, meanwhile. */
async function erase(context: CommandContext, known: PersonRecord): Promise<Reply> {
  const { deps, actor, now, say } = context;
  const { communityId, platform, id } = actor;
  const person = personOf(deps, platform, id);
  const event = { type: "person.erased", at: now, person: null, payload: {} } as const;
  let waits: readonly string[] = [];
  const erased = await deps.store.erasePerson(communityId, id, person, event, {
    mayErase: (record) => {
      waits = sayWaits(context, record);
      return waits.length === 0;
    },
    tells: (closed) => tellClosed(closed, now),
  });
  if (erased !== null) deps.jobsWritten();
  if (waits.length > 0) return notYet(context, waits);
  return erased === null ? sayNothing(context, known) : done([say("privacy.erased")]);
}
