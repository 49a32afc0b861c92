import type { AuditEvent } from "../../src/engine/audit.ts";
import type { AuthorRole } from "../../src/engine/message.ts";
import type { Rule } from "../../src/engine/rule.ts";
import type { Verdict, VerdictFinding } from "../../src/engine/verdict.ts";
import type { CaseView, Standing } from "../../src/ports/store.ts";
import type { CaseMark, ChatMessage } from "./chat.ts";

/** Title and reason of a rule in every language; undefined for a rule that is no longer in force. */
export type RuleWords = (ruleId: string) => Pick<Rule, "title" | "reason"> | undefined;

/** A finding with its rule's words in every language, for a page that can be switched. */
export type FindingView = VerdictFinding & {
  readonly words: Pick<Rule, "title" | "reason"> | null;
};
export type VerdictView = Omit<Verdict, "findings"> & { readonly findings: readonly FindingView[] };

export interface AuthorView {
  readonly id: string;
  /** null when the sandbox no longer knows the name. */
  readonly name: string | null;
  readonly role: AuthorRole;
}

/** A message as members see it: no text while it is hidden. */
export interface MessageView {
  readonly id: string;
  readonly channel: string;
  readonly author: AuthorView;
  readonly text: string | null;
  readonly sentAt: number;
  readonly replyTo: string | null;
  readonly status: ChatMessage["status"];
  readonly hidden: boolean;
  /** Only the author would see it on a real platform; the sandbox shows it with a label. */
  readonly nudge: string | null;
  readonly verdict: VerdictView | null;
  readonly case: CaseMark | null;
  readonly version: number;
}

export function viewMessage(message: ChatMessage, ruleWords: RuleWords): MessageView {
  const { id, channelId, author, text, sentAt, replyTo, status, hidden, nudge } = message;
  return {
    id,
    channel: channelId,
    author: { id: author.id, name: author.displayName, role: author.role },
    text: hidden ? null : text,
    sentAt,
    replyTo,
    status,
    hidden,
    nudge,
    verdict: message.verdict && viewVerdict(message.verdict, ruleWords),
    case: message.case,
    version: message.version,
  };
}

function viewVerdict(verdict: Verdict, ruleWords: RuleWords): VerdictView {
  return {
    ...verdict,
    findings: verdict.findings.map((finding) => {
      const words = ruleWords(finding.rule);
      return { ...finding, words: words ? { title: words.title, reason: words.reason } : null };
    }),
  };
}

/** What a moderator is shown of a case. The text is the redacted evidence, never the message. */
export function viewCase(
  view: CaseView,
  known: {
    readonly name: string | null;
    readonly standing: Standing | null;
    readonly mark: CaseMark | undefined;
    readonly ruleWords: RuleWords;
  },
) {
  const { id, number, state, severity, families, shadow, held, openedAt, decidedAt } = view;
  const { message, decision } = view;
  const rung = Math.max(view.rung, known.mark?.rung ?? 0);
  return {
    id,
    number,
    state,
    severity,
    families,
    shadow,
    held,
    rung,
    overdue: state === "open" && rung > 0,
    openedAt,
    decidedAt,
    channelId: message.channelId,
    channel: message.channelName ?? message.channelId,
    messageId: message.messageId,
    sentAt: message.sentAt,
    author: { id: message.authorId, name: known.name, role: message.authorRole },
    standing: known.standing,
    evidence: message.evidence,
    verdict: viewVerdict(view.verdict, known.ruleWords),
    decision,
  };
}

export function viewAuditEvent({ seq, at, type, payload, hash, previous }: AuditEvent) {
  return { seq, at, type, payload, hash, previous };
}
