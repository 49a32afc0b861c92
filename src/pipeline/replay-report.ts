import { FAMILIES, type Family, type Message } from "../engine/message.ts";
import { planActions } from "../engine/plan.ts";
import type { Decision } from "../engine/policy.ts";
import type { Severity } from "../engine/severity.ts";
import { redact } from "../engine/redact.ts";
import type { Verdict } from "../engine/verdict.ts";

/** Examples kept of each rule: enough to judge it by, few enough to read. */
const EXAMPLES_PER_RULE = 20;
/** A bound on memory for a file of nothing but rubbish; `unreadable` counts on. */
const NAMED_RECORDS = 100_000;
/** UTF-16 units of an example's text on either side of the first span. */
const CONTEXT = 80;

export interface CommunityCounts {
  readonly id: string;
  readonly name: string | null;
  messages: number;
  flagged: number;
  cases: number;
  readonly byFamily: Record<Family, number>;
}

export interface RuleCounts {
  readonly rule: string;
  readonly family: Family;
  findings: number;
  readonly bySeverity: Partial<Record<Severity, number>>;
  readonly examples: ReplayExample[];
}

/** One finding to look at: where it stands, and its words, redacted. */
export interface ReplayExample {
  readonly community: string;
  readonly channel: string;
  readonly message: string;
  readonly sentAt: number;
  readonly severity: Severity;
  readonly score: number;
  readonly excerpt: string;
  readonly reason: string;
}

export interface NamedRecord {
  readonly record: number;
  readonly id: string | null;
  readonly reason: string;
}

/** What became of one file: `records = messages + skipped + unreadable`. */
export interface FileCounts {
  readonly file: string;
  messages: number;
  /** Records that are no messages (joins, pins and the like), by reason. */
  readonly skipped: Record<string, number>;
  unreadable: number;
  /** Each unreadable record, up to a hundred thousand; `unreadable` counts all. */
  readonly unreadableRecords: NamedRecord[];
  /** Why the file ended early or could not be opened; null when it was read to its end. */
  broken: string | null;
}

/** The account of a replay: counts that add up, and what could not be read. */
export interface ReplaySummary {
  readonly rulesVersion: string;
  readonly messages: number;
  readonly skipped: number;
  readonly unreadable: number;
  readonly flagged: number;
  readonly cases: number;
  readonly byDecision: Readonly<Record<Decision, number>>;
  readonly byFamily: Readonly<Record<Family, number>>;
  readonly erroredRules: Readonly<Record<string, number>>;
  readonly communities: readonly CommunityCounts[];
  readonly rules: readonly RuleCounts[];
  readonly files: readonly FileCounts[];
}

/** Collects the account of a replay; its size grows with communities, rules and files, not with messages. */
export class ReplayReport {
  readonly #rulesVersion: string;
  readonly #communities = new Map<string, CommunityCounts>();
  readonly #rules = new Map<string, RuleCounts>();
  readonly #files: FileCounts[] = [];
  readonly #byDecision: Record<Decision, number> = {
    none: 0,
    log: 0,
    nudge: 0,
    escalate: 0,
    hold: 0,
  };
  readonly #byFamily: Record<Family, number> = noFamilies();
  readonly #errored: Record<string, number> = {};

  constructor(rulesVersion: string) {
    this.#rulesVersion = rulesVersion;
  }

  /** Starts the account of a file; the records that follow are counted under it. */
  openFile(file: string): FileCounts {
    const counts: FileCounts = {
      file,
      messages: 0,
      skipped: {},
      unreadable: 0,
      unreadableRecords: [],
      broken: null,
    };
    this.#files.push(counts);
    return counts;
  }

  addSkipped(file: FileCounts, reason: string): void {
    file.skipped[reason] = (file.skipped[reason] ?? 0) + 1;
  }

  addUnreadable(file: FileCounts, record: NamedRecord): void {
    file.unreadable += 1;
    if (file.unreadableRecords.length >= NAMED_RECORDS) return;
    file.unreadableRecords.push({
      ...record,
      id: record.id === null ? null : maskedName(record.id),
    });
  }

  addVerdict(file: FileCounts, message: Message, verdict: Verdict): void {
    file.messages += 1;
    this.#byDecision[verdict.decision] += 1;
    const community = this.#community(message);
    community.messages += 1;
    if (verdict.flags.length > 0) community.flagged += 1;
    if (planActions(verdict, "shadow").opensCase) community.cases += 1;
    for (const family of verdict.flags) {
      community.byFamily[family] += 1;
      this.#byFamily[family] += 1;
    }
    for (const rule of verdict.errored ?? []) this.#errored[rule] = (this.#errored[rule] ?? 0) + 1;
    for (const finding of verdict.findings) this.#addFinding(message, verdict, finding);
  }

  #community(message: Message): CommunityCounts {
    const { id } = message.community;
    const name = message.community.name === undefined ? null : maskedName(message.community.name);
    const known = this.#communities.get(id);
    if (known) return known;
    const counts = { id, name, messages: 0, flagged: 0, cases: 0, byFamily: noFamilies() };
    this.#communities.set(id, counts);
    return counts;
  }

  #addFinding(message: Message, verdict: Verdict, finding: Verdict["findings"][number]): void {
    const counts = this.#rules.get(finding.rule) ?? {
      rule: finding.rule,
      family: finding.family,
      findings: 0,
      bySeverity: {},
      examples: [],
    };
    this.#rules.set(finding.rule, counts);
    counts.findings += 1;
    counts.bySeverity[finding.severity] = (counts.bySeverity[finding.severity] ?? 0) + 1;
    if (counts.examples.length >= EXAMPLES_PER_RULE) return;
    counts.examples.push({
      community: maskedName(message.community.name ?? message.community.id),
      channel: maskedName(message.channel.name ?? message.channel.id),
      message: message.id,
      sentAt: message.sentAt,
      severity: finding.severity,
      score: finding.score,
      excerpt: excerptOf(message.text, verdict, finding.spans[0]?.start ?? 0),
      reason: finding.reason,
    });
  }

  summary(): ReplaySummary {
    const communities = [...this.#communities.values()].toSorted((a, b) => b.messages - a.messages);
    const sum = (count: (file: FileCounts) => number) =>
      this.#files.reduce((n, file) => n + count(file), 0);
    return {
      rulesVersion: this.#rulesVersion,
      messages: sum((file) => file.messages),
      skipped: sum((file) => Object.values(file.skipped).reduce((n, count) => n + count, 0)),
      unreadable: sum((file) => file.unreadable),
      flagged: communities.reduce((n, community) => n + community.flagged, 0),
      cases: communities.reduce((n, community) => n + community.cases, 0),
      byDecision: this.#byDecision,
      byFamily: this.#byFamily,
      erroredRules: this.#errored,
      communities,
      rules: [...this.#rules.values()].toSorted(
        (a, b) => b.findings - a.findings || (a.rule < b.rule ? -1 : 1),
      ),
      files: this.#files,
    };
  }
}

/** Names are free text: people put telephone numbers into them. Platform ids, which are numbers, stay. */
function maskedName(name: string): string {
  return /^-?\d+$/u.test(name) ? name : redact(name, []);
}

function noFamilies(): Record<Family, number> {
  return { claim: 0, leak: 0, promotion: 0, complaint: 0 };
}

/** The words around the first span, with everything personal masked. */
function excerptOf(text: string, verdict: Verdict, at: number): string {
  const leaks = verdict.findings
    .filter((finding) => finding.family === "leak")
    .flatMap((finding) => finding.spans);
  const masked = redact(text, leaks);
  const start = Math.max(0, at - CONTEXT);
  const end = Math.min(masked.length, at + CONTEXT);
  return `${start > 0 ? "…" : ""}${masked.slice(start, end).toWellFormed()}${end < masked.length ? "…" : ""}`;
}

/** Families in report order with their counts, leaving out those without any. */
export function familiesOf(
  counts: Readonly<Record<Family, number>>,
): readonly (readonly [Family, number])[] {
  return FAMILIES.filter((family) => counts[family] > 0).map((family) => [family, counts[family]]);
}
