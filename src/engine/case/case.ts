import type { AuthorRole, Family } from "../message.ts";
import type { Severity } from "../severity.ts";
import type { Decision, Proposal } from "./decision.ts";

/**
 * `open`: nobody has it. `assigned`: a moderator holds it for the time of a lease. `on-hold`: something
 * is waited for. `decided`: a decision stands and may be undone or appealed. `appealed`: the author
 * has appealed. `reopened`: a decision was undone or a closed case taken up again; nobody has it.
 * `closed`: nothing more is expected.
 */
export const CASE_STATES = [
  "open",
  "assigned",
  "on-hold",
  "decided",
  "appealed",
  "reopened",
  "closed",
] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** States in which somebody must still decide; a duplicate joins a case in one of them. */
export const UNDECIDED: readonly CaseState[] = ["open", "reopened", "assigned", "on-hold"];

/** States in which somebody is waited for, so that the ladder is climbed: an appeal is to be decided too. */
export const AWAITED: readonly CaseState[] = [...UNDECIDED, "appealed"];

/** What opened a case; kept apart, because each has its own precision. */
export const CASE_SOURCES = [
  "rule",
  "report",
  "early-warning",
  "review",
  "feedback",
  "question",
] as const;
export type CaseSource = (typeof CASE_SOURCES)[number];

/** A lease on a case. It ends at `until` unless its owner does something on the case before. */
export interface Assignment {
  readonly moderatorId: string;
  readonly since: number;
  readonly until: number;
}

/** How far the escalation ladder of a case has come. */
export interface LadderState {
  /**
   * 1 for the first. A new round begins when the last one has rested after its end, when the case becomes graver
   * or climbs another ladder, is given back, unacknowledged or reopened, or needs a second moderator.
   */
  readonly round: number;
  readonly startedAt: number;
  /** Steps of this round that were taken. */
  readonly step: number;
  /** Epoch ms at which the next step is due, or after the last one the next round; null when nobody is waited for. */
  readonly nextAt: number | null;
  /**
   * The place of that step in its ladder, in ms from the beginning of the round: where the ladder in force says
   * otherwise, it is another by now. null while the ladder rests until the next round.
   */
  readonly plannedMs: number | null;
  /** The same of the step before it; null for the first. */
  readonly takenMs: number | null;
  /** Epoch ms of the first hold in this round; null when there was none. */
  readonly heldSince: number | null;
  readonly acknowledged: { readonly by: string; readonly at: number } | null;
  /** The step that is due found nobody to page. */
  readonly waiting: boolean;
}

/** A finding, a report or a question that a human must answer. */
export interface Case {
  readonly id: string;
  readonly platform: string;
  readonly communityId: string;
  /** 1 for the first case of a community, without gaps: people say `#142`. */
  readonly number: number;
  readonly source: CaseSource;
  /** The message that opened it. */
  readonly messageKey: string;
  /** Who it is about; empty once erased. */
  readonly authorId: string;
  /** The gravest standing among those who posted its messages: the company answers for its staff. */
  readonly speaker: AuthorRole;
  readonly state: CaseState;
  /** null when a rule broke and nothing else was found. */
  readonly severity: Severity | null;
  readonly families: readonly Family[];
  /** Opened in shadow mode: nothing was done and nobody was woken. */
  readonly shadow: boolean;
  /** At least one of its messages was hidden before anybody decided. */
  readonly held: boolean;
  /** Messages that belong to it, duplicates and revisions included. */
  readonly messages: number;
  /** Members who reported one of its messages. */
  readonly reports: number;
  /** Members who could have seen it; null when the platform does not say. */
  readonly reach: number | null;
  readonly assignment: Assignment | null;
  /** Epoch ms at which a case on hold comes back; null when it is not on hold. */
  readonly onHoldUntil: number | null;
  /** A decision that waits for a second moderator. */
  readonly proposal: Proposal | null;
  /** The decision that stands. */
  readonly decision: Decision | null;
  readonly ladder: LadderState;
  readonly openedAt: number;
  readonly lastSeenAt: number;
  readonly decidedAt: number | null;
  readonly closedAt: number | null;
}

const SEVERITY_POINTS: Readonly<Record<Severity, number>> = { S1: 1000, S2: 400, S3: 150, S4: 50 };
const NO_SEVERITY_POINTS = 100;
/** The company answers for its own: half an S2. */
const SPEAKER_POINTS: Readonly<Record<AuthorRole, number>> = {
  staff: 200,
  affiliate: 200,
  bot: 100,
  member: 0,
};
/** For each tenfold of members who could have seen it. */
const REACH_POINTS = 40;
const REPORT_POINTS = 25;
/** A campaign of reports must not outrank savings at risk. */
const MOST_REPORT_POINTS = 250;
/** Half a point a minute: an S2 that has waited for 20 hours goes before an S1 of this moment. */
const POINTS_PER_MS = 0.5 / 60_000;

/**
 * The order of the queue, greatest first. Age is in it as a constant: every case grows older at the
 * same pace, so the order of two never changes with time alone, and an index holds it.
 */
export function priorityOf(
  item: Pick<Case, "severity" | "speaker" | "reach" | "reports" | "openedAt">,
): number {
  const grave = item.severity === null ? NO_SEVERITY_POINTS : SEVERITY_POINTS[item.severity];
  const reach = REACH_POINTS * Math.log10(Math.max(1, item.reach ?? 1));
  const reports = Math.min(MOST_REPORT_POINTS, REPORT_POINTS * item.reports);
  return grave + SPEAKER_POINTS[item.speaker] + reach + reports - item.openedAt * POINTS_PER_MS;
}
