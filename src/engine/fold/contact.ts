import type { Edit } from "./view.ts";

/**
 * Finds homophones and disguises of contact words in folded text, each with its usual spelling: 微信, qq,
 * 公众号, 电报 (Telegram), whatsapp, 小红书, 抖音, 群. Names that are words of their own (卫星, 威信, 企鹅, 飞机) stay in
 * company that speaks of the thing itself; Latin abbreviations count as whole tokens only (vx, not vxworks).
 */
export function findContacts(folded: string): readonly Edit[] {
  if (!HINT.test(folded)) return [];
  const edits: Edit[] = [];
  for (const match of folded.matchAll(DISGUISES)) {
    const text = SPELLINGS[match.slice(1).findIndex((group) => group !== undefined)];
    const start = match.index;
    const end = start + match[0].length;
    if (text !== undefined && text !== match[0]) edits.push({ start, end, text });
  }
  return edits;
}

const HEART = "[❤♥♡💓-💟🖤🤍🤎🧡]";
const XIN = `(?:${HEART}{0,2}(?:信|芯|伩|亻言|心)|${HEART}{1,2}|xin(?![a-z])|x(?![a-z]))`;
/** Nothing before or after that would make the letters part of a word, an address or a handle. */
const BEFORE = String.raw`(?<![a-z0-9_./@-])`;
const AFTER = String.raw`(?![a-z_]|[./-][a-z0-9])`;
const ID = String.raw`(?=[号:;是]{0,2}\s?\d{5})`;
const ADD = String.raw`(?:[加伽]|(?<![a-z0-9])\+)\s?[我个]?\s?`;
// 加微调 adds something finer; 加微聊 adds a contact.
const NO_WORD = String.raw`(?![信a-z]|(?![号同聊详咨了私看进拉群备领好询免我])\p{Script=Han})`;
/** 叩 is a knock as well: 叩叩门, 叩叩叩. */
const NO_KNOCK = "(?<!叩叩叩)(?!叩|[首头响地]|.{0,3}门)";
const NO_SPACECRAFT =
  "(?!发射|导航|定位|云?图|地图|电视|通信|通讯|电话|轨道|信号|系统|网|站|天线|数据|城|影像|锅|链路|节点|在|的)";

/**
 * The usual spelling, then what is read as it. The first that matches at a place wins, so longer ones come first.
 * Source: spellings seen in public corpora of Chinese chat and SMS spam.
 */
const TABLE: readonly (readonly [string, string])[] = [
  ["加微信", `(?:[加伽]|(?<![a-z0-9])\\+)\\s?(?:[薇微徽溦嶶]|[vw])\\s?${XIN}`],
  ["加微信", `${ADD}(?:[薇微徽溦嶶]${NO_WORD}|[vw]${AFTER}(?![信芯心]))`],
  ["加qq", `${ADD}(?:[扣抠蔻](?![扣抠蔻款])|q${AFTER})${ID}`],
  ["微信", `[薇微徽溦嶶]\\s?${XIN}|微chat`],
  ["微信", String.raw`(?<![有树立失信的大高其导府])威[信芯](?![扫力高很大])`],
  ["加微信", `${ADD}(?<![增参更附][加伽])(?:卫星|🛰)${NO_SPACECRAFT}`],
  [
    "微信",
    String.raw`(?<!人造|北斗|气象|通信|导航|遥感|侦察|间谍|地球|同步|观测|商业|[颗枚个射造小星])(?:卫星|🛰)(?=号(?!称)|[:是]\s?[a-z0-9_-]{5}|\s?[a-z_-]{0,19}\d[a-z0-9_-]{4}|\s?(?=[a-z0-9_-]{5})[a-z_-]{0,19}\d)`,
  ],
  ["微信", String.raw`[嶶溦薇](?=[号:;]?\s?[a-z0-9_-]{5})|(?<![a-z])微(?=[号:;]?\s?\d{6})`],
  // 征信 is a credit report, unless an id follows.
  ["微信", String.raw`征信(?=号?\s?[:是]\s?[a-z][a-z0-9_-]{5})`],
  ["加微信", `${ADD}征信(?=号?[:是]?\\s?[a-z0-9_-]{5})`],
  [
    "微信",
    `${BEFORE}(?:wei?xin|wei信|wechat|vxin|vx|wx)${AFTER}|${BEFORE}[vw]\\s?(?:信|芯|${HEART}{1,2})`,
  ],
  [
    "qq",
    `叩叩${NO_KNOCK}|(?!叩叩)[扣抠叩蔻寇]{2}(?![搜索缩紧])|(?<=加)球球|${BEFORE}q\\s?q(?![a-z_]|[./-][a-z])|${BEFORE}q(?=群)|🐧`,
  ],
  ["qq", String.raw`(?<![只南极小爱])企鹅(?![们君肉岛宝])`],
  ["qq", `(?:[扣抠蔻]|${BEFORE}q)${ID}`],
  ["公众号", "[公工宫][众粽仲重终钟种中忠][号昊浩]|公zhong号|(?<![a-z0-9_./@-])gzh(?![a-z_])"],
  ["电报", `纸飞机|电(?:抱|暴|bao)|${BEFORE}(?:telegram|telegarm|tg)${AFTER}`],
  ["加电报", String.raw`[加+]\s?(?:飞机|✈)(?!票|场|餐|上)`],
  ["电报", String.raw`(?:飞机|✈)(?=\s?(?:小?号|账号|群|频道|[:]?\s?@|:\s?[a-z]))`],
  ["whatsapp", `${BEFORE}what'?s\\s?app${AFTER}|${BEFORE}wa(?=[:+]\\s?\\d{6})`],
  ["小红书", `小红[薯术]|${BEFORE}xhs${AFTER}`],
  ["抖音", `抖yi?n?(?![a-z])|dou音|${BEFORE}douyin${AFTER}`],
  ["群", "(?<=[加进入建拉扣q鹅私][个我]?)裙"],
];

const SPELLINGS: readonly string[] = TABLE.map(([spelling]) => spelling);
const DISGUISES = new RegExp(TABLE.map(([, pattern]) => `(${pattern})`).join("|"), "gu");
/**
 * Every pattern holds one of these, so most messages cost one scan. The
 * halves of pairs stand for hearts, the satellite and the penguin: units are faster to scan than code points.
 */
const HINT = new RegExp(
  String.raw`[薇微徽溦嶶扣抠叩蔻寇裙q✈]|威[信芯]|卫星|征信|球球|企鹅|[公工宫](?:[众粽仲重终钟种中忠]|zh)|` +
    String.raw`电[抱暴b]|飞机|红[薯术]|抖y|\ud83d[\udef0\udc27]|` +
    String.raw`[vw]\s?[x信芯❤♥♡\ud83d\ud83e]|[加伽+]\s?[我个]?\s?[vw]|` +
    "xin|wei|wechat|what|wa[:+]|xhs|tg|teleg|gzh|dou",
);
