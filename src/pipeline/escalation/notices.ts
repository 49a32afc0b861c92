import { type Case, UNDECIDED } from "../../engine/case/case.ts";
import { shortId } from "../../engine/case/decision.ts";
import type { LadderStep } from "../../engine/escalation/steps.ts";
import type { Locale } from "../../engine/policy.ts";
import { isGraver, type Severity } from "../../engine/severity.ts";
import type { Notice, NoticeButton } from "../../ports/notifier.ts";
import type { Attempt } from "../../ports/attempts.ts";
import type { CaseMessage, CaseNote, CaseView } from "../../ports/store.ts";
import { type CommandNames, say, sayList, sayTime } from "../../words/say.ts";
import type { Appeal } from "../../ports/rights.ts";
import { isAnswer, isAsked, isClosing, isTurnedDown } from "../asked.ts";
import { actionWords } from "../action-words.ts";
import { caseForms } from "../case-forms.ts";
import type { PipelineDeps } from "../deps.ts";
import { ruleWords } from "../rights/rule-words.ts";
import { appealLines } from "../rights/appeal-lines.ts";
import type { Judges } from "../rights/judges.ts";
import { excerptOf, quoteOf } from "./excerpt.ts";
import type { ReaderSettings } from "./context.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Cases that one summary names; more fit into no message that anybody reads. */
const MOST_NAMED = 20;

type Reading = Pick<ReaderSettings, "locale" | "timeZone">;

/** What the words of a notice about one case need beside the case. */
export interface Told {
  /** Of the ladder that the case climbs; empty where no step is told of. */
  readonly steps: readonly LadderStep[];
  /** Names of the people who could not be reached, for `unreached`. */
  readonly unreached: readonly string[];
  /** Whether nobody of the step could be reached, for `unreached`. */
  readonly isWholeRung: boolean;
  /** For `note`; null when it is gone. */
  readonly note: CaseNote | null;
  /** Whether the note is an answer in place of an earlier one. */
  readonly isAnotherAnswer: boolean;
  /** What is in the case; empty where it is the opening message alone. */
  readonly messages: readonly CaseMessage[];
  /** Whom a proposal touches: how many, and what the first few are called. */
  readonly touched: { readonly count: number; readonly names: readonly string[] };
  /** Who made the proposal that waits, by name; empty where none does, and for whom nobody remembers. */
  readonly proposer: string;
  /** Who may decide the appeal that is due first; null where none waits. */
  readonly judges: Judges | null;
  /** All of an appealed case. */
  readonly appeals: readonly Appeal[];
  /** What the commands are called where it is told. */
  readonly names?: CommandNames | undefined;
  /** Epoch ms of the telling. */
  readonly now: number;
}

/** Kinds of attempts that are told here; what members are owed has words of its own. */
const TOLD_HERE = ["page", "reminder", "bundle", "note", "waiting", "unreached"] as const;

/** An attempt of the team's own business. */
export type TeamAttempt = Attempt & { readonly kind: (typeof TOLD_HERE)[number] };

export function isTeamAttempt(attempt: Attempt): attempt is TeamAttempt {
  return TOLD_HERE.some((kind) => kind === attempt.kind);
}

/** The rules in whose words a case is told. */
type Rules = Pick<PipelineDeps, "ruleSet">;

/** What an attempt about one case says to its reader. */
export function caseNotice(
  rules: Rules,
  attempt: TeamAttempt,
  view: CaseView,
  reader: Reading,
  told: Told,
): Notice {
  const { title, lines } = wordsOf(rules, attempt, view, reader, told);
  const toAuthor = attempt.kind === "note" && attempt.personId === view.authorId;
  return {
    id: attempt.id,
    communityId: view.communityId,
    caseNumber: view.number,
    title,
    lines,
    buttons: toAuthor ? [] : buttonsOf(view, reader.locale),
    forms: toAuthor ? [] : formsOf(view, told, reader),
  };
}

/** Of several messages a notice shows the gravest: whoever decides is shown the others first. */
function formsOf(
  view: CaseView,
  { appeals, now }: Pick<Told, "appeals" | "now">,
  { locale }: Reading,
): readonly NoticeButton[] {
  return caseForms((key, values) => say(locale, key, values), view, { appeals, seen: 1, now });
}

function wordsOf(
  rules: Rules,
  attempt: TeamAttempt,
  view: CaseView,
  reader: Reading,
  told: Told,
): Pick<Notice, "title" | "lines"> {
  const { steps, unreached, isWholeRung } = told;
  const { locale, timeZone } = reader;
  const name = { case: caseName(view, locale) };
  const rung = steps[attempt.step]?.rungNumber ?? 1;
  const about = aboutLines(rules, view, reader, told.messages);
  switch (attempt.kind) {
    case "page":
    case "bundle": {
      const lines = [
        ...appealLines(told, view, reader),
        ...proposalLines(view, reader, told),
        ...about,
        ...rungLines(attempt, view, reader, steps),
      ];
      return { title: say(locale, pageTitle(view), name), lines };
    }
    case "reminder": {
      const until = handedOverUntil(attempt, view);
      if (until !== null) {
        const time = sayTime(locale, timeZone, until);
        const lines = [say(locale, "notice.handover.line", { time }), ...about];
        return { title: say(locale, "notice.handover.title", name), lines };
      }
      const time = sayTime(locale, timeZone, view.ladder.acknowledged?.at ?? view.openedAt);
      const first = say(locale, "notice.reminder.line", { time });
      const lines = [first, ...about];
      return { title: say(locale, "notice.reminder.title", name), lines };
    }
    case "waiting":
      return {
        title: say(locale, "notice.waiting.title", name),
        lines: [say(locale, "notice.waiting.line", { rung }), ...about],
      };
    case "unreached": {
      const who = new Intl.ListFormat(locale, { type: "conjunction" }).format(unreached);
      const names = say(locale, "notice.unreached.names", { names: who });
      if (!isWholeRung) {
        return { title: names, lines: [say(locale, "notice.unreached.some", name)] };
      }
      const isLast = !steps.some((step, i) => i > attempt.step && step.rungNumber > rung);
      const line = isLast ? "notice.unreached.last" : "notice.unreached.line";
      return {
        title: say(locale, "notice.unreached.title", { ...name, count: unreached.length }),
        lines: [names, say(locale, line, { rung }), ...about],
      };
    }
    case "note":
      return noteWords(attempt, view, reader, told);
  }
}

/** A note as it stands; an answer with the words that it answers, for they may have asked more than once. */
function noteWords(
  { personId }: TeamAttempt,
  view: CaseView,
  { locale }: Reading,
  { note, isAnotherAnswer }: Told,
): Pick<Notice, "title" | "lines"> {
  const { number } = view;
  const lines = note ? [note.text] : [];
  if (personId !== view.authorId) return { title: teamNoteTitle(note, view, locale), lines };
  if (note && isClosing(note)) {
    const quote = quoteOf(view.message.evidence);
    return {
      title: say(locale, "notice.asked.title", { number }),
      lines: [
        ...(quote === "" ? [] : [say(locale, "notice.answer.asked", { quote })]),
        say(locale, "notice.asked.closed"),
      ],
    };
  }
  if (!note || !isAsked(view) || !isAnswer(note)) {
    return { title: say(locale, "notice.note.author", { number }), lines };
  }
  const quote = quoteOf(view.message.evidence);
  return {
    title: say(locale, "notice.answer.title", { number }),
    lines: [
      ...(quote === "" ? [] : [say(locale, "notice.answer.asked", { quote })]),
      ...lines,
      ...(isAnotherAnswer ? [say(locale, "notice.answer.instead")] : []),
    ],
  };
}

/** Until when somebody has the lease that they are told of, in the moment in which another gave it to them; null for any other reminder. */
function handedOverUntil({ personId, requestedAt }: Attempt, { assignment }: Case): number | null {
  const isTheirs = assignment?.moderatorId === personId && assignment.since === requestedAt;
  return isTheirs ? assignment.until : null;
}

/** What a second moderator is asked to confirm, in the words in which the case itself tells of it. */
function proposalLines(
  { proposal, source }: Case,
  { locale, timeZone }: Reading,
  { touched, proposer }: Pick<Told, "touched" | "proposer">,
): readonly string[] {
  if (!proposal) return [];
  const { rule, reason, actions, added = [], decidedAt } = proposal;
  const { count } = touched;
  const people = sayList(locale, touched.names);
  return [
    say(locale, "case.proposal", {
      outcome: say(locale, `choice.${proposal.outcome}`),
      who: proposer === "" ? say(locale, "case.erased") : proposer,
      time: sayTime(locale, timeZone, decidedAt),
      // The word of its source stands where nobody named a rule.
      rule: rule === source ? say(locale, "author.community-rules") : rule,
      reason,
    }),
    say(locale, "decide.actions", { actions: actionWords(locale, actions) }),
    ...(added.length === 0
      ? []
      : [say(locale, "decide.added", { list: actionWords(locale, added) })]),
    ...(count === 0
      ? []
      : [say(locale, "notice.second.whom", { count, people, more: count - touched.names.length })]),
  ];
}

function pageTitle({ state, proposal }: Case) {
  if (state === "appealed") return "rights.appeal.page";
  return proposal ? "notice.second.title" : "notice.page.title";
}

/** How far the ladder has come. A proposal and an appeal begin a round of their own: nobody has let one go by. */
function rungLines(
  { round, step }: Attempt,
  { state, proposal }: Case,
  { locale }: Reading,
  steps: readonly LadderStep[],
): readonly string[] {
  const rung = steps[step]?.rungNumber;
  if (rung === undefined) return [];
  const rungs = Math.max(...steps.map(({ rungNumber }) => rungNumber));
  const isAnother = round > 1 && state !== "appealed" && !proposal;
  const key = isAnother ? "notice.step.again" : "notice.step";
  return [say(locale, key, { round, rung, rungs })];
}

/** The message of a case that is gravest, the first of several; the one that opened it where nothing else is known. */
function gravestOf(view: CaseView, messages: readonly CaseMessage[]): Judged {
  return messages.reduce<Judged>(
    (most, each) => (isGraver(severityIn(each), severityIn(most)) ? each : most),
    view,
  );
}

type Judged = Pick<CaseMessage, "message" | "verdict">;

function severityIn({ verdict }: Judged): Severity | null {
  return verdict.findings[0]?.severity ?? null;
}

/** What a case is about: findings, the gravest one's reason, the words, how many messages, since when. */
function aboutLines(
  rules: Rules,
  view: CaseView,
  { locale, timeZone }: Reading,
  messages: readonly CaseMessage[],
): readonly string[] {
  const { message, verdict } = gravestOf(view, messages);
  const [gravest] = verdict.findings;
  // The verdict keeps its reason in the language that the community had when the message came.
  const reason = gravest && ruleWords(rules, verdict, gravest.rule, locale)?.reason;
  const excerpt = excerptOf(message.evidence, gravest?.spans[0]);
  const quoted = view.messages > 1 ? "notice.excerpt.gravest" : "notice.excerpt";
  const counts = [
    view.messages > 1 && excerpt === ""
      ? say(locale, "notice.messages", { count: view.messages })
      : "",
    view.reports > 0 ? say(locale, "notice.reports", { count: view.reports }) : "",
  ].filter((words) => words !== "");
  return [
    say(locale, "notice.what", {
      what: familiesOf(view, locale),
      severity: severityOf(view, locale),
      speaker: say(locale, `notice.speaker.${view.speaker}`),
      source: say(locale, `notice.source.${view.source}`),
    }),
    reason ?? "",
    excerpt === "" ? "" : say(locale, quoted, { excerpt, count: view.messages }),
    view.held && UNDECIDED.includes(view.state) ? say(locale, "notice.held") : "",
    counts.join(" · "),
    say(locale, "notice.since", { time: sayTime(locale, timeZone, view.openedAt) }),
  ].filter((line) => line !== "");
}

/** What a note to one of the team says, on one line of a summary. */
export function noteLine(note: CaseNote, item: Case, { locale }: Reading): string {
  return say(locale, "notice.bundle.note", {
    title: teamNoteTitle(note, item, locale),
    words: excerptOf(note.text, undefined),
  });
}

function teamNoteTitle(note: CaseNote | null, item: Case, locale: Locale): string {
  const title = note && isTurnedDown(note) ? "notice.rejected.title" : "notice.note.title";
  return say(locale, title, { case: caseName(item, locale) });
}

/**
 * One message for everything that waited; the first cases of the array are named. `at` is the time of reading,
 * epoch ms; `beside` is what else is said.
 */
export function bundleNotice(
  attempt: Pick<Attempt, "id" | "communityId">,
  cases: readonly Case[],
  { locale }: Reading,
  at: number,
  beside: Pick<Notice, "lines" | "buttons"> = { lines: [], buttons: [] },
): Notice {
  const named = cases.slice(0, MOST_NAMED).map((item) => {
    const age = ageOf(at - item.openedAt, locale);
    return say(locale, "notice.bundle.line", { case: caseName(item, locale), age });
  });
  const more = cases.length - named.length;
  const [only] = cases.length === 1 ? cases : [];
  const about = more > 0 ? [...named, say(locale, "notice.bundle.more", { count: more })] : named;
  return {
    id: attempt.id,
    communityId: attempt.communityId,
    caseNumber: only?.number ?? null,
    title:
      cases.length > 0
        ? say(locale, "notice.bundle.title", { count: cases.length })
        : say(locale, "notice.bundle.news"),
    lines: [...about, ...beside.lines],
    buttons: [...(only ? buttonsOf(only, locale) : []), ...beside.buttons],
  };
}

/** `#142 S1 leak`. */
function caseName(item: Case, locale: Locale): string {
  const severity = item.severity === null ? [] : [item.severity];
  return [`#${item.number}`, ...severity, familiesOf(item, locale)].join(" ");
}

function familiesOf({ families, source }: Case, locale: Locale): string {
  if (families.length > 0) {
    return families.map((family) => say(locale, `notice.family.${family}`)).join(" + ");
  }
  return source === "rule"
    ? say(locale, "notice.family.none")
    : say(locale, `notice.source.${source}`);
}

function severityOf({ severity }: Case, locale: Locale): string {
  return severity === null
    ? say(locale, "notice.unrated")
    : say(locale, "notice.severity", { severity });
}

function ageOf(ms: number, locale: Locale): string {
  if (ms >= 2 * DAY_MS) return say(locale, "notice.age.days", { count: Math.floor(ms / DAY_MS) });
  if (ms >= 2 * HOUR_MS)
    return say(locale, "notice.age.hours", { count: Math.floor(ms / HOUR_MS) });
  return say(locale, "notice.age.minutes", { count: Math.max(0, Math.floor(ms / MINUTE_MS)) });
}

function buttonsOf({ number, state, proposal }: Case, locale: Locale): readonly NoticeButton[] {
  const second: NoticeButton[] = proposal
    ? [
        {
          label: say(locale, "button.confirm", { number }),
          command: `confirm #${number} p:${shortId(proposal)}`,
        },
        {
          label: say(locale, "button.reject", { number }),
          command: `reject #${number} p:${shortId(proposal)}`,
        },
      ]
    : [];
  return [
    ...second,
    { label: say(locale, "button.ack", { number }), command: `ack #${number}` },
    // An appeal is decided as it is: nobody has a lease on it.
    ...(state === "appealed"
      ? []
      : [{ label: say(locale, "button.take", { number }), command: `take #${number}` }]),
    { label: say(locale, "button.case", { number }), command: `case #${number}` },
  ];
}
