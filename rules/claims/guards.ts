import { type Clause, clauseIndexAt } from "../../src/engine/clauses.ts";
import type { Match } from "../patterns.ts";

/**
 * What keeps a cue from being an assertion. Each works on the cue's own clause: a sales pitch that
 * ends in "有兴趣吗？" must not clear the promise that stands before it (docs/adr/0005-guards-work-on-clauses.md).
 * Where a wording may be a promise or a warning of one, it is read as a promise.
 */
export const GUARDS = ["question", "negation", "report", "warning"] as const;
export type Guard = (typeof GUARDS)[number];

/** UTF-16 units before a cue in which a negation or a reporting word is looked for. */
const LOOK_BEHIND = 80;

const ZH_QUESTION =
  /[吗嘛]\s*$|(?<![那这多要])么\s*$|请问|是不是|是否|真的假的|有没有|能不能|会不会|可不可以|靠谱不|什么是/u;
const EN_QUESTION =
  /^\s*(?:is|are|do|does|did|can|could|will|would|has|have|how|what|why|who|where|any)\b(?!['’]| not\b| (?:to|i|we|our) )/u;
// "Who wants profits?" asks for customers, not for an answer.
const ZH_LURE =
  /有没有[^\n]{0,6}(?:想|要|愿意|感兴趣)|想要?(?:轻松|每天|每月|一起)?(?:稳|躺|赚|包赚|零风险|0风险|月入|日入|翻)/u;
const EN_LURE =
  /^\s*(?:(?:who|anyone|anybody|do you|you|are you|would you)\s)?(?:else\s)?(?:wants?|wanna|needs?|ready|interested|like)\b/u;
const ANSWER =
  /^[\s"”)]*(?:yes|yeah|yep|yup|absolutely|definitely|of course|sure|certainly)\b|^[\s"”)]*(?:是的(?!话)|没错|当然|必须的|肯定|对[,!。\s]*$|能[,!。\s]*$|可以[,!。\s]*$)/u;

// Some words with 不, 没, 别 and 未 affirm (不仅, 没错, 别错过, 未来), and "不懂也能赚" affirms what follows 也.
const ZH_NEGATION =
  /(?:(?:不(?!仅|但|只|光|止|单|用|需|必|怕|愁|管|论|断|停|错|久|少|愧|到|限|[要能可容]错过)|(?<!有)没(?!错|问题|想到|有?(?:什么|谁|哪个|任何)?[^\n比]{0,3}比)有?|未(?!来)|(?<![特区级分类个])别(?!再?(?:错过|犹豫|等|担心|怕|着急)|墅)|从未|并非|哪有|哪来|拒绝|禁止|严禁|谨防|警惕|小心|远离|不存在))(?:(?![也骗诈]|传销|违[法规])[^\n]){0,6}$/u;

// What stands between a negation and the cue, one word at a time: letters and gaps share no character.
const EN_DENIES = String.raw`(?:not|never|cannot|can['’]?t|(?:do|does|did|is|are|was|were|wo|would|should)n['’]?t)`;
const EN_GAP = String.raw`[\s-]{1,3}`;
const EN_URGES =
  "(?:ever )?(?:miss|wait|hesitate|pass|skip|sleep|worry|forget|only|just|merely|lose out)";
const EN_BREAKS =
  "(?:and|but|plus|with|scams?|frauds?|fake|ponzi|jokes?|lies?|tricks?|mlm|pyramid)";
const EN_WORD = `(?!${EN_BREAKS}(?![a-z]))[a-z'’]{1,24}`;
const EN_OFFERS = "(?:offer|promise|guarantee|provide|claim|sell|pay|give|make|believe in)";
const EN_NEGATION = new RegExp(
  String.raw`(?<![a-z])(?:(?:${EN_DENIES}|no|nothing|nobody|neither|nor|without|beware of|avoid)` +
    String.raw`(?![\s-]{1,3}${EN_URGES}(?![a-z]))(?:${EN_GAP}${EN_WORD}){0,4}|` +
    String.raw`${EN_DENIES}${EN_GAP}${EN_OFFERS}(?:${EN_GAP}[a-z'’]{1,24}){0,4})[\s-]{0,3}$`,
  "u",
);

const ZH_REPORT =
  /你们(?:之前|当时|当初)?(?:不是)?(?:说|讲|承诺|宣传|保证)|说好的?|所谓|号称|宣称|宣传(?:说|的|页)?|当初(?:说|承诺)|[他她]们?(?:当时|跟我|对我|还|都|总|老|之前)?(?:说|讲|承诺|保证)|(?:有人|骗子|对方|业务员)(?:说|讲|承诺|保证)|凡是?[^\n,]{0,4}(?:说|讲|称|承诺)|自称|标榜|打着/u;
const EN_REPORT =
  /\b(?:you|they|he|she|it|ad|ads|website|someone|somebody|anyone|anybody|people)\s(?:all\s|who\s)?(?:said|say|says|claim|claims|claimed|claiming|promise|promises|promised|promising|told|advertised?)\b|\b(?:someone|somebody|anyone|anybody|people|they)\s(?:who\s)?offer(?:s|ed|ing)?\b|\bso[- ]called\b|\bsupposed(?:ly)?\b/u;

// "不是骗局" and "not a scam" praise.
const ZH_WARNING =
  /(?<!不是|不是什么|并非|绝非|不|没有?|非|不会|不搞|拒绝|告别)(?:辟谣|反诈|诈骗|骗局|骗子|骗人|谨防|警惕|防骗|举报|被骗|上当|传销|群规|禁止|严禁|违规|违法|被罚|处罚|别信|不要相信|都是假|冒充|假冒)/u;
const EN_WARNING =
  /(?<!\b(?:not|no|n['’]?t|never|zero|without)\s(?:(?:an?|any|another|some)\s)?)\b(?:scams?|scammers?|frauds?|fraudulent|ponzi|beware|warning|psa|fined|banned|prohibited|not allowed|do ?n['’]?t (?:trust|believe|fall for)|red flags?|too good to be true|do(?:es)?(?: not|n['’]?t) exist)\b/u;
/** Labels that only a warning carries; it reaches to the end of the first sentence. "提醒" and "warning" also open adverts. */
const WARNING_LABEL =
  /^[\s【[(*#]{0,4}(?:反诈|防骗|辟谣|警惕|谨防|psa|scam alert|beware)[^\n,。!?;:]{0,8}$/u;
const SENTENCE_END = /[。！？!?\n.…]/u;
const FIRST_PERSON =
  /我们|我司|本(?:平台|公司|群|项目|店)|加(?:群|我|微|v)|进群|\b(?:we|our|us|join)\b/u;

/** Names of the guards that hold for a cue, in the order of `GUARDS`; empty where it is asserted. */
export type ReadGuards = (cue: Match) => readonly Guard[];

/**
 * Prepares the guards of one text. What depends on the clause alone is read once for each clause, and
 * a cue costs a bounded look behind it, so that many cues in one long clause stay linear.
 */
export function makeGuards(
  folded: string,
  clauses: readonly Clause[],
  allowed: readonly Guard[],
): ReadGuards {
  const labelEnd = allowed.includes("warning") ? endOfWarning(clauses) : 0;
  const ofClause = new Map<number, readonly Guard[]>();
  return (cue) => {
    const index = clauseIndexAt(clauses, cue.start);
    const clause = clauses[index];
    if (!clause) return [];
    let wide = ofClause.get(index);
    if (!wide) {
      wide = guardsOfClause(clause, clauses[index + 1], labelEnd);
      ofClause.set(index, wide);
    }
    const before = folded.slice(Math.max(clause.start, cue.start - LOOK_BEHIND), cue.start);
    return allowed.filter((guard) => wide.includes(guard) || holdsBefore(guard, before));
  };
}

function guardsOfClause(
  clause: Clause,
  next: Clause | undefined,
  labelEnd: number,
): readonly Guard[] {
  const guards: Guard[] = [];
  if (isQuestion(clause, next)) guards.push("question");
  const isLabelled = clause.start < labelEnd && !FIRST_PERSON.test(clause.text);
  if (isLabelled || ZH_WARNING.test(clause.text) || EN_WARNING.test(clause.text)) {
    guards.push("warning");
  }
  return guards;
}

function isQuestion(clause: Clause, next: Clause | undefined): boolean {
  const { text, mark } = clause;
  const asks = mark === "?" || ZH_QUESTION.test(text) || (mark === "" && EN_QUESTION.test(text));
  if (!asks || ZH_LURE.test(text) || EN_LURE.test(text)) return false;
  return !(next && next.mark !== "?" && ANSWER.test(next.text));
}

function holdsBefore(guard: Guard, before: string): boolean {
  if (guard === "negation") return ZH_NEGATION.test(before) || EN_NEGATION.test(before);
  return guard === "report" && (ZH_REPORT.test(before) || EN_REPORT.test(before));
}

/** Where the sentence ends that a warning label opens; 0 without a label. */
function endOfWarning(clauses: readonly Clause[]): number {
  const [label] = clauses;
  if (label?.mark !== ":" || !WARNING_LABEL.test(label.text)) return 0;
  const last = clauses.find(({ mark }) => SENTENCE_END.test(mark));
  return last?.end ?? Number.POSITIVE_INFINITY;
}

const ZH_DENIED =
  /(?:不(?:是|算|太|怎么|至于|会|觉得)?(?:很|太|说)?|没有?(?:觉得)?|并非|谨防|警惕|小心|提防|防止|远离)\s?$/u;
const EN_DENIED =
  /(?:\b(?:not|never)|n['’]t|\bno)(?: (?:at all|very|really|too|so|that|particularly|even|be|a|the))?\s?$/u;

/**
 * Whether the words right before a cue deny it. Complaints are made of negations ("不给退款", "never
 * replies"), so only what touches the cue counts here.
 */
export function isDenied(folded: string, cue: Match): boolean {
  const before = folded.slice(Math.max(0, cue.start - 24), cue.start);
  return ZH_DENIED.test(before) || EN_DENIED.test(before);
}
