import { AWAITED, type Case } from "../engine/case/case.ts";
import { type Decision, isOnPerson } from "../engine/case/decision.ts";
import { ownerAt } from "../engine/case/transitions.ts";
import { originOf } from "../engine/message.ts";
import { isAsked } from "../pipeline/asked.ts";
import { plainWords } from "../engine/plain-words.ts";
import type { VerdictFinding } from "../engine/verdict.ts";
import { messagesWritten, openedBy, waitsHidden } from "../pipeline/case-about.ts";
import { ruleWords } from "../pipeline/rights/rule-words.ts";
import type { Appeal, Report } from "../ports/rights.ts";
import type {
  CaseNote,
  CaseView,
  Standing,
  StoredMessage,
  UndoneDecision,
} from "../ports/store.ts";
import { SERVICE_SOURCES } from "./authorise.ts";
import { sayAbout, sayActions, sayAge, saySource, sayState } from "./case-words.ts";
import type { CommandContext } from "./command.ts";
import { seesChannel } from "./in-place.ts";
import { sayJoined } from "./say-joined.ts";
import { sayWouldAdd } from "./say-threshold.ts";
import { sourcesFor } from "./list/next-case.ts";
import { PEOPLE_READERS } from "./list/roles.ts";

/** Messages shown before and after the one in question. */
const AROUND = 2;
/** Longest evidence, and longest note, reason and neighbour, in UTF-16 units: Discord takes 2,000 in all. */
const MOST_EVIDENCE_UNITS = 500;
/** A message that was read later than this was caught up with. */
const LATE_MS = 2 * 60_000;
const MOST_NOTE_UNITS = 200;
const MOST_NOTES = 5;
/** Places that one finding is shown at. */
const MOST_MATCHED = 3;
/** Earlier cases, and decisions that stand no longer: the newest. */
const MOST_EARLIER = 5;
const MOST_UNDONE = 2;

/** A case for whoever may look at it: what happened, what is known of the author, what was decided. */
export async function sayCase(context: CommandContext, item: CaseView): Promise<readonly string[]> {
  const { store } = context.deps;
  const { id, message } = item;
  const [around, notes, reports, appeals, undone, deleted, author] = await Promise.all([
    store.around(message.key, AROUND),
    store.caseNotes(id),
    store.reportsOf(id),
    store.appealsOf(id),
    store.undoneDecisions(id),
    store.deletedMessages(id),
    sayAuthor(context, item),
  ]);
  return [
    ...(await sayHead(context, item, undone)),
    ...(deleted > 0 ? [context.say("case.deleted", { count: deleted })] : []),
    ...sayEvidence(context, item),
    ...(await sayJoined(context, item)),
    ...(await sayAround(context, item, around)),
    ...author,
    ...sayReports(context, reports),
    ...(await sayNotes(context, notes)),
    ...(await sayUndone(context, item, undone, appeals)),
    ...(await sayDecision(context, item)),
    ...sayAppeals(context, appeals),
  ];
}

async function sayHead(
  context: CommandContext,
  item: CaseView,
  undone: readonly UndoneDecision[],
): Promise<readonly string[]> {
  const { say } = context;
  const owner = ownerAt(item, context.now);
  return [
    say("case.author", {
      author: await context.nameOf(item.authorId),
      role: say(`speaker.${item.speaker}`),
    }),
    sayOpening(context, item),
    say("case.counts", {
      messages: messagesWritten(item),
      reports: item.reports,
      opened: context.time(item.openedAt),
    }),
    owner === null
      ? say("case.state", { state: sayState(context, item) })
      : say("case.owner", {
          owner: await context.nameOf(owner),
          until: context.time(item.assignment?.until ?? context.now),
        }),
    ...(await saySeen(context, item)),
    ...sayLate(context, item.message),
    ...sayUnread(context, item.message),
    ...(item.shadow ? [say("case.shadow")] : []),
    ...(waitsHidden(item, undone) ? [say("case.held")] : []),
  ];
}

/** That a message stood for a while before Candor read it: it was away, or the platform was. */
function sayLate(
  { say, time }: CommandContext,
  { sentAt, revisedAt, receivedAt }: StoredMessage,
): readonly string[] {
  const said = revisedAt ?? sentAt;
  if (said === 0 || receivedAt - said < LATE_MS) return [];
  return [say("case.late", { sent: time(said), read: time(receivedAt) })];
}

/** That there is more in a message than Candor has judged. */
function sayUnread(
  { say }: CommandContext,
  { unreadFiles: count = 0 }: StoredMessage,
): readonly string[] {
  return count > 0 ? [say("case.unread-files", { count })] : [];
}

/** Who has said that they have seen it, while somebody is waited for. */
async function saySeen(
  { say, time, nameOf }: CommandContext,
  { state, ladder: { acknowledged } }: Case,
): Promise<readonly string[]> {
  if (!acknowledged || !AWAITED.includes(state)) return [];
  const who = await nameOf(acknowledged.by);
  return [say("case.acknowledged", { who, time: time(acknowledged.at) })];
}

/** What opened a case, and what it is for where that is another thing. */
function sayOpening(context: CommandContext, item: Case): string {
  const source = saySource(context, item);
  const about = sayAbout(context, item);
  return source === about
    ? context.say("case.source-only", { source })
    : context.say("case.source", { source, about });
}

/** Evidence is redacted when it is recorded. */
function sayEvidence(context: CommandContext, item: CaseView): readonly string[] {
  const { say } = context;
  const findings = item.verdict.findings.flatMap((finding) => sayFinding(context, item, finding));
  const text = kept(context, item.message.evidence, MOST_EVIDENCE_UNITS);
  const said =
    openedBy(item) === "nothing" ? say("case.no-message") : say("case.evidence", { text });
  const origin = originOf(item.message.messageId);
  return [said, ...(origin === null ? [] : [say(`case.origin.${origin}`)]), ...new Set(findings)];
}

/** A rule that was found broken: why, by which source, and because of which words. */
function sayFinding(
  { say, deps, locale }: CommandContext,
  { verdict, message }: CaseView,
  { rule, severity, reason: own, spans }: VerdictFinding,
): readonly string[] {
  const { reason = own, citation = "" } = ruleWords(deps, verdict, rule, locale) ?? {};
  const { evidence } = message;
  // Evidence is redacted to the same length, so that a place in the text is a place in it.
  const matched = spans.slice(0, MOST_MATCHED).map((span) => ({
    words: plainWords((evidence ?? "").slice(span.start, span.end).slice(0, MOST_NOTE_UNITS)),
  }));
  return [
    say("case.finding", { rule, severity, reason }),
    ...matched.flatMap(({ words }) => (words === "" ? [] : [say("case.matched", { words })])),
    ...(citation === "" ? [] : [say("case.citation", { citation })]),
  ];
}

async function sayAround(
  context: CommandContext,
  item: CaseView,
  around: readonly StoredMessage[],
): Promise<readonly string[]> {
  // Where nobody wrote anything, what stands beside it is no context of it.
  if (openedBy(item) === "nothing") return [];
  const known = around.filter(({ evidence }) => evidence !== null);
  // Nobody reported what stands beside it: it is for those who can read it there.
  if (known.length > 0 && !(await seesChannel(context, item.message.channelId))) {
    return [context.say("case.around-hidden")];
  }
  return Promise.all(
    known.map(async ({ authorId, sentAt, evidence }) =>
      context.say("case.around", {
        who: await context.nameOf(authorId),
        time: context.time(sentAt),
        text: kept(context, evidence, MOST_NOTE_UNITS),
      }),
    ),
  );
}

/** What is known of the author, for those who may look at people, and their other cases. */
async function sayAuthor(context: CommandContext, item: CaseView): Promise<readonly string[]> {
  const { deps, actor, person, now, say, locale } = context;
  const { id, communityId, authorId } = item;
  if (authorId === "") return [];
  const mayLook = person.roles.some((role) => PEOPLE_READERS.includes(role));
  const sources = sourcesFor(person);
  const filter = { communityId, ...(sources && { sources }) };
  const [standing, theirs, own] = await Promise.all([
    mayLook ? deps.store.standing(communityId, authorId, now) : null,
    deps.store.listCases({ ...filter, authorId, limit: MOST_READ }),
    deps.store.listCases({ ...filter, authorId: actor.id, limit: MOST_READ }),
  ]);
  const hidden = new Set([id, ...own.map((each) => each.id)]);
  const earlier = theirs
    .filter((each) => !hidden.has(each.id))
    .toSorted((a, b) => b.number - a.number)
    .slice(0, MOST_EARLIER)
    .map((each) =>
      say("case.earlier-one", { number: each.number, outcome: sayEnd(context, each) }),
    );
  const cases = new Intl.ListFormat(locale, { type: "conjunction" }).format(earlier);
  return [
    ...(standing
      ? [sayStanding(context, standing), ...(await sayWouldAdd(context, item, standing))]
      : []),
    ...(earlier.length > 0 ? [say("case.earlier", { cases })] : []),
  ];
}

/** Cases of one person that are looked at for the newest. */
const MOST_READ = 100;

/** What became of a case, in a word or two. */
function sayEnd(context: CommandContext, item: Case): string {
  const { decision } = item;
  if (!decision) return sayState(context, item);
  return sayAsked(context, item, decision) ?? context.say(`case.end.${decision.outcome}`);
}

/** What became of a question or feedback; null for other cases, and where something was done to whoever asked. */
function sayAsked(context: CommandContext, item: Case, said: Decision): string | null {
  if (!isAsked(item) || said.actions.some(isOnPerson)) return null;
  return context.say(said.outcome === "dismiss" ? "case.end.unanswered" : "case.end.answered");
}

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
        text: kept(context, text, MOST_NOTE_UNITS),
      }),
    ),
  );
}

async function sayDecision(context: CommandContext, item: CaseView): Promise<readonly string[]> {
  const { decision, proposal } = item;
  const said = decision ?? proposal;
  if (!said) return [];
  const isAnswer = SERVICE_SOURCES.includes(item.source) && said.actions.length === 0;
  return [
    context.say(decision ? "case.decision" : "case.proposal", await wordsOf(context, item, said)),
    ...(isAnswer
      ? []
      : [context.say("decide.actions", { actions: sayActions(context, said.actions) })]),
  ];
}

/** What was decided and stands no longer: whoever looks later must see that it did. */
async function sayUndone(
  context: CommandContext,
  item: CaseView,
  undone: readonly UndoneDecision[],
  appeals: readonly Appeal[],
): Promise<readonly string[]> {
  const said = await Promise.all(
    undone.slice(-MOST_UNDONE).map(async (decision) => {
      const isOverturned = appeals.some(
        ({ decisionId, overturned }) => overturned === true && decisionId === decision.id,
      );
      return [
        context.say("case.decision-undone", await wordsOf(context, item, decision)),
        context.say("decide.actions", { actions: sayActions(context, decision.actions) }),
        context.say(isOverturned ? "case.overturned" : "case.taken-back", {
          who: await context.nameOf(decision.undoneBy),
          time: context.time(decision.undoneAt),
        }),
      ];
    }),
  );
  return said.flat();
}

/** Who decided, both of them where two did, and why. */
async function wordsOf(context: CommandContext, item: CaseView, said: Decision) {
  const { source } = item;
  const who = await context.nameOf(said.moderatorId);
  const { confirmedBy } = said;
  return {
    outcome: sayAsked(context, item, said) ?? context.say(`choice.${said.outcome}`),
    who:
      confirmedBy === null
        ? who
        : context.say("case.confirmed", { who, second: await context.nameOf(confirmedBy) }),
    time: context.time(said.decidedAt),
    // The word of its source stands where nobody named a rule.
    rule: said.rule === source ? context.say("author.community-rules") : said.rule,
    reason: kept(context, said.reason, MOST_NOTE_UNITS),
  };
}

/** What members said when they reported; who they are is nobody's business here. */
function sayReports(context: CommandContext, reports: readonly Report[]): readonly string[] {
  return reports.slice(-MOST_NOTES).map(({ at, reason }) =>
    context.say("case.report", {
      time: context.time(at),
      text: kept(context, reason, MOST_NOTE_UNITS),
    }),
  );
}

/** The newest appeals and what was decided about each; where there are several, by which name each is decided. */
function sayAppeals(context: CommandContext, appeals: readonly Appeal[]): readonly string[] {
  const first = Math.max(0, appeals.length - MOST_NOTES);
  return appeals.slice(first).flatMap((appeal, nth) => {
    const lines = sayAppeal(context, appeal);
    return appeals.length === 1 ? lines : [`appeal:${first + nth + 1}`, ...lines];
  });
}

function sayAppeal(context: CommandContext, appeal: Appeal): readonly string[] {
  const { at, dueAt, reason, decidedAt, overturned, answer } = appeal;
  const text = kept(context, reason, MOST_NOTE_UNITS);
  const times = { time: context.time(at), until: context.time(dueAt) };
  const said = context.say("case.appeal", { ...times, text });
  if (decidedAt === null) return [said];
  const how = overturned ? "case.appeal-overturned" : "case.appeal-upheld";
  const why = kept(context, answer, MOST_NOTE_UNITS);
  return [said, context.say(how, { time: context.time(decidedAt), reason: why })];
}

/** At most `units` UTF-16 units, with an ellipsis in place of the rest; what was erased or has expired is said to be gone. */
function kept({ say }: CommandContext, text: string | null, units: number): string {
  if (text === null || text === "") return say("case.evidence-gone");
  if (text.length <= units) return text;
  return `${text.slice(0, units - 1).replace(/[\ud800-\udbff]$/u, "")}…`;
}
