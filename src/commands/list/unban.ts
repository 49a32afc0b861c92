import type { Decision } from "../../engine/case/decision.ts";
import { plainWords } from "../../engine/plain-words.ts";
import { redact } from "../../engine/redact.ts";
import { sanctionsOn, touchedAuthors } from "../../pipeline/case-authors.ts";
import { personOf } from "../../pipeline/deps.ts";
import { noteCase, reopenCase, undoDecision } from "../../pipeline/work-case.ts";
import type { CaseAuthor, CaseView } from "../../ports/store.ts";
import { personOrReply, text } from "../arguments.ts";
import { type CommandContext, defineCommand, type Person } from "../command.ts";
import { refusedIn } from "../in-place.ts";
import { type NotedRefusal, noteRefusal } from "../note-refusal.ts";
import { badInput, done, failed, refused, type Reply } from "../reply.ts";
import { mayTakeBack, placesOf, rightsFor, undoableOf } from "./decide.ts";
import { LEADERS, MODERATORS } from "./roles.ts";
import { button, sayProblem } from "./step.ts";

const NAME = "unban";
const MINUTE_MS = 60_000;
/** Decided cases of one person among which their bans are looked for. */
const MOST_CASES = 1000;

/** A case whose decision bans somebody. */
interface Ban {
  readonly item: CaseView;
  readonly decision: Decision;
  /** Ids of everybody of whom it holds a message. */
  readonly authors: readonly string[];
  /** How many people it bans. */
  readonly people: number;
}

/**
 * Lifts a ban. One that a case decided ends with that decision, so that its statement is revoked and its
 * strikes go too; one that Candor knows nothing of is lifted on the platform alone.
 */
export const unban = defineCommand({
  name: NAME,
  args: { who: personOrReply, reason: text },
  needs: MODERATORS,
  privileged: true,
  actsOn: "who",
  rights: () => ["ban-members"],
  async run(context, args) {
    const bans = await standingBans(context, args.who.id);
    if (bans.length === 0) return liftOnPlatform(context, args.who, args.reason);
    if (bans.some(({ authors }) => authors.includes(context.actor.id))) {
      return refuse(context, "yourself", context.say("refusal.yourself"));
    }
    // All of them or none: with one of two lifted, somebody would be let in whom the other keeps out.
    const others = bans.find(({ decision }) => !mayTakeBack(context, decision));
    if (others) {
      const who = await context.nameOf(others.decision.moderatorId);
      const { number } = others.item;
      return refuse(context, "not-yours", context.say("unban.not-yours", { number, who }));
    }
    const settled = await unliftable(context, bans);
    if (settled) return settled;
    const lacking = await lackingFor(context, bans);
    if (lacking) return lacking;
    const appealed = bans.find(({ item }) => item.state === "appealed");
    if (appealed) {
      return badInput([context.say("unban.appealed", { number: appealed.item.number })]);
    }
    const several = bans.find(({ people }) => people > 1);
    if (several) {
      const { item, people: count } = several;
      return badInput([context.say("unban.several", { number: item.number, count })]);
    }
    return takeBack(context, args.who, args.reason, bans);
  },
});

/** What whoever asks may not do of what is taken back with the bans, the other actions of their decisions; null where nothing. */
async function lackingFor(context: CommandContext, bans: readonly Ban[]): Promise<Reply | null> {
  const own = context.person.member?.rights ?? [];
  for (const { item } of bans) {
    const kinds = undoableOf(item);
    const right = rightsFor(kinds).find((each) => !own.includes(each));
    const refusal =
      right === undefined
        ? await refusedIn(context, await placesOf(context, item, kinds))
        : ({ kind: "no-right", right } as const);
    if (refusal) {
      return refuse(
        context,
        refusal.kind,
        context.say(`refusal.${refusal.kind}`, { right: context.say(`right.${refusal.right}`) }),
      );
    }
  }
  return null;
}

/** Cases are read before it is known whom these refusals are about: they leave their trace from here. */
async function refuse(
  context: CommandContext,
  refusal: NotedRefusal,
  words: string,
): Promise<Reply> {
  await noteRefusal(context, NAME, refusal);
  return refused(words);
}

/** What only those who lead take up again, and not by the way; null where nothing is in the way. */
async function unliftable(context: CommandContext, bans: readonly Ban[]): Promise<Reply | null> {
  const { deps, person, say } = context;
  for (const { item, decision } of bans) {
    const appeals = await deps.store.appealsOf(item.id);
    const upheld = appeals.some(
      ({ decisionId, overturned }) => decisionId === decision.id && overturned === false,
    );
    if (upheld) {
      return refuse(context, "upheld", say("unban.upheld", { number: item.number }));
    }
  }
  const leads = person.roles.some((role) => LEADERS.includes(role));
  const closed = bans.find(({ item }) => item.state === "closed");
  if (!closed || leads) return null;
  return refuse(context, "closed", say("unban.closed", { number: closed.item.number }));
}

/** Bans of somebody that a case decided and that last, newest decision first. */
async function standingBans(
  { deps, actor, now }: CommandContext,
  authorId: string,
): Promise<readonly Ban[]> {
  const cases = await deps.store.listCases({
    communityId: actor.communityId,
    authorId,
    states: ["decided", "appealed", "closed"],
    limit: MOST_CASES,
  });
  const bans = await Promise.all(
    cases.map(async (item): Promise<readonly Ban[]> => {
      const { decision, shadow } = item;
      if (!decision || shadow) return [];
      const authors = await deps.store.caseAuthors(item.id);
      const touched = touchedAuthors(item, authors);
      const own = touched.find(({ id }) => id === authorId);
      const isTheirs = own !== undefined && bansAt(decision, own, now);
      const ids = authors.map(({ id }) => id);
      return isTheirs ? [{ item, decision, authors: ids, people: touched.length }] : [];
    }),
  );
  return bans.flat();
}

function bansAt({ actions, decidedAt }: Decision, author: CaseAuthor, at: number): boolean {
  return sanctionsOn(actions, author).some(
    ({ action }) =>
      action.kind === "ban" &&
      (action.minutes === null || decidedAt + action.minutes * MINUTE_MS > at),
  );
}

async function takeBack(
  context: CommandContext,
  who: Person,
  reason: string,
  bans: readonly Ban[],
): Promise<Reply> {
  for (const { item } of bans) {
    const input = { caseId: item.id, by: context.actor.id, reason };
    const taken =
      item.state === "closed"
        ? await reopenCase(context.deps, input)
        : await undoDecision(context.deps, input);
    if (!taken.ok) return sayProblem(context, item.number, taken.error);
  }
  const numbers = bans.map(({ item }) => item.number);
  return done(
    [
      context.say("unban.done", { name: await context.nameOf(who.id) }),
      ...numbers.map((number) => context.say("undo.done", { number })),
    ],
    { buttons: numbers.slice(0, 1).map((number) => button(context, "take", number)) },
  );
}

async function liftOnPlatform(
  context: CommandContext,
  { id, member }: Person,
  reason: string,
): Promise<Reply> {
  const { deps, actor, platform, policy, say } = context;
  const { communityId } = actor;
  if (policy.mode === "shadow") return badInput([say("mode.shadow")]);
  const name = await context.nameOf(id);
  // Whoever is of the community is kept out by nothing.
  if (member !== null) return done([say("unban.not-banned", { name })]);
  const why = `Candor: /unban by ${actor.id}: ${redact(plainWords(reason), [])}`;
  const lifted = await platform.unbanMember({ communityId, memberId: id }, why);
  if (!lifted.ok) {
    switch (lifted.error.kind) {
      case "gone":
        return done([say("unban.not-banned", { name })]);
      case "forbidden":
        return failed(say("unban.forbidden", { permission: lifted.error.permission }));
      case "irreversible": // about messages: no ban is so
      case "unreachable":
      case "throttled":
      case "unavailable":
        return failed(say("command.platform-silent"));
    }
  }
  await deps.store.noteEffect(`unban-${deps.ids.next()}`, communityId, {
    type: "action.undone",
    at: context.now,
    person: personOf(deps, actor.platform, id),
    payload: { action: "ban", moderator: personOf(deps, actor.platform, actor.id) },
  });
  await keepReason(context, id, reason);
  return done([say("unban.done", { name })]);
}

/** The audit log holds no words: the reason goes on the newest case about them, where there is one. */
async function keepReason(
  { deps, actor }: CommandContext,
  authorId: string,
  reason: string,
): Promise<void> {
  const { communityId, id: by } = actor;
  const [newest] = await deps.store.listCases({ communityId, authorId, limit: 1 });
  if (newest) await noteCase(deps, { caseId: newest.id, by, audience: "team", text: reason });
}
