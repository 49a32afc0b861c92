import { UNDECIDED } from "../../engine/case/case.ts";
import type { Locale } from "../../engine/policy.ts";
import { withAdded } from "../../engine/strikes.ts";
import type { MessageTarget } from "../../ports/platform.ts";
import type { Appeal, Report, Statement } from "../../ports/rights.ts";
import type { Attempt, AttemptKind } from "../../ports/attempts.ts";
import type { CaseView, Strike, UndoneDecision } from "../../ports/store.ts";
import { say, type WordKey } from "../../words/say.ts";
import { addedBy } from "../case-authors.ts";
import type { PipelineDeps } from "../deps.ts";
import { targetOf } from "../effects.ts";
import { type CommunityContext, readingOf } from "../escalation/context.ts";
import { quoteOf } from "../escalation/excerpt.ts";
import {
  feedbackForm,
  hidesForGood,
  type KnownCase,
  ownMessage,
  type Reading,
  reasonsWords,
  type Words,
} from "./reasons.ts";

/** Kinds of attempts that tell a member of their rights. */
export const RIGHTS_KINDS: readonly AttemptKind[] = ["statement", "revocation", "appeal", "answer"];

/** Messages of a case among which the author's own is looked for, and statements of one person about it. */
const MOST_MESSAGES = 1000;
const MOST_STATEMENTS = 100;

/** What an attempt says, and the author's own message under which a private word may stand; null where there is none. */
export interface Said {
  readonly words: Words;
  readonly under: MessageTarget | null;
}

/** Everything about one case that its people are told from. */
interface Known extends KnownCase {
  readonly appeals: readonly Appeal[];
  readonly reports: readonly Report[];
  readonly undone: readonly UndoneDecision[];
  readonly strikes: readonly Strike[];
}

/** What is known of the person whom an attempt tells. */
interface Own {
  readonly statements: readonly Statement[];
  /** Whether they were told of a decision that restricted nothing, before the attempt. */
  readonly noticed: boolean;
  /** Whether a report of theirs was answered before the attempt. */
  readonly answered: boolean;
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
): Promise<ReadonlyMap<string, Said>> {
  const asked = attempts.filter(({ kind }) => RIGHTS_KINDS.includes(kind));
  const said = new Map<string, Said>();
  if (asked.length === 0) return said;
  const known: Known = {
    deps,
    context,
    view,
    appeals: await deps.store.appealsOf(view.id),
    reports: await deps.store.reportsOf(view.id),
    undone: await deps.store.undoneDecisions(view.id),
    strikes: await deps.store.strikesOf(view.id),
    messages: await deps.store.caseMessages(view.id, MOST_MESSAGES),
    authors: await deps.store.caseAuthors(view.id),
  };
  for (const attempt of asked) {
    const { personId } = attempt;
    const own = await ownOf(deps, view, attempt);
    const words = wordsOf(known, attempt, own, await readingOf(context, personId));
    const message = ownMessage(known, personId, false)?.message;
    if (words) said.set(attempt.id, { words, under: message ? targetOf(message) : null });
  }
  return said;
}

async function ownOf(
  deps: PipelineDeps,
  { id: caseId, communityId }: CaseView,
  { id: attemptId, kind, personId, requestedAt }: Attempt,
): Promise<Own> {
  const statements = await deps.store.statements({
    caseId,
    authorId: personId,
    includeRevoked: true,
    limit: MOST_STATEMENTS,
  });
  if (kind === "statement") return { statements, noticed: false, answered: false };
  const filter = { communityId, caseId, personId, limit: MOST_STATEMENTS };
  const before = (await deps.store.attempts(filter)).filter(
    (each) => each.requestedAt <= requestedAt,
  );
  const noticed = before.some(
    (each) => each.kind === "statement" && !statements.some(({ id }) => id === each.id),
  );
  const answered = before.some(
    (each) => each.kind === "answer" && each.id !== attemptId && each.outcome === "delivered",
  );
  return { statements, noticed, answered };
}

function wordsOf(known: Known, attempt: Attempt, own: Own, reading: Reading): Words | null {
  const { personId } = attempt;
  const { statements } = own;
  switch (attempt.kind) {
    case "statement": {
      const found = statements.find(({ id }) => id === attempt.id) ?? null;
      return reasonsWords(known, { id: attempt.id, personId, statement: found }, reading);
    }
    case "revocation":
      return revocationWords(known, own, attempt, reading);
    case "appeal": {
      const appeals = known.appeals.filter(({ authorId }) => authorId === personId);
      const decided = appeals.findLast(({ decidedAt }) => decidedAt !== null);
      if (!decided) return null;
      const isLater = attempt.requestedAt > (decided.decidedAt ?? 0);
      return isLater
        ? reopenedWords(known, reading)
        : appealWords(known, own, attempt, decided, reading);
    }
    case "answer": {
      const reports = known.reports.filter(({ reporterId }) => reporterId === personId);
      return answerWords(known, reports, own, reading);
    }
    case "page":
    case "reminder":
    case "bundle":
    case "note":
    case "waiting":
    case "unreached":
    case "duty":
      return null;
  }
}

/** Of several that were taken back over time, those that this attempt tells of. */
function revocationWords(
  known: Known,
  own: Own,
  { personId, requestedAt }: Attempt,
  { locale }: Reading,
): Words | null {
  const { number } = known.view;
  const revoked = revokedAt(own, requestedAt);
  // A warning and strike points have no statement; that they are gone is said all the same.
  if (revoked.length === 0 && !own.noticed) return null;
  return {
    title: say(locale, "rights.revocation.title", { number }),
    lines: [
      ...takenBackLines(known, revoked, personId, locale),
      say(locale, "rights.revocation.count"),
    ],
  };
}

function revokedAt({ statements }: Own, at: number): readonly Statement[] {
  return statements.filter((each) => each.revokedAt === at);
}

/** What no longer stands of all that somebody was told, and what of it they can count on now. */
function takenBackLines(
  known: Known,
  revoked: readonly Statement[],
  personId: string,
  locale: Locale,
): readonly string[] {
  const all = revoked.flatMap((each) => undoneOf(known, each, personId));
  // In an order of their own: that of statements of the same time means nothing to a reader.
  const done = new Set<UndoneKey>(UNDONE.filter((key) => all.includes(key)));
  // What was hidden before anybody decided is hidden again, whatever was decided meanwhile.
  const waits = UNDECIDED.includes(known.view.state);
  const isHeld = waits && ownMessage(known, personId, true) !== undefined;
  const isGone = hidesForGood(known) && WORDS_GONE.some((key) => all.includes(key));
  const isHidden = isHeld && !hidesForGood(known);
  if (isHidden) done.delete("rights.undone.removed");
  if (done.size === 0) done.add("rights.undone.decision");
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  const what = list.format([...done].map((key) => say(locale, key)));
  const isIn = done.has("rights.undone.excluded") || done.has("rights.undone.banned");
  return [
    say(locale, "rights.revocation.line", { what }),
    ...(isHidden ? [say(locale, "rights.revocation.hidden")] : []),
    ...(isGone || (isHeld && !isHidden) ? [say(locale, goneKey(waits))] : []),
    ...(isIn ? [say(locale, "rights.revocation.kick")] : []),
  ];
}

/** What a platform does for good, though the decision behind it no longer stands. */
const WORDS_GONE: readonly UndoneKey[] = ["rights.undone.hidden", "rights.undone.removed"];

function goneKey(waits: boolean): WordKey {
  return waits ? "rights.revocation.undecided-for-good" : "rights.revocation.for-good";
}

function undoneOf(
  { undone, view, strikes }: Known,
  { record, decisionId }: Statement,
  personId: string,
): readonly UndoneKey[] {
  const keys: UndoneKey[] = [];
  const { decision_visibility: seen = [] } = record;
  if (seen.includes("DECISION_VISIBILITY_CONTENT_DISABLED")) keys.push("rights.undone.hidden");
  if (seen.includes("DECISION_VISIBILITY_CONTENT_REMOVED")) keys.push("rights.undone.removed");
  if (record.decision_provision !== undefined) keys.push("rights.undone.suspended");
  if (record.decision_account !== undefined) {
    // Overturned for one author, it stands for the others.
    const decisions = view.decision ? [...undone, view.decision] : undone;
    const actions = decisions.find(({ id }) => id === decisionId)?.actions ?? [];
    const added = addedBy(strikes, decisionId ?? "").get(personId) ?? null;
    const isBan = withAdded(actions, added).some(({ kind }) => kind === "ban");
    keys.push(isBan ? "rights.undone.banned" : "rights.undone.excluded");
  }
  return keys;
}

/** What may be taken back, of messages before what is of people. */
const UNDONE: readonly UndoneKey[] = [
  "rights.undone.hidden",
  "rights.undone.removed",
  "rights.undone.suspended",
  "rights.undone.banned",
  "rights.undone.excluded",
];

type UndoneKey = Extract<WordKey, `rights.undone.${string}`>;

function appealWords(
  known: Known,
  own: Own,
  { personId, requestedAt }: Attempt,
  { overturned, answer }: Appeal,
  { locale }: Reading,
): Words {
  const revoked = revokedAt(own, requestedAt);
  return {
    title: say(locale, "rights.appeal.title", { number: known.view.number }),
    lines: [
      say(locale, overturned ? "rights.appeal.overturned" : "rights.appeal.upheld"),
      ...(overturned ? takenBackLines(known, revoked, personId, locale) : []),
      ...(answer ? [say(locale, "rights.appeal.reason", { reason: answer })] : []),
    ],
    forms: [feedbackForm(known.view, locale)],
  };
}

/** Somebody took the case up again after its author had won; nothing where it is decided by now. */
function reopenedWords({ view: { number, state } }: Known, { locale }: Reading): Words | null {
  if (!UNDECIDED.includes(state)) return null;
  return {
    title: say(locale, "rights.reopened.title", { number }),
    lines: [say(locale, "rights.reopened.line")],
  };
}

/** Reports of one person in one case that one answer names, the newest. */
const MOST_ANSWERED = 5;

/** What became of somebody's reports, with their own words: they may have reported more than once, and not all may have been right. */
function answerWords(
  { view: { number } }: Known,
  reports: readonly Report[],
  { answered }: Own,
  { locale }: Reading,
): Words | null {
  const lines = (["upheld", "dismissed", "closed"] as const).flatMap((outcome) => {
    const of = reports.filter((each) => each.outcome === outcome).slice(-MOST_ANSWERED);
    if (of.length === 0) return [];
    const quotes = new Set(of.map(({ reason }) => quoteOf(reason)).filter((each) => each !== ""));
    const yours = [...quotes].map((quote) => say(locale, "rights.answer.yours", { quote }));
    return [...yours, say(locale, `rights.answer.${outcome}`)];
  });
  if (lines.length === 0) return null;
  return {
    title: say(locale, "rights.answer.title", { number }),
    lines: [...lines, ...(answered ? [say(locale, "rights.answer.instead")] : [])],
  };
}
