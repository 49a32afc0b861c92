import type { TransparencyRecord } from "../../engine/statement/transparency-record.ts";
import type { MessageTarget } from "../../ports/platform.ts";
import type { Appeal, Report, Statement } from "../../ports/rights.ts";
import type { Attempt, AttemptKind } from "../../ports/attempts.ts";
import type { CaseView } from "../../ports/store.ts";
import { say, sayTime, type WordKey } from "../../words/say.ts";
import type { PipelineDeps } from "../deps.ts";
import { targetOf } from "../effects.ts";
import { type CommunityContext, readerOf } from "../escalation/context.ts";
import { type KnownCase, ownMessage, type Reading, reasonsWords, type Words } from "./reasons.ts";

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
}

/** What is known of the person whom an attempt tells. */
interface Own {
  readonly statements: readonly Statement[];
  /** Whether they were told of a decision that restricted nothing, before the attempt. */
  readonly noticed: boolean;
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
  { kind, personId, requestedAt }: Attempt,
): Promise<Own> {
  const statements = await deps.store.statements({
    caseId,
    authorId: personId,
    includeRevoked: true,
    limit: MOST_STATEMENTS,
  });
  if (kind !== "revocation") return { statements, noticed: false };
  const filter = { communityId, caseId, personId, limit: MOST_STATEMENTS };
  const noticed = (await deps.store.attempts(filter)).some(
    (each) =>
      each.kind === "statement" &&
      each.requestedAt <= requestedAt &&
      !statements.some(({ id }) => id === each.id),
  );
  return { statements, noticed };
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
  { statements, noticed }: Own,
  reading: Reading,
): Words | null {
  const { personId } = attempt;
  switch (attempt.kind) {
    case "statement": {
      const found = statements.find(({ id }) => id === attempt.id) ?? null;
      return reasonsWords(known, { id: attempt.id, personId, statement: found }, reading);
    }
    case "revocation":
      return revocationWords(known, { statements, noticed }, attempt.requestedAt, reading);
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

/** Of several that were taken back over time, those that this attempt tells of. */
function revocationWords(
  { view: { number } }: Known,
  { statements, noticed }: Own,
  at: number,
  { locale }: Reading,
): Words | null {
  const revoked = statements.filter(({ revokedAt }) => revokedAt === at);
  if (revoked.length === 0 && !noticed) return null;
  // A warning and strike points have no statement; that they are gone is said all the same.
  const done = new Set<UndoneKey>(revoked.flatMap(({ record }) => undone(record)));
  if (revoked.length === 0) done.add("rights.undone.decision");
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
