import type { SignalName } from "./weights.ts";

/** A wording that counts once in a message. */
export interface Cue {
  readonly name: SignalName;
  readonly pattern: RegExp;
}

/** Ways to be reached, on the view in which disguised names of messengers are spelt out. */
export const CONTACT: readonly Cue[] = [
  {
    name: "messengerId",
    pattern:
      /(?:微信|qq|电报|telegram|whatsapp|line|skype|飞机)\s?(?:号|群|id)?\s?[:是=~-]{0,2}\s?[a-z0-9_-]{5,20}|加\s?(?:我)?\s?(?:微信|qq|电报)|[vwq]\s?:(?<![a-z0-9_./@-][vwq]\s?:)\s?[a-z0-9_-]{5,20}/gu,
  },
  {
    name: "inviteLink",
    pattern:
      /(?:t\.me|telegram\.me|discord\.gg|discord(?:app)?\.com\/invite|wa\.me|chat\.whatsapp\.com|bit\.ly)\/\S/gu,
  },
  { name: "handle", pattern: /(?<![\w.@])@[a-z0-9_]{5,32}\b/gu },
  { name: "longNumber", pattern: /(?<!\d)\d{7,12}(?!\d)/gu },
  {
    name: "messageMe",
    pattern:
      /私(?:聊|信|我)|联系(?:我|客服|管理)|咨询(?:我|客服)?[:加]|加(?:我|群|好友|v)|进群|入群|\b(?:dm|pm|inbox|message|contact|text|whatsapp|hmu)\s?(?:me|us|now|for)\b|\blink in (?:my )?bio\b/gu,
  },
];

/** Words of trade. */
export const COMMERCE: readonly Cue[] = [
  {
    name: "price",
    pattern:
      /(?:[¥￥$€£]|usdt?|rmb)\s?\d|\d\s?(?:元|块|usdt?|rmb|刀|eur|usd|折)|最低价|低价|\b(?:price|cheap|only \$)/gu,
  },
  {
    name: "discount",
    pattern:
      /优惠|折扣|特价|秒杀|限时|免费(?:领|送|试|赠)|包邮|促销|返利|红包|福利|\b(?:discounts?|promo(?:tion)?s?|\d{1,2}% off|free (?:trial|gift|access|spins?|crypto)|coupon|giveaway|airdrop|bonus)\b/gu,
  },
  {
    name: "trade",
    pattern:
      /出售|收购|代理|代办|代购|代开(?=发?票)|代充|批发|供应|招商|加盟|回收|现货|下单|订购|接单|办理|贷款|\b(?:for sale|selling|buy now|order now|shop now|wholesale|in stock|limited (?:offer|time|slots?))\b/gu,
  },
  {
    name: "earning",
    pattern:
      /日(?:入|赚|结)|月(?:入|赚)|兼职|躺赚|赚钱|高薪|佣金|提成|推广员|带单|\b(?:earn|make) (?:up to )?\$?\d|\bpassive income|\bwork from home|\bpart[- ]time job|\bper (?:day|week) (?:income|profit)/gu,
  },
  {
    name: "join",
    pattern:
      /关注(?:我|公众号|频道)|订阅|欢迎加入|加入(?:我们|群|频道)|扫码|\b(?:subscribe|join (?:us|our|my|now|the (?:group|channel))|sign up|check out my|follow (?:me|us)|my channel)\b/gu,
  },
  {
    name: "referral",
    pattern:
      /邀请码|推荐码|注册码|\b(?:referral|ref(?:er)? code|invite code|promo code|use (?:my )?code)\b/gu,
  },
];

/** "需要的➕我" with its sign, which folding takes for a gap between letters; searched in the author's own text. */
export const PLUS_ME = /[➕+＋](?<!\w[+＋])\s?[我vVwW微薇群qQ扣]/u;
