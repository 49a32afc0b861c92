import type { CaseSource } from "../../engine/case/case.ts";
import { type CaseAction, type Decision, isSanction } from "../../engine/case/decision.ts";
import type { Locale, Policy } from "../../engine/policy.ts";
import { redact } from "../../engine/redact.ts";
import type { Notice, NoticeButton } from "../../ports/notifier.ts";
import type { Statement } from "../../ports/rights.ts";
import type { CaseAuthor, CaseMessage, CaseView } from "../../ports/store.ts";
import { say, sayTime, type WordKey } from "../../words/say.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../case-change.ts";
import { type PipelineDeps, platformOf } from "../deps.ts";
import type { CommunityContext } from "../escalation/context.ts";
import { excerptOf } from "../escalation/excerpt.ts";
import { noticeId } from "./attempts.ts";
import { gravestMessages, ruleFor } from "./own-rule.ts";
import { holdingFinding, ruleWords } from "./rule-words.ts";
import { type Share, shareOf, weighs } from "./weighs.ts";

/** What a notice says. */
export type Words = Pick<Notice, "title" | "lines" | "forms">;

export interface Reading {
  readonly locale: Locale;
  readonly timeZone: string;
}

/** What a notice about one case is made of. */
export interface KnownCase {
  readonly deps: PipelineDeps;
  readonly context: CommunityContext;
  readonly view: CaseView;
  readonly messages: readonly CaseMessage[];
  readonly authors: readonly CaseAuthor[];
}

/** Whom an attempt of kind `statement` tells. */
export interface Addressee {
  /** Of the attempt. */
  readonly id: string;
  readonly personId: string;
  /** null where nothing was restricted. */
  readonly statement: Statement | null;
}

/**
 * Everything that an author is owed about one decision, or about a message that was hidden before anybody
 * decided (DSA, Article 17(3)): what was done and until when, what it counts, the rule, the words, what was
 * relied on, who decided and why, and what they can do about it. null when it no longer stands.
 */
export function reasonsWords(known: KnownCase, to: Addressee, reading: Reading): Words | null {
  const { view } = known;
  const { statement } = to;
  const { decision } = view;
  const { locale } = reading;
  if (statement ? statement.revokedAt !== null : !isNoticeOf(known, to)) return null;
  const stands =
    decision && (statement === null || decision.id === statement.decisionId) ? decision : null;
  const objecting = objectLines(known, to, stands, reading);
  const lines = [
    ...(stands ? doneLines(known, to, stands, reading) : [say(locale, hideWords(known))]),
    ...ruleLines(known, to, stands, reading),
    ...whyLines(known, to, stands, reading),
    ...objecting,
  ];
  return {
    title: say(locale, "rights.statement.title", { number: view.number }),
    lines: lines.filter((line) => line !== ""),
    forms: [
      ...(objecting.length > 0 ? [appealForm(view, locale)] : []),
      ...(stands ? [feedbackForm(view, locale)] : []),
    ],
  };
}

function appealForm({ number }: Pick<CaseView, "number">, locale: Locale): NoticeButton {
  return { label: say(locale, "button.appeal", { number }), command: `appeal #${number}` };
}

/** What somebody thinks of how they were dealt with goes to the team, with the number of the case. */
export function feedbackForm({ number }: Pick<CaseView, "number">, locale: Locale): NoticeButton {
  return { label: say(locale, "button.feedback"), command: `feedback about:#${number}` };
}

/** Whether what was hidden there cannot be shown again: whoever wrote it must not be told that it can. */
export function hidesForGood({ deps, view }: Pick<KnownCase, "deps" | "view">): boolean {
  return deps.platform(view.platform)?.hidesForGood ?? false;
}

function hideWords(known: KnownCase): WordKey {
  return hidesForGood(known) ? "rights.done.hide-for-good" : "rights.done.hide";
}

/** Whether an attempt without a statement is about the decision that stands. */
function isNoticeOf({ deps, view }: KnownCase, { id, personId }: Addressee): boolean {
  const { decision } = view;
  return decision !== null && id === noticeId(deps, decision.id, personId);
}

/** What a decision is for whoever is told of it. */
function shareFor(
  { view, context, authors }: KnownCase,
  { personId }: Addressee,
  decision: Decision,
): Share {
  // Of whom no message is kept any more, the case still says in which standing its own author spoke.
  const role = personId === view.authorId ? view.speaker : "member";
  const points = personId === view.authorId ? decision.strikePoints : 0;
  const unknown = { id: personId, role, points, added: null, cleared: false };
  const author = authors.find(({ id }) => id === personId) ?? unknown;
  return shareOf(decision, view, context.policy, author);
}

/** What was done to somebody, and what counts against them until when. */
function doneLines(
  known: KnownCase,
  to: Addressee,
  decision: Decision,
  reading: Reading,
): readonly string[] {
  const { locale, timeZone } = reading;
  const { context } = known;
  const { decidedAt } = decision;
  const { actions, strikePoints } = shareFor(known, to, decision);
  const isLost = hidesForGood(known) && ownMessage(known, to.personId, true) !== undefined;
  const done = actions.flatMap((action) => [
    ...(action.kind === "restore" && isLost
      ? [say(locale, "rights.done.restore-for-good")]
      : action.kind === "delete"
        ? [deletedLine(known, to, locale)]
        : doneLine(action, decidedAt, reading)),
    ...thresholdLine(action, locale),
  ]);
  const settles = actions.some(({ kind }) => kind === "delete" || kind === "restore");
  const isHidden = !settles && ownMessage(known, to.personId, true) !== undefined;
  const staysKey = isLost ? "rights.done.stays-removed" : "rights.done.stays-hidden";
  const stays = isHidden ? [say(locale, staysKey)] : [];
  const all = [...stays, ...done];
  const until = decidedAt + context.policy.strikes.expireDays * DAY_MS;
  const counts = { points: strikePoints, until: sayTime(locale, timeZone, until) };
  return [
    ...(all.length > 0 ? all : [say(locale, "rights.done.upheld")]),
    ...(strikePoints > 0 ? [say(locale, "rights.strike", counts)] : []),
  ];
}

/** Of several messages of theirs how many are gone: with a purge nobody could count them any more. */
function deletedLine({ messages }: KnownCase, { personId }: Addressee, locale: Locale): string {
  const own = messages.filter(({ message }) => message.authorId === personId);
  const count = new Set(
    own.map(({ message: { channelId, messageId } }) => `${channelId}\n${messageId}`),
  ).size;
  return count > 1
    ? say(locale, "rights.done.delete-several", { count })
    : say(locale, "rights.done.delete");
}

function doneLine(
  action: Exclude<CaseAction, { kind: "delete" }>,
  decidedAt: number,
  { locale, timeZone }: Reading,
): readonly string[] {
  switch (action.kind) {
    case "restore":
    case "warn":
    case "kick":
      return [say(locale, `rights.done.${action.kind}`)];
    case "ask-correction":
      return [say(locale, "rights.done.ask-correction", { text: redact(action.text, []) })];
    case "publish-answer":
      return [];
    case "timeout":
    case "ban": {
      const days = action.kind === "ban" ? action.deleteDays : undefined;
      const gone = days === undefined ? [] : [say(locale, "rights.done.ban-days", { days })];
      if (action.minutes === null) return [say(locale, "rights.done.ban-ever"), ...gone];
      const until = sayTime(locale, timeZone, decidedAt + action.minutes * MINUTE_MS);
      const span = saySpan(locale, action.minutes * MINUTE_MS);
      return [say(locale, `rights.done.${action.kind}`, { span, until }), ...gone];
    }
  }
}

/** Nobody chose it: so many points were reached. */
function thresholdLine(action: CaseAction, locale: Locale): readonly string[] {
  if (!isSanction(action) || action.threshold === undefined) return [];
  return [say(locale, "rights.done.threshold", { points: action.threshold })];
}

function saySpan(locale: Locale, ms: number): string {
  if (ms % DAY_MS === 0) return say(locale, "span.days", { count: ms / DAY_MS });
  if (ms % HOUR_MS === 0) return say(locale, "span.hours", { count: ms / HOUR_MS });
  return say(locale, "span.minutes", { count: ms / MINUTE_MS });
}

/** Which rule, and the words that fall under it. */
function ruleLines(
  known: KnownCase,
  { personId }: Addressee,
  decision: Decision | null,
  { locale }: Reading,
): readonly string[] {
  const { view, context, deps } = known;
  const weighed = gravestMessages(known.messages);
  const ownCase = decision ? weighed.get(personId) : ownMessage(known, personId, true);
  const verdict = ownCase?.verdict ?? view.verdict;
  const holding = holdingFinding(verdict, context.policy.actions)?.rule ?? "";
  const verdicts = [...weighed.values()].map((each) => each.verdict);
  const rule = decision ? ruleFor(decision.rule, verdict, verdicts, view.source) : holding;
  const words =
    ruleWords(deps, verdict, rule, locale) ?? ruleWords(deps, view.verdict, rule, locale);
  const evidence =
    ownCase?.message.evidence ?? (personId === view.authorId ? view.message.evidence : null);
  const span = verdict.findings.find((each) => each.rule === rule)?.spans[0];
  const excerpt = excerptOf(evidence, span);
  // The default rule of a case that people opened names nothing that its author could look up.
  const own = rule === view.source || rule === "" ? say(locale, "author.community-rules") : rule;
  return [
    say(locale, "rights.rule", { title: words?.title ?? own }),
    words?.reason ?? "",
    words?.citation ? say(locale, "rights.citation", { citation: words.citation }) : "",
    excerpt === "" ? "" : say(locale, "rights.words", { excerpt }),
  ];
}

/** What was relied on, whether a person decided, and why, in their words. */
function whyLines(
  { view: { source } }: KnownCase,
  { statement }: Addressee,
  decision: Decision | null,
  { locale }: Reading,
): readonly string[] {
  const byMachine = statement?.record.automated_decision === "AUTOMATED_DECISION_FULLY";
  const reason = decision?.reason ?? "";
  return [
    say(locale, byMachine ? "rights.facts.machine" : FACTS[source]),
    say(locale, byMachine ? "rights.by.machine" : "rights.by.person"),
    reason === "" ? "" : say(locale, "rights.reason", { reason }),
  ];
}

const FACTS: Readonly<Record<CaseSource, WordKey>> = {
  rule: "rights.facts.rule",
  "early-warning": "rights.facts.rule",
  report: "rights.facts.report",
  review: "rights.facts.review",
  feedback: "rights.facts.asked",
  question: "rights.facts.asked",
};

/** Beside the appeal: who else decides, by the law that the community answers to. */
function redressKey({ jurisdictions }: Policy): WordKey {
  if (jurisdictions.length === 0) return "rights.redress";
  return jurisdictions.includes("EU") ? "rights.redress-eu" : "rights.redress-court";
}

/** How to object, and where else to turn; nothing against what cannot be objected to. */
function objectLines(
  known: KnownCase,
  to: Addressee,
  decision: Decision | null,
  { locale, timeZone }: Reading,
): readonly string[] {
  const {
    view,
    context: { policy },
  } = known;
  const { number } = view;
  const redress = say(locale, redressKey(policy));
  const { commandName: names } = platformOf(known.deps, view.platform);
  if (!decision) return [say(locale, "rights.appeal.before", { number }, names), redress];
  if (!weighs(decision, shareFor(known, to, decision), view)) return [];
  const end = decision.decidedAt + policy.cases.closeAfterDays * DAY_MS;
  const until = sayTime(locale, timeZone, end);
  return [say(locale, "rights.appeal.until", { number, until }, names), redress];
}

/** The first message that somebody has in a case; of `held`, the first that was hidden. */
export function ownMessage(
  { messages }: Pick<KnownCase, "messages">,
  personId: string,
  isHeld: boolean,
): CaseMessage | undefined {
  return messages.find(({ message, held }) => message.authorId === personId && (!isHeld || held));
}
