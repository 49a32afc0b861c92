import { AWAITED } from "../../engine/case/case.ts";
import { ownerAt } from "../../engine/case/transitions.ts";
import { ruleWords } from "../../pipeline/rights/rule-words.ts";
import type { Appeal, Report } from "../../ports/rights.ts";
import type { CaseNote, CaseView, Standing, StoredMessage } from "../../ports/store.ts";
import { caseNumber, choice, optional, personOrReply } from "../arguments.ts";
import { sayAbout, sayActions, sayAge, sayCaseLine, sayState } from "../case-words.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { done, type ReplyButton } from "../reply.ts";
import { mayTakeBack } from "./decide.ts";
import { sourcesFor } from "./next-case.ts";
import { CASE_READERS, CASE_WORKERS, PEOPLE_READERS } from "./roles.ts";
import { button } from "./step.ts";

const MOST_LISTED = 10;
/** One more tells whether there are more than fit. */
const MOST_READ = MOST_LISTED + 1;
const MOST_BUTTONS = 3;
/** Messages shown before and after the one in question. */
const AROUND = 2;
/** Longest evidence, note and neighbour in a reply, in UTF-16 units: Discord takes 2,000 in all. */
const MOST_EVIDENCE_UNITS = 500;
const MOST_NOTE_UNITS = 200;
const MOST_NOTES = 5;

export const queue = defineCommand({
  name: "queue",
  args: { scope: optional(choice(["all", "mine"])) },
  needs: CASE_READERS,
  privileged: true,
  async run(context, args) {
    const sources = sourcesFor(context.person);
    const cases = await context.deps.store.listCases({
      communityId: context.actor.communityId,
      states: AWAITED,
      ...(args.scope === "mine" && { assignedTo: context.actor.id }),
      ...(sources && { sources }),
      limit: MOST_READ,
    });
    if (cases.length === 0) return done([context.say("queue.empty")]);
    const shown = cases.slice(0, MOST_LISTED);
    const lines = await Promise.all(shown.map((item) => sayCaseLine(context, item)));
    if (cases.length > MOST_LISTED) lines.push(context.say("queue.more", { count: MOST_LISTED }));
    return done(lines, {
      title: context.say("queue.title"),
      buttons: canTake(context) ? takeButtons(context, shown) : [],
    });
  },
});

function canTake({ person }: CommandContext): boolean {
  return person.roles.some((role) => CASE_WORKERS.includes(role));
}

function takeButtons(context: CommandContext, cases: readonly CaseView[]): readonly ReplyButton[] {
  return cases
    .filter((item) => item.state !== "appealed" && ownerAt(item, context.now) === null)
    .slice(0, MOST_BUTTONS)
    .map(({ number }) => button(context, "take", number));
}

export const show = defineCommand({
  name: "case",
  args: { case: caseNumber },
  needs: CASE_READERS,
  privileged: true,
  async run(context, args) {
    const { store } = context.deps;
    const { id, communityId, authorId, message } = args.case;
    const [around, notes, reports, appeals, standing] = await Promise.all([
      store.around(message.key, AROUND),
      store.caseNotes(id),
      store.reportsOf(id),
      store.appealsOf(id),
      authorId === "" ? null : store.standing(communityId, authorId, context.now),
    ]);
    const lines = [
      ...(await sayHead(context, args.case)),
      ...sayEvidence(context, args.case),
      ...sayAround(context, around),
      ...(standing ? [sayStanding(context, standing)] : []),
      ...sayReports(context, reports),
      ...(await sayNotes(context, notes)),
      ...(await sayDecision(context, args.case)),
      ...sayAppeals(context, appeals),
    ];
    return done(lines, {
      title: await sayCaseLine(context, args.case),
      buttons: canTake(context) ? caseButtons(context, args.case) : [],
    });
  },
});

async function sayHead(context: CommandContext, item: CaseView): Promise<readonly string[]> {
  const { say } = context;
  const owner = ownerAt(item, context.now);
  const author = item.authorId === "" ? say("case.erased") : await context.nameOf(item.authorId);
  return [
    say("case.author", { author, role: say(`speaker.${item.speaker}`) }),
    say("case.source", { source: say(`source.${item.source}`), about: sayAbout(context, item) }),
    say("case.counts", {
      messages: item.messages,
      reports: item.reports,
      opened: context.time(item.openedAt),
    }),
    owner === null
      ? say("case.state", { state: sayState(context, item) })
      : say("case.owner", {
          owner: await context.nameOf(owner),
          until: context.time(item.assignment?.until ?? context.now),
        }),
    ...(item.shadow ? [say("case.shadow")] : []),
    ...(item.held ? [say("case.held")] : []),
  ];
}

/** Evidence is redacted when it is recorded. */
function sayEvidence(context: CommandContext, item: CaseView): readonly string[] {
  const { say, deps, locale } = context;
  const { evidence } = item.message;
  const findings = item.verdict.findings.map((finding) =>
    say("case.finding", {
      rule: finding.rule,
      severity: finding.severity,
      reason: ruleWords(deps, item.verdict, finding.rule, locale)?.reason ?? finding.reason,
    }),
  );
  return [
    say("case.evidence", {
      text: evidence === null ? say("case.evidence-gone") : shorten(evidence, MOST_EVIDENCE_UNITS),
    }),
    ...new Set(findings),
  ];
}

function sayAround(context: CommandContext, around: readonly StoredMessage[]): readonly string[] {
  const known = around.filter(({ evidence }) => evidence !== null);
  return known.map(({ sentAt, evidence }) =>
    context.say("case.around", {
      time: context.time(sentAt),
      text: shorten(evidence ?? "", MOST_NOTE_UNITS),
    }),
  );
}

async function sayNotes(
  context: CommandContext,
  notes: readonly CaseNote[],
): Promise<readonly string[]> {
  return Promise.all(
    notes.slice(-MOST_NOTES).map(async ({ by, at, text, audience }) =>
      context.say("case.note", {
        who: await context.nameOf(by),
        time: context.time(at),
        audience: context.say(`choice.${audience}`),
        text: shorten(text, MOST_NOTE_UNITS),
      }),
    ),
  );
}

async function sayDecision(
  context: CommandContext,
  { decision, proposal, source }: CaseView,
): Promise<readonly string[]> {
  const said = decision ?? proposal;
  if (!said) return [];
  const words = {
    outcome: context.say(`choice.${said.outcome}`),
    who: await context.nameOf(said.confirmedBy ?? said.moderatorId),
    time: context.time(said.decidedAt),
    // The word of its source stands where nobody named a rule.
    rule: said.rule === source ? context.say("author.community-rules") : said.rule,
    reason: shorten(said.reason, MOST_NOTE_UNITS),
  };
  return [
    context.say(decision ? "case.decision" : "case.proposal", words),
    context.say("decide.actions", { actions: sayActions(context, said.actions) }),
  ];
}

/** What members said when they reported; who they are is nobody's business here. */
function sayReports(context: CommandContext, reports: readonly Report[]): readonly string[] {
  return reports.slice(-MOST_NOTES).map(({ at, reason }) =>
    context.say("case.report", {
      time: context.time(at),
      text: shorten(reason, MOST_NOTE_UNITS),
    }),
  );
}

/** The newest appeal and what was decided about it. */
function sayAppeals(context: CommandContext, appeals: readonly Appeal[]): readonly string[] {
  const appeal = appeals.at(-1);
  if (!appeal) return [];
  const { at, dueAt, reason, decidedAt, overturned, answer } = appeal;
  const text = shorten(reason, MOST_NOTE_UNITS);
  const times = { time: context.time(at), until: context.time(dueAt) };
  const said = context.say("case.appeal", { ...times, text });
  if (decidedAt === null) return [said];
  const how = overturned ? "case.appeal-overturned" : "case.appeal-upheld";
  const why = shorten(answer ?? "", MOST_NOTE_UNITS);
  return [said, context.say(how, { time: context.time(decidedAt), reason: why })];
}

function caseButtons(context: CommandContext, item: CaseView): readonly ReplyButton[] {
  const { number, decision } = item;
  const mine = ownerAt(item, context.now) === context.actor.id;
  if (item.state === "decided") {
    return decision && mayTakeBack(context, decision) ? [button(context, "undo", number)] : [];
  }
  if (item.state === "closed") return [button(context, "reopen", number)];
  if (item.state === "appealed") return [button(context, "ack", number)];
  if (item.proposal) {
    return [button(context, "confirm", number), button(context, "reject", number)];
  }
  return mine
    ? [button(context, "skip", number)]
    : [button(context, "take", number), button(context, "ack", number)];
}

export const history = defineCommand({
  name: "history",
  args: { who: personOrReply },
  needs: PEOPLE_READERS,
  privileged: true,
  async run(context, args) {
    const { communityId } = context.actor;
    const authorId = args.who.id;
    const { store } = context.deps;
    const [standing, cases] = await Promise.all([
      store.standing(communityId, authorId, context.now),
      store.listCases({ communityId, authorId, limit: MOST_READ }),
    ]);
    const name = await context.nameOf(authorId);
    if (!standing && cases.length === 0) return done([context.say("history.nothing", { name })]);
    const lines = await Promise.all(
      cases.slice(0, MOST_LISTED).map((item) => sayCaseLine(context, item)),
    );
    if (cases.length > MOST_LISTED) lines.push(context.say("queue.more", { count: MOST_LISTED }));
    return done([...(standing ? [sayStanding(context, standing)] : []), ...lines], {
      title: context.say("history.title", { name }),
    });
  },
});

/** What is known of somebody, in one sentence. */
export function sayStanding(context: CommandContext, standing: Standing): string {
  const { messages, flagged, upheld, dismissed, strikePoints } = standing;
  return context.say("standing.line", {
    messages,
    flagged,
    upheld,
    dismissed,
    points: strikePoints,
    age: sayAge(context, standing.firstSeenAt),
  });
}

/** At most `units` UTF-16 units, with an ellipsis in place of the rest. */
function shorten(text: string, units: number): string {
  if (text.length <= units) return text;
  return `${text.slice(0, units - 1).replace(/[\ud800-\udbff]$/u, "")}…`;
}
