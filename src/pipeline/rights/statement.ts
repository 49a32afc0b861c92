import type { Case, CaseSource } from "../../engine/case/case.ts";
import type { Policy } from "../../engine/policy.ts";
import {
  type Restriction,
  toTransparencyRecord,
} from "../../engine/statement/transparency-record.ts";
import type { Verdict } from "../../engine/verdict.ts";
import type { Statement } from "../../ports/rights.ts";
import type { StoredMessage } from "../../ports/store.ts";
import { say, type WordKey } from "../../words/say.ts";
import { personalId, type PipelineDeps } from "../deps.ts";
import { ruleWords } from "./rule-words.ts";

/** What somebody is owed a statement about. Times are epoch ms. */
export interface Reasons {
  /** What the id is made of: for each restriction its own, the same for every try. */
  readonly basis: readonly (string | number)[];
  readonly authorId: string;
  /** null: before anybody decided. */
  readonly decisionId: string | null;
  readonly restrictions: readonly Restriction[];
  /** Id of a rule, or words that name one of the community's own. */
  readonly rule: string;
  readonly byMachine: boolean;
  readonly at: number;
}

/** What it is about. */
export interface Subject {
  readonly case: Pick<Case, "id" | "communityId" | "source" | "families">;
  readonly message: Pick<StoredMessage, "sentAt">;
  readonly verdict: Pick<Verdict, "findings">;
}

/**
 * A statement of reasons with its record. The record's sentences are those of the catalogue and of the
 * packs, in the community's language: words of members and moderators never go into it.
 */
export function makeStatement(
  deps: Pick<PipelineDeps, "digests" | "ruleSet">,
  policy: Policy,
  subject: Subject,
  reasons: Reasons,
): Statement {
  const { case: item, message, verdict } = subject;
  const { authorId, decisionId, restrictions, rule, byMachine, at } = reasons;
  const { language } = policy;
  const id = `r-${personalId(deps, ["statement", ...reasons.basis])}`;
  const words = ruleWords(deps, verdict, rule, language);
  const record = toTransparencyRecord({
    id,
    restrictions,
    source: item.source,
    family: words?.family ?? item.families[0] ?? null,
    ground: words?.title ?? say(language, "author.community-rules"),
    explanation: words
      ? [words.reason, words.citation].filter((each) => each !== "").join(" — ")
      : say(language, "rights.record.own-rule"),
    facts: say(language, byMachine ? "rights.record.machine" : FACTS[item.source]),
    byMachine,
    sentAt: message.sentAt,
    decidedAt: at,
  });
  return {
    id,
    communityId: item.communityId,
    caseId: item.id,
    decisionId,
    authorId,
    at,
    record,
    revokedAt: null,
  };
}

const FACTS: Readonly<Record<CaseSource, WordKey>> = {
  rule: "rights.record.rule",
  "early-warning": "rights.record.rule",
  report: "rights.record.report",
  review: "rights.record.review",
  feedback: "rights.record.review",
  question: "rights.record.review",
};
