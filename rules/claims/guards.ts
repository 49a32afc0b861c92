import type { Clause } from "../../src/engine/clauses.ts";
import type { Match } from "../patterns.ts";

/**
 * What keeps a cue from being an assertion. Each works on the cue's own clause: a sales pitch that
 * ends in "有兴趣吗？" must not clear the promise that stands before it (docs/adr/0005-guards-work-on-clauses.md).
 */
export const GUARDS = ["question", "negation", "report", "warning"] as const;
export type Guard = (typeof GUARDS)[number];

const ZH_QUESTION =
  /[吗嘛]\s*$|请问|是不是|是否|真的假的|有没有|能不能|会不会|可不可以|靠谱不|什么是/u;
const EN_QUESTION =
  /^\s*(?:is|are|do|does|did|can|could|will|would|has|have|how|what|why|who|where|any)\b/u;

// 不仅, 不但 and the like affirm; "不用" and "不怕" reassure.
const ZH_NEGATION =
  /(?:不(?!仅|但|只|光|止|单|用|需|必|怕|愁|要错)|没有?|未|别|从未|并非|哪有|哪来|拒绝|禁止|谨防|警惕|小心|远离|不存在)[^\n]{0,6}$/u;
const EN_NEGATION =
  /\b(?:not?|never|nothing|nobody|neither|nor|without|beware of|avoid|cannot|can['’]?t|(?:do|does|did|is|are|was|were|wo|would|should)n['’]?t)(?:[\s-]+[a-z'’-]+){0,4}[\s-]*$/u;
const ZH_REPORT =
  /你们(?:之前|当时|当初)?(?:不是)?(?:说|讲|承诺|宣传|保证)|说好的?|所谓|号称|宣传(?:说|的|页)?|当初(?:说|承诺)|他们说|自称|标榜|打着/u;
const EN_REPORT =
  /\b(?:you|they|he|she|it|ad|ads|website|someone|people)\s+(?:all\s+)?(?:said|say|says|claim|claims|claimed|promise|promises|promised|told|advertised?)\b|\bso[- ]called\b|\bsupposed(?:ly)?\b/u;
const ZH_WARNING =
  /辟谣|反诈|诈骗|骗局|骗子|骗人|谨防|警惕|防骗|举报|被骗|上当|传销|群规|禁止|违规|违法|被罚|处罚|别信|不要相信|都是假/u;
const EN_WARNING =
  /\b(?:scams?|scammers?|frauds?|fraudulent|ponzi|beware|warning|psa|fined|banned|prohibited|not allowed|do ?n['’]?t (?:trust|believe|fall for)|red flags?|too good to be true)\b/u;
const OPENING_WARNING =
  /^[\s【[(*#]*(?:风险提示|温馨提示|反诈|防骗|群规|提醒|警惕|谨防|辟谣|psa|warning|beware|reminder)/u;

/** Names of the guards, out of `allowed`, that hold for a cue in its clause; in the order of `GUARDS`. */
export function guardsOf(
  folded: string,
  clause: Clause,
  cue: Match,
  allowed: readonly Guard[],
): readonly Guard[] {
  return allowed.filter((guard) => holds(guard, folded, clause, cue));
}

function holds(guard: Guard, folded: string, clause: Clause, cue: Match): boolean {
  const before = folded.slice(clause.start, cue.start);
  switch (guard) {
    case "question":
      return (
        ZH_QUESTION.test(clause.text) ||
        clause.mark === "?" ||
        (clause.mark === "" && EN_QUESTION.test(clause.text))
      );
    case "negation":
      return ZH_NEGATION.test(before) || EN_NEGATION.test(before);
    case "report":
      return ZH_REPORT.test(before) || EN_REPORT.test(before);
    case "warning":
      return (
        ZH_WARNING.test(clause.text) || EN_WARNING.test(clause.text) || OPENING_WARNING.test(folded)
      );
  }
}
