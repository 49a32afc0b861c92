import type { AuditEvent } from "../../src/engine/audit.ts";
import type { AuthorRole } from "../../src/engine/message.ts";
import type { Rule } from "../../src/engine/rule.ts";
import type { Verdict, VerdictFinding } from "../../src/engine/verdict.ts";
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
  readonly official: boolean;
  /** Only the author would see it on a real platform; the sandbox shows it with a label. */
  readonly nudge: string | null;
  readonly verdict: VerdictView | null;
  /** Judged in shadow mode: nothing came of the verdict. */
  readonly shadow: boolean;
  readonly case: CaseMark | null;
  readonly version: number;
}

export function viewMessage(message: ChatMessage, ruleWords: RuleWords): MessageView {
  const { id, channelId, author, text, sentAt, replyTo, status, hidden, official, nudge } = message;
  return {
    id,
    channel: channelId,
    author: { id: author.id, name: author.displayName, role: author.role },
    text: hidden ? null : text,
    sentAt,
    replyTo,
    status,
    hidden,
    official,
    nudge,
    verdict: message.verdict && viewVerdict(message.verdict, ruleWords),
    shadow: message.shadow,
    case: message.case,
    version: message.version,
  };
}

export function viewVerdict(verdict: Verdict, ruleWords: RuleWords): VerdictView {
  return {
    ...verdict,
    findings: verdict.findings.map((finding) => {
      const words = ruleWords(finding.rule);
      return { ...finding, words: words ? { title: words.title, reason: words.reason } : null };
    }),
  };
}

export function viewAuditEvent({ seq, at, type, payload, hash, previous }: AuditEvent) {
  return { seq, at, type, payload, hash, previous };
}
