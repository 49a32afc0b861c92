import {
  type CaseAction,
  type CaseActionKind,
  type Decision,
  isSanction,
  MAX_TIMEOUT_MINUTES,
  UNDONE_BY,
} from "../../engine/case/decision.ts";
import type { Case } from "../../engine/case/case.ts";
import type { Result } from "../../engine/result.ts";
import type { Right } from "../../engine/roles.ts";
import { isAtLeast } from "../../engine/strikes.ts";
import { standsNowhere } from "../../pipeline/case-about.ts";
import { decideCase, reopenCase, undoDecision } from "../../pipeline/work-case.ts";
import type { CaseView } from "../../ports/store.ts";
import {
  actions,
  caseNumber,
  choice,
  durationOrEver,
  MAX_BAN_MINUTES,
  nativeText,
  optional,
  PERSONAL_ACTIONS,
  rule,
  text,
  toCaseActions,
  type TypedAction,
  WORDED_ACTIONS,
  type WordedAction,
} from "../arguments.ts";
import { SERVICE_SOURCES } from "../authorise.ts";
import { sayActions } from "../case-words.ts";
import { type CommandContext, defineCommand, type Place } from "../command.ts";
import { appealPlace, seen } from "../decision-arguments.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { sayAuthors } from "../say-authors.ts";
import { sayFallenSince } from "../say-fallen.ts";
import { sayMoreJoined } from "../say-joined.ts";
import type { StepProblem } from "../say-problem.ts";
import { sayAnswered, sayAnswerStays } from "./answer-asker.ts";
import { decideAppealed } from "./decide-appeal.ts";
import { mayDecide } from "./next-case.ts";
import { button, proposalButton, sayStep } from "./step.ts";
import { CASE_WORKERS, LEADERS } from "./roles.ts";

/** What is done to messages takes a right where they stand: `placesOf`. */
const RIGHT_FOR: Readonly<Partial<Record<CaseActionKind, Right>>> = {
  timeout: "timeout-members",
  kick: "kick-members",
  ban: "ban-members",
};

/** What the platform must let somebody do who has these actions done, or taken back. */
export function rightsFor(kinds: readonly CaseActionKind[]): readonly Right[] {
  const rights = kinds.map((kind) => RIGHT_FOR[kind]).filter((right) => right !== undefined);
  return [...new Set(rights)];
}

/** Every message of a case, however it was flooded. */
const MOST_MESSAGES = 10_000;

/** Where messages of a case are deleted or brought back, if these actions are done or taken back. */
export async function placesOf(
  { deps }: CommandContext,
  { id }: Pick<Case, "id">,
  kinds: readonly CaseActionKind[],
): Promise<readonly Place[]> {
  if (!kinds.includes("delete") && !kinds.includes("restore")) return [];
  const messages = await deps.store.caseMessages(id, MOST_MESSAGES);
  const channels = new Set(messages.map(({ message }) => message.channelId));
  return [...channels].map((channelId) => ({ channelId, rights: ["delete-messages"] }));
}

/**
 * What follows from an upheld finding when nothing else is asked for; a question is answered, not deleted, and a
 * name, or what the platform blocked, stands nowhere.
 */
function defaultActions({
  source,
  messages,
  message,
}: Pick<CaseView, "source" | "messages" | "message">): readonly TypedAction[] {
  const isKept = SERVICE_SOURCES.includes(source) || standsNowhere(messages, message);
  return isKept ? [] : ["delete"];
}

/** The actions of the decision that an appeal is about. */
function standingOf({ decision }: Case): readonly CaseActionKind[] {
  return decision?.actions.map(({ kind }) => kind) ?? [];
}

/** A decision against the author weighs on them, as strikes and what follows from strikes. */
export function isAgainst(item: Case, outcome: string, kinds: readonly CaseActionKind[]): boolean {
  return (
    kinds.some((kind) => PERSONAL_ACTIONS.includes(kind)) ||
    (outcome === "uphold" && !SERVICE_SOURCES.includes(item.source))
  );
}

interface DecideArguments {
  readonly case: CaseView;
  readonly outcome: "uphold" | "dismiss" | "need-more";
  readonly actions: readonly (TypedAction | WordedAction)[] | null;
}

function kindsOf({ case: item, outcome, actions: chosen }: DecideArguments) {
  return chosen ?? (outcome === "uphold" ? defaultActions(item) : []);
}

/** What somebody has done by a decision, or of an appealed case what they let stand or take back. */
function doneBy(args: DecideArguments): readonly CaseActionKind[] {
  return isAppealed(args.case) ? standingOf(args.case) : kindsOf(args).filter(isTyped);
}

function isTyped(kind: TypedAction | WordedAction): kind is TypedAction {
  return !WORDED_ACTIONS.some((worded) => worded === kind);
}

export const decide = defineCommand({
  name: "decide",
  args: {
    case: caseNumber,
    outcome: choice(["uphold", "dismiss", "need-more"]),
    seen: optional(seen),
    appeal: optional(appealPlace),
    actions: optional(actions),
    duration: optional(durationOrEver(MAX_BAN_MINUTES)),
    rule: optional(rule),
    answer: optional(nativeText),
    correction: optional(nativeText),
    reason: text,
  },
  needs: CASE_WORKERS,
  privileged: true,
  rights: (args) => rightsFor(doneBy(args)),
  places: (context, args) => placesOf(context, args.case, doneBy(args)),
  actsOnAuthor: (args) => isAgainst(args.case, args.outcome, doneBy(args)),
  forbids: (context, { case: item }) =>
    mayDecide(context.person, item) ? null : { kind: "not-allowed" },
  async run(context, args) {
    if (isAppealed(args.case)) {
      const { case: item, outcome, reason, actions: chosen, duration: time, ...rest } = args;
      const { seen: _, appeal, ...words } = rest;
      const more = [chosen, time, ...Object.values(words)].some((each) => each !== null);
      return decideAppealed(context, { case: item, outcome, more, appeal, reason });
    }
    const worded = WORDED_ACTIONS.find((kind) => args.actions?.includes(kind));
    if (worded) {
      return badInput([context.say(`decide.type.${worded}`, { number: args.case.number })]);
    }
    const kinds = kindsOf(args).filter(isTyped);
    const unfit = misfit(args, kinds);
    if (unfit) return badInput([context.say(unfit)]);
    const unseen = sayUnseen(context, args);
    if (unseen) return unseen;
    const chosen = chosenActions(args, kinds);
    const decided = await decideCase(context.deps, {
      caseId: args.case.id,
      by: context.actor.id,
      outcome: args.outcome,
      rule: args.rule,
      reason: args.reason,
      actions: chosen,
      ...(args.answer !== null && { answer: args.answer }),
      seen: seenBy(args),
    });
    return sayDecision(context, args.case, decided, "retype", { chosen: chosen ?? [] });
  },
});

interface Seen {
  readonly case: CaseView;
  readonly seen: number | null;
}

/** That nobody can have seen more messages than a case has; null where they have not said so. */
export function sayUnseen(
  { say }: CommandContext,
  { case: { number, messages }, seen: count }: Seen,
): Reply | null {
  if (count === null || count <= messages) return null;
  const item = say("case.named", { number });
  return badInput([say("decide.seen-too-many", { item, messages, seen: count })]);
}

/** How much of a case whoever decides was shown: what they say, or the message that opened it. What comes while they are checked is more. */
export function seenBy(args: Seen): number {
  return args.seen ?? 1;
}

/** What became of a decision, or what whoever decided has not seen. */
export async function sayDecision(
  context: CommandContext,
  item: CaseView,
  decided: Result<Case, StepProblem>,
  retype: "retype" | "propose",
  said: {
    /** What somebody chose; a threshold may take its place. */
    readonly chosen?: readonly CaseAction[];
    readonly first?: readonly string[];
  } = {},
): Promise<Reply> {
  if (!decided.ok && decided.error.kind === "more-joined") {
    return sayMoreJoined(context, item, decided.error, retype);
  }
  return sayStep(context, item, decided, async (after) => {
    const reply = await sayDecided(context, after, said.chosen);
    return { ...reply, lines: [...(said.first ?? []), ...reply.lines] };
  });
}

interface DecideDetails extends DecideArguments {
  readonly duration: number | "forever" | null;
  readonly answer: string | null;
  readonly correction: string | null;
}

/** What of a decision does not go together; null when all of it does. */
function misfit(args: DecideDetails, kinds: readonly TypedAction[]) {
  const minutes = args.duration === "forever" ? Number.POSITIVE_INFINITY : (args.duration ?? 0);
  const timed = kinds.includes("timeout") || kinds.includes("ban");
  if (minutes > 0 && !timed) return "decide.time-without-action";
  if (minutes > MAX_TIMEOUT_MINUTES && kinds.includes("timeout")) return "decide.timeout-too-long";
  const asked = args.actions !== null || args.answer !== null || args.correction !== null;
  return args.outcome === "need-more" && asked ? "decide.need-more-actions" : null;
}

export function isAppealed({ state }: Pick<Case, "state">): boolean {
  return state === "appealed";
}

/** That what a threshold added took the place of what somebody had chosen, where it did. */
function sayInstead(
  context: CommandContext,
  { actions: decided }: Decision,
  chosen: readonly CaseAction[],
): readonly string[] {
  const added = decided.filter(isSanction).find(({ threshold }) => threshold !== undefined);
  if (added?.threshold === undefined) return [];
  const gone = chosen.filter(isSanction).filter((each) => !isAtLeast(each, added));
  const words = { points: added.threshold, chosen: sayActions(context, gone) };
  return gone.length === 0 ? [] : [context.say("decide.instead", words)];
}

function chosenActions(
  args: DecideDetails,
  kinds: readonly TypedAction[],
): readonly CaseAction[] | null {
  // Where nothing was chosen, a dismissal brings back what was hidden: the pipeline knows whether it was.
  if (args.outcome !== "uphold" && args.actions === null && args.answer === null) return null;
  return [
    ...toCaseActions(kinds, args.duration),
    ...(args.correction === null
      ? []
      : [{ kind: "ask-correction", text: args.correction } as const]),
    // A question was put to Candor, under which nothing can be published: whoever asked is answered.
    ...(args.answer === null || SERVICE_SOURCES.includes(args.case.source)
      ? []
      : [{ kind: "publish-answer", text: args.answer } as const]),
  ];
}

/** What became of a decision: it stands, it waits for a second moderator, or more is needed first. */
export async function sayDecided(
  context: CommandContext,
  item: Case,
  chosen: readonly CaseAction[] = [],
): Promise<Reply> {
  const { number, decision, proposal } = item;
  const isShadow = item.shadow || context.policy.mode === "shadow";
  const shadow = isShadow ? [context.say("decide.shadow")] : [];
  if (decision) {
    const lines = sayAnswered(context, item) ?? [
      context.say(`decide.${decision.outcome}`, { number }),
      context.say("decide.actions", { actions: sayActions(context, decision.actions) }),
      ...sayInstead(context, decision, chosen),
    ];
    return done([...lines, ...(await sayAuthors(context, item)), ...shadow], {
      buttons: [button(context, "undo", number)],
    });
  }
  if (proposal) {
    return done(
      [
        context.say("decide.proposed", { number }),
        context.say("decide.actions", { actions: sayActions(context, proposal.actions) }),
        ...sayInstead(context, proposal, chosen),
        ...(await sayAuthors(context, item)),
      ],
      { buttons: [proposalButton(context, "reject", item)] },
    );
  }
  const until = context.time(item.onHoldUntil ?? context.now);
  return done([context.say("decide.need-more", { number, until })]);
}

export const undo = defineCommand({
  name: "undo",
  args: { case: caseNumber, reason: optional(text) },
  needs: CASE_WORKERS,
  privileged: true,
  rights: (args) => rightsFor(undoableOf(args.case)),
  places: (context, args) => placesOf(context, args.case, undoableOf(args.case)),
  forbids: (context, { case: { decision } }) =>
    !decision || mayTakeBack(context, decision) ? null : { kind: "not-yours" },
  async run(context, args) {
    const input = { caseId: args.case.id, by: context.actor.id, reason: args.reason };
    return sayStep(
      context,
      args.case,
      await undoDecision(context.deps, input),
      async ({ number }) =>
        done([context.say("undo.done", { number }), ...(await sayWhatStays(context, args.case))], {
          buttons: [button(context, "take", number)],
        }),
    );
  },
});

/** Whoever decided thinks again; those who lead take anybody's decision back. */
export function mayTakeBack({ person, actor }: CommandContext, decision: Decision): boolean {
  if (person.roles.some((role) => LEADERS.includes(role))) return true;
  return [decision.moderatorId, decision.confirmedBy].includes(actor.id);
}

export function undoableOf({ decision }: Case): readonly CaseActionKind[] {
  const kinds = decision?.actions.map(({ kind }) => kind) ?? [];
  return kinds.filter((kind) => UNDONE_BY[kind] === "undo");
}

/** What was done and cannot be taken back, and what was added elsewhere and stays until somebody looks at it. */
async function sayWhatStays(context: CommandContext, item: CaseView): Promise<readonly string[]> {
  // In shadow mode nothing was done.
  if (item.shadow) return [];
  const decided = item.decision?.actions ?? [];
  const stays = decided.filter(({ kind }) => UNDONE_BY[kind] === "nothing");
  const also = [...sayAnswerStays(context, item), ...(await sayFallenSince(context, item))];
  if (stays.length === 0) return also;
  return [context.say("undo.stays", { actions: sayActions(context, stays) }), ...also];
}

export const reopen = defineCommand({
  name: "reopen",
  args: { case: caseNumber, reason: optional(text) },
  needs: LEADERS,
  privileged: true,
  rights: (args) => rightsFor(undoableOf(args.case)),
  places: (context, args) => placesOf(context, args.case, undoableOf(args.case)),
  async run(context, args) {
    const input = { caseId: args.case.id, by: context.actor.id, reason: args.reason };
    return sayStep(context, args.case, await reopenCase(context.deps, input), async ({ number }) =>
      done([context.say("reopen.done", { number }), ...(await sayWhatStays(context, args.case))], {
        buttons: [button(context, "take", number)],
      }),
    );
  },
});
