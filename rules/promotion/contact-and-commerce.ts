import { z } from "zod";
import {
  defineDetector,
  type Detect,
  type EvidenceSpan,
  type Finding,
} from "../../src/engine/detector.ts";
import type { TextView } from "../../src/engine/fold/index.ts";
import type { Signals } from "../../src/engine/signals.ts";
import { WEIGHTS, type SignalName } from "./weights.ts";

const config = z.strictObject({
  strictness: z
    .number()
    .min(-2)
    .max(2)
    .default(0)
    .describe("added to the log-odds: above 0 flags more of the grey zone, below 0 less"),
});
type Config = z.infer<typeof config>;

interface Cue {
  readonly name: SignalName;
  readonly pattern: RegExp;
}

/** Ways to be reached, on the view in which disguised names of messengers are spelt out. */
const CONTACT: readonly Cue[] = [
  {
    name: "messengerId",
    pattern:
      /(?:微信|qq|电报|telegram|whatsapp|line|skype|飞机)\s?(?:号|群|id)?\s?[:是=~-]{0,2}\s?[a-z0-9_-]{5,20}|加\s?(?:我)?\s?(?:微信|qq|电报)/u,
  },
  {
    name: "inviteLink",
    pattern:
      /(?:t\.me|telegram\.me|discord\.gg|discord(?:app)?\.com\/invite|wa\.me|chat\.whatsapp\.com|bit\.ly)\/\S/u,
  },
  { name: "handle", pattern: /(?<![\w.@])@[a-z0-9_]{5,32}\b/u },
  { name: "longNumber", pattern: /(?<!\d)\d{7,12}(?!\d)/u },
  {
    name: "messageMe",
    pattern:
      /私(?:聊|信|我)|联系(?:我|客服|管理)|咨询(?:我|客服)?[:加]|加(?:我|群|好友|v)|进群|入群|\b(?:dm|pm|inbox|message|contact|text|whatsapp|hmu)\s?(?:me|us|now|for)\b|\blink in (?:my )?bio\b/u,
  },
];

/** Words of trade. */
const COMMERCE: readonly Cue[] = [
  {
    name: "price",
    pattern:
      /(?:[¥￥$€£]|usdt?|rmb)\s?\d|\d\s?(?:元|块|usdt?|rmb|刀|eur|usd|折)|\b(?:price|cheap|only \$)/u,
  },
  {
    name: "discount",
    pattern:
      /优惠|折扣|特价|秒杀|限时|免费(?:领|送|试|赠)|包邮|促销|返利|红包|福利|\b(?:discounts?|promo(?:tion)?s?|\d{1,2}% off|free (?:trial|gift|access|spins?|crypto)|coupon|giveaway|airdrop|bonus)\b/u,
  },
  {
    name: "trade",
    pattern:
      /出售|收购|代理|代办|代购|批发|供应|招商|加盟|回收|现货|下单|订购|接单|办理|贷款|\b(?:for sale|selling|buy now|order now|shop now|wholesale|in stock|limited (?:offer|time|slots?))\b/u,
  },
  {
    name: "earning",
    pattern:
      /日(?:入|赚|结)|月(?:入|赚)|兼职|躺赚|赚钱|高薪|佣金|提成|推广员|带单|\b(?:earn|make) (?:up to )?\$?\d|\bpassive income|\bwork from home|\bpart[- ]time job|\bper (?:day|week) (?:income|profit)/u,
  },
  {
    name: "join",
    pattern:
      /关注(?:我|公众号|频道)|订阅|欢迎加入|加入(?:我们|群|频道)|扫码|\b(?:subscribe|join (?:us|our|my|now|the (?:group|channel))|sign up|check out my|follow (?:me|us)|my channel)\b/u,
  },
  {
    name: "referral",
    pattern:
      /邀请码|推荐码|注册码|\b(?:referral|ref(?:er)? code|invite code|promo code|use (?:my )?code)\b/u,
  },
];

const DISGUISE =
  /[\uff21-\uff3a\uff41-\uff5a\uff10-\uff19]{2}|[\u2460-\u24ff]|[\u{1d400}-\u{1d7ff}]|[\u200b-\u200f\u2060]|[\u{1f170}-\u{1f189}]/u;
/** Ordinary chat repeats itself below this many letters (docs/adr/0006-promotion-score.md). */
const REPEAT_LETTERS = 12;
/** The fourth copy says no more than the third. */
const MOST_REPEATS = 3;

/**
 * Scores the company of a way to be reached with words of trade: the best cheap rule measured. Each
 * signal adds its log-odds once, however often it stands in the text.
 */
export const contactAndCommerce = defineDetector<Config>({
  id: "promotion.contact-and-commerce",
  version: 1,
  family: "promotion",
  title: "A way to be reached together with words of trade",
  sources: ["docs/adr/0006-promotion-score.md"],
  config,
  examples: [
    {
      text: "高价回收二手设备，加我薇信 abcde123",
      flags: true,
      language: "zh",
      why: "homophone of a messenger with an id, and trade",
    },
    {
      text: "ＶＸ：shop2026 限时特价 99元包邮",
      flags: true,
      language: "zh",
      why: "full-width letters",
    },
    {
      text: "兼职日结300，加V：abc12345 进群",
      flags: true,
      language: "zh",
      why: "job lure with a contact",
    },
    {
      text: "这个多少钱？99元包邮吗",
      flags: false,
      language: "zh",
      why: "a question about a price, nobody to reach",
    },
    { text: "有问题加我微信聊", flags: false, language: "zh", why: "a contact without trade" },
    {
      text: "Limited offer! 50% off, DM me or join t.me/examplechannel",
      flags: true,
      language: "en",
      why: "offer with an invite link",
    },
    {
      text: "Check out my channel, free gift for new subscribers https://example.com/x",
      flags: true,
      language: "en",
      why: "self-promotion with a link",
    },
    {
      text: "is there a discount for the second board?",
      flags: false,
      language: "en",
      why: "a customer's question",
    },
    {
      text: "you can DM me about the meetup",
      flags: false,
      language: "en",
      why: "a contact without trade",
    },
  ],
  prepare({ strictness }): Detect {
    return (signals) => (signals.text.folded.length < 2 ? [] : judge(signals, strictness));
  },
});

function judge(signals: Signals, strictness: number): readonly Finding[] {
  const contacts = findCues(signals.text.contact, CONTACT);
  const trades = findCues(signals.text, COMMERCE);
  const { linkCount } = signals;
  const reachable = contacts.length > 0 || linkCount > 0;
  const signalOdds =
    [...contacts, ...trades].reduce((sum, { name }) => sum + WEIGHTS[name], 0) +
    (linkCount > 0 ? WEIGHTS.link : 0) +
    (DISGUISE.test(signals.message.text) ? WEIGHTS.disguise : 0) +
    (reachable && trades.length > 0 ? WEIGHTS.together : 0) +
    repeatsOf(signals) * WEIGHTS.repeat;
  if (signalOdds === 0) return [];
  const probability = 1 / (1 + Math.exp(-(WEIGHTS.base + strictness + signalOdds)));
  const spans = [...contacts, ...trades].map(({ span }) => span);
  return [
    {
      score: Number(probability.toFixed(3)),
      spans: spans.toSorted((a, b) => a.start - b.start || a.end - b.end),
      guards: [],
    },
  ];
}

function repeatsOf(signals: Signals): number {
  const repeats = Math.min(MOST_REPEATS, signals.recalled.sameTextInWindow);
  return repeats > 0 && signals.letterCount >= REPEAT_LETTERS ? repeats : 0;
}

interface FoundCue {
  readonly name: SignalName;
  readonly span: EvidenceSpan;
}

/** The first place of each cue; a cue counts once, however often it stands in the text. */
function findCues(view: TextView, cues: readonly Cue[]): readonly FoundCue[] {
  const found: FoundCue[] = [];
  for (const { name, pattern } of cues) {
    const match = pattern.exec(view.folded);
    if (!match) continue;
    const span = view.toSource(match.index, match.index + match[0].length);
    found.push({ name, span: { ...span, type: "cue" } });
  }
  return found;
}
