import { z } from "zod";
import { clauseIndexAt, splitClauses } from "../../src/engine/clauses.ts";
import {
  defineDetector,
  type Detect,
  type EvidenceSpan,
  type Finding,
} from "../../src/engine/detector.ts";
import type { TextView } from "../../src/engine/fold/index.ts";
import type { Signals } from "../../src/engine/signals.ts";
import { GUARDS, type Guard, makeGuards } from "../claims/guards.ts";
import { COMMERCE, CONTACT, type Cue, PLUS_ME } from "./cues.ts";
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
  version: 2,
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
      text: "代开发票，V：abc12345",
      flags: true,
      language: "zh",
      why: "a letter stands for the messenger",
    },
    { text: "出售账号，需要的➕我", flags: true, language: "zh", why: "a sign stands for 加" },
    {
      text: "全网最低价，私聊",
      flags: true,
      language: "zh",
      why: "a price and a wish to be reached",
    },
    { text: "请问加入群聊需要邀请码吗", flags: false, language: "zh", why: "asks how to join" },
    {
      text: "客服在哪里下单，怎么加微信",
      flags: false,
      language: "zh",
      why: "a customer's question",
    },
    {
      text: "小心！有人冒充客服加微信 abc12345 办理贷款",
      flags: false,
      language: "zh",
      why: "warns of an impostor",
    },
    {
      text: "谨防假冒，认准微信 abc12345 办理贷款",
      flags: true,
      language: "zh",
      why: "a warning opens the advert",
    },
    {
      text: "Beware: someone DM me selling followers t.me/x",
      flags: false,
      language: "en",
      why: "a warning",
    },
    {
      text: "price is listed at https://example.com/pricing",
      flags: false,
      language: "en",
      why: "one link and one word of trade",
    },
    {
      text: "办理贷款加微信abc12345好吗？",
      flags: true,
      language: "zh",
      why: "an id in a question is an offer",
    },
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
  const seen = readCues(signals, null, null);
  const base = WEIGHTS.base + strictness;
  const seenOdds = oddsOf(signals, seen);
  if (seenOdds === 0) return [];
  // Guards are read only where the message would be flagged: most messages are far from it.
  const kept = base + seenOdds >= 0 ? readGuarded(signals) : seen;
  const odds = kept === seen ? seenOdds : oddsOf(signals, kept);
  const probability = 1 / (1 + Math.exp(-(base + odds)));
  const spans = [...seen.contacts, ...seen.trades].map(({ span }) => span);
  return [
    {
      score: Number(probability.toFixed(3)),
      spans: spans.toSorted((a, b) => a.start - b.start || a.end - b.end),
      guards: kept.guards,
    },
  ];
}

/** Log-odds of what was found, without the base. */
function oddsOf(signals: Signals, { contacts, trades }: Cues): number {
  const { linkCount } = signals;
  const together = contacts.length > 0 ? WEIGHTS.together : linkCount > 0 ? WEIGHTS.linked : 0;
  return (
    [...contacts, ...trades].reduce((sum, { name }) => sum + WEIGHTS[name], 0) +
    (linkCount > 0 ? WEIGHTS.link : 0) +
    (DISGUISE.test(signals.message.text) ? WEIGHTS.disguise : 0) +
    (trades.length > 0 ? together : 0) +
    repeatsOf(signals) * WEIGHTS.repeat
  );
}

function repeatsOf(signals: Signals): number {
  const repeats = Math.min(MOST_REPEATS, signals.recalled.sameTextInWindow);
  return repeats > 0 && signals.letterCount >= REPEAT_LETTERS ? repeats : 0;
}

interface FoundCue {
  readonly name: SignalName;
  readonly span: EvidenceSpan;
}

interface Cues {
  readonly contacts: readonly FoundCue[];
  readonly trades: readonly FoundCue[];
  /** Guards that took a cue away. */
  readonly guards: readonly Guard[];
}

type CueGuards = (start: number, end: number) => readonly Guard[];

function readCues(signals: Signals, ofContact: CueGuards | null, ofTrade: CueGuards | null): Cues {
  const clearedBy = new Set<Guard>();
  const contacts = findCues(signals.text.contact, CONTACT, ofContact, clearedBy);
  const trades = findCues(signals.text, COMMERCE, ofTrade, clearedBy);
  const plus = contacts.some(({ name }) => name === "messageMe")
    ? null
    : PLUS_ME.exec(signals.message.text);
  if (plus) {
    const span = { start: plus.index, end: plus.index + plus[0].length, type: "cue" };
    contacts.push({ name: "messageMe", span });
  }
  return {
    contacts,
    trades,
    guards: clearedBy.size > 0 ? GUARDS.filter((guard) => clearedBy.has(guard)) : [],
  };
}

/** Words that ask in a customer's message. In a promise ("怎么买都赚") they do not, so they are no guard of claims. */
const ASKS = /哪里|哪儿|怎么|如何|多少|什么时候|为什么|需不需要|要不要/u;
/** An id, a number or an invite in the text is an offer to be reached, even in a question. */
const ADDRESS = /[a-z0-9_-]{5}$|\/\S$/u;
const MESSENGER = /(?:微信|qq|电报)$/u;
const ID_AFTER = /^\s?(?:号|群|id)?\s?[:是=~-]{0,2}\s?[a-z0-9_-]{5}/u;

function isAddress(folded: string, start: number, end: number): boolean {
  const words = folded.slice(start, end);
  return (
    ADDRESS.test(words) || (MESSENGER.test(words) && ID_AFTER.test(folded.slice(end, end + 16)))
  );
}

/**
 * Reads the cues again without those that a question, a report or a warning clears. Questions clear only the wish to be
 * reached ("怎么加微信"): "需要贷款吗？" before a contact is part of the pitch.
 */
function readGuarded(signals: Signals): Cues {
  const { text } = signals;
  const { contact } = text;
  const clauses = contact.folded === text.folded ? signals.clauses : splitClauses(contact.folded);
  const contactGuards = makeGuards(contact.folded, clauses, ["question", "report", "warning"]);
  const tradeGuards = makeGuards(text.folded, signals.clauses, ["report", "warning"]);
  const ofContact: CueGuards = (start, end) => {
    const guards = contactGuards({ start, end });
    if (isAddress(contact.folded, start, end)) {
      return guards.filter((guard) => guard !== "question");
    }
    const clause = clauses[clauseIndexAt(clauses, start)];
    const asks = clause !== undefined && ASKS.test(clause.text) && !guards.includes("question");
    return asks ? ["question", ...guards] : guards;
  };
  return readCues(signals, ofContact, (start, end) => tradeGuards({ start, end }));
}

/** Places of one cue that are read before it counts as cleared: a pitch may follow a warning. */
const MOST_PLACES = 16;

/** The first place of each cue that no guard clears; a cue counts once, however often it stands in the text. */
function findCues(
  view: TextView,
  cues: readonly Cue[],
  guardsOf: CueGuards | null,
  clearedBy: Set<Guard>,
): FoundCue[] {
  const found: FoundCue[] = [];
  for (const { name, pattern } of cues) {
    pattern.lastIndex = 0;
    for (let place = 0; place < MOST_PLACES; place += 1) {
      const match = pattern.exec(view.folded);
      if (!match) break;
      const end = match.index + match[0].length;
      const guards = guardsOf?.(match.index, end) ?? [];
      if (guards.length === 0) {
        found.push({ name, span: { ...view.toSource(match.index, end), type: "cue" } });
        break;
      }
      for (const guard of guards) clearedBy.add(guard);
    }
  }
  return found;
}
