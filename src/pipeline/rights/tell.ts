import type { CaseSource } from "../../engine/case/case.ts";
import type { CaseAction, Decision } from "../../engine/case/decision.ts";
import type { Locale } from "../../engine/policy.ts";
import type { Span } from "../../engine/span.ts";
import {
  isRestriction,
  type TransparencyRecord,
} from "../../engine/statement/transparency-record.ts";
import type { Notice } from "../../ports/notifier.ts";
import type { Appeal, Report, Statement } from "../../ports/rights.ts";
import type { Attempt, AttemptKind, CaseMessage, CaseView } from "../../ports/store.ts";
import { say, sayTime, type WordKey } from "../../words/say.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../case-change.ts";
import type { PipelineDeps } from "../deps.ts";
import { type CommunityContext, readerOf } from "../escalation/context.ts";
import { excerptOf } from "../escalation/excerpt.ts";
import { holdingFinding, ruleWords } from "./rule-words.ts";

/** Kinds of attempts that tell a member of their rights. */
export const RIGHTS_KINDS: readonly AttemptKind[] = ["statement", "revocation", "appeal", "answer"];

/** What a notice says. */
export type Words = Pick<Notice, "title" | "lines">;

/** Messages of a case among which the author's own is looked for, and statements of one person about it. */
const MOST_MESSAGES = 1000;
const MOST_STATEMENTS = 100;

interface Reading {
  readonly locale: Locale;
  readonly timeZone: string;
}

/** All that is known while people are told about one case. */
interface Known {
  readonly deps: PipelineDeps;
  readonly context: CommunityContext;
  readonly view: CaseView;
  readonly appeals: readonly Appeal[];
  readonly reports: readonly Report[];
  readonly messages: readonly CaseMessage[];
}

/**
 * What each of these attempts says, by its id, in the person's own language and time zone. One that is of
 * another kind, or no longer true, is not among them.
 */
export async function rightsWords(
  deps: PipelineDeps,
  context: CommunityContext,
  view: CaseView,
  attempts: readonly Attempt[],
): Promise<ReadonlyMap<string, Words>> {
  const asked = attempts.filter(({ kind }) => RIGHTS_KINDS.includes(kind));
  const words = new Map<string, Words>();
  if (asked.length === 0) return words;
  const known: Known = {
    deps,
    context,
    view,
    appeals: await deps.store.appealsOf(view.id),
    reports: await deps.store.reportsOf(view.id),
    messages: await deps.store.caseMessages(view.id, MOST_MESSAGES),
  };
  for (const attempt of asked) {
    const own = await deps.store.statements({
      caseId: view.id,
      authorId: attempt.personId,
      includeRevoked: true,
      limit: MOST_STATEMENTS,
    });
    const said = wordsOf(known, attempt, own, await readingOf(context, attempt.personId));
    if (said) words.set(attempt.id, said);
  }
  return words;
}

/** How a member reads: as the policy says of one of the team, else in the language of their platform. */
async function readingOf(context: CommunityContext, memberId: string): Promise<Reading> {
  const reader = readerOf(context, memberId);
  if (context.team.some(({ id }) => id === memberId)) return reader;
  const { communityId, platform } = context;
  const asked = await platform.member({ communityId, memberId });
  return { ...reader, locale: (asked.ok ? asked.value?.language : null) ?? reader.locale };
}

function wordsOf(
  known: Known,
  attempt: Attempt,
  statements: readonly Statement[],
  reading: Reading,
): Words | null {
  const { personId } = attempt;
  switch (attempt.kind) {
    case "statement": {
      const found = statements.find(({ id }) => id === attempt.id);
      return found && found.revokedAt === null ? statementWords(known, found, reading) : null;
    }
    case "revocation":
      return revocationWords(known, statements, attempt.requestedAt, reading);
    case "appeal": {
      const own = known.appeals.filter(({ authorId }) => authorId === personId);
      const decided = own.findLast(({ decidedAt }) => decidedAt !== null);
      return decided ? appealWords(known, decided, reading) : null;
    }
    case "answer": {
      const own = known.reports.filter(({ reporterId }) => reporterId === personId);
      const outcome = own.findLast((report) => report.outcome !== null)?.outcome ?? null;
      return outcome && answerWords(outcome, reading);
    }
    case "page":
    case "reminder":
    case "bundle":
    case "note":
    case "waiting":
    case "unreached":
      return null;
  }
}

function statementWords(known: Known, statement: Statement, { locale, timeZone }: Reading): Words {
  const { view, context, deps } = known;
  const { number, source } = view;
  const { decision } = view;
  const byMachine = statement.record.automated_decision === "AUTOMATED_DECISION_FULLY";
  const stands = decision?.id === statement.decisionId ? decision : null;
  const { message, verdict } = known.messages.find(isOf(statement)) ?? view;
  // Nobody is shown the words of somebody else.
  const evidence = message.authorId === statement.authorId ? message.evidence : null;
  const rule = stands?.rule ?? holdingFinding(verdict, context.policy.actions)?.rule ?? "";
  const words = ruleWords(deps, verdict, rule, locale);
  const span: Span | undefined = verdict.findings.find((each) => each.rule === rule)?.spans[0];
  const excerpt = excerptOf(evidence, span);
  const own = rule === source || rule === "" ? say(locale, "author.community-rules") : rule;
  const lines = [
    ...doneLines(statement, stands, { locale, timeZone }),
    say(locale, "rights.rule", { title: words?.title ?? own }),
    words?.reason ?? "",
    words?.citation ? say(locale, "rights.citation", { citation: words.citation }) : "",
    excerpt === "" ? "" : say(locale, "rights.words", { excerpt }),
    say(locale, byMachine ? "rights.by.machine" : BY_PERSON[source]),
    stands
      ? say(locale, "rights.appeal.until", {
          number,
          until: sayTime(
            locale,
            timeZone,
            stands.decidedAt + context.policy.cases.closeAfterDays * DAY_MS,
          ),
        })
      : say(locale, "rights.appeal.before", { number }),
  ];
  return {
    title: say(locale, "rights.statement.title", { number }),
    lines: lines.filter((line) => line !== ""),
  };
}

/** The author's own message of the case; where nobody has decided yet, the one that was hidden. */
function isOf({ authorId, decisionId }: Statement) {
  return ({ message, held }: CaseMessage) =>
    message.authorId === authorId && (decisionId !== null || held);
}

const BY_PERSON: Readonly<Record<CaseSource, WordKey>> = {
  rule: "rights.by.person-after-rule",
  "early-warning": "rights.by.person-after-rule",
  report: "rights.by.person-after-report",
  review: "rights.by.person",
  feedback: "rights.by.person",
  question: "rights.by.person",
};

/** What was done to whom a statement is for; an author of another message of the case is told of that message only. */
function doneLines(
  { record }: Statement,
  decision: Decision | null,
  reading: Reading,
): readonly string[] {
  const { locale } = reading;
  if (!decision) return [say(locale, "rights.done.hide")];
  const onAccount =
    record.decision_account !== undefined || record.decision_provision !== undefined;
  return decision.actions
    .filter((action) => isRestriction(action) && (onAccount || action.kind === "delete"))
    .flatMap((action) => doneLine(action, decision.decidedAt, reading));
}

function doneLine(
  action: CaseAction,
  decidedAt: number,
  { locale, timeZone }: Reading,
): readonly string[] {
  if (!isRestriction(action)) return [];
  if (action.kind === "delete" || action.kind === "kick") {
    return [say(locale, `rights.done.${action.kind}`)];
  }
  if (action.minutes === null) return [say(locale, "rights.done.ban-ever")];
  const until = sayTime(locale, timeZone, decidedAt + action.minutes * MINUTE_MS);
  const span = saySpan(locale, action.minutes * MINUTE_MS);
  return [say(locale, `rights.done.${action.kind}`, { span, until })];
}

function saySpan(locale: Locale, ms: number): string {
  if (ms % DAY_MS === 0) return say(locale, "span.days", { count: ms / DAY_MS });
  if (ms % HOUR_MS === 0) return say(locale, "span.hours", { count: ms / HOUR_MS });
  return say(locale, "span.minutes", { count: ms / MINUTE_MS });
}

/** Of several that were taken back over time, those that this attempt tells of. */
function revocationWords(
  { view: { number } }: Known,
  own: readonly Statement[],
  at: number,
  { locale }: Reading,
): Words | null {
  const revoked = own.filter(({ revokedAt }) => revokedAt === at);
  if (revoked.length === 0) return null;
  const done = new Set(revoked.flatMap(({ record }) => undone(record)));
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  const what = list.format([...done].map((key) => say(locale, key)));
  const excluded = done.has("rights.undone.excluded");
  return {
    title: say(locale, "rights.revocation.title", { number }),
    lines: [
      say(locale, "rights.revocation.line", { what }),
      ...(excluded ? [say(locale, "rights.revocation.kick")] : []),
      say(locale, "rights.revocation.count"),
    ],
  };
}

function undone(record: TransparencyRecord): readonly UndoneKey[] {
  const keys: UndoneKey[] = [];
  const { decision_visibility: seen = [] } = record;
  if (seen.includes("DECISION_VISIBILITY_CONTENT_DISABLED")) keys.push("rights.undone.hidden");
  if (seen.includes("DECISION_VISIBILITY_CONTENT_REMOVED")) keys.push("rights.undone.removed");
  if (record.decision_provision !== undefined) keys.push("rights.undone.suspended");
  if (record.decision_account !== undefined) keys.push("rights.undone.excluded");
  return keys;
}

type UndoneKey = Extract<WordKey, `rights.undone.${string}`>;

function appealWords(
  { view: { number } }: Known,
  { overturned, answer }: Appeal,
  { locale }: Reading,
): Words {
  return {
    title: say(locale, "rights.appeal.title", { number }),
    lines: [
      say(locale, overturned ? "rights.appeal.overturned" : "rights.appeal.upheld"),
      ...(answer ? [say(locale, "rights.appeal.reason", { reason: answer })] : []),
    ],
  };
}

function answerWords(outcome: "upheld" | "dismissed", { locale }: Reading): Words {
  return {
    title: say(locale, "rights.answer.title"),
    lines: [say(locale, `rights.answer.${outcome}`)],
  };
}

/** What a page about an appeal says beside the case: the objection, until when, and how to decide it. */
export function appealLines(
  appeal: Appeal | null,
  { number }: Pick<CaseView, "number">,
  { locale, timeZone }: Reading,
): readonly string[] {
  if (!appeal) return [];
  return [
    ...(appeal.reason === "" ? [] : [say(locale, "rights.appeal.said", { reason: appeal.reason })]),
    say(locale, "rights.appeal.due", { time: sayTime(locale, timeZone, appeal.dueAt) }),
    say(locale, "rights.appeal.how", { number }),
  ];
}
