import { z } from "zod";
import {
  defineDetector,
  type Detect,
  type EvidenceSpan,
  type Finding,
} from "../../src/engine/detector.ts";
import type { Signals } from "../../src/engine/signals.ts";
import { compilePatterns, patterns } from "../patterns.ts";
import { GUARDS, type Guard, makeGuards } from "./guards.ts";

const config = z.strictObject({
  score: z.number().min(0).max(1).default(0.85).describe("score of one cue"),
  cues: patterns.describe("wordings that assert the claim"),
  context: patterns
    .optional()
    .describe(
      "words of which one must stand somewhere in the message, for cues that mean little alone",
    ),
  guards: z
    .array(z.enum(GUARDS))
    .default([...GUARDS])
    .describe("what clears a cue in its clause"),
});
type Config = z.infer<typeof config>;

/** Score that each further cue adds: two promises in one advert are surer than one. */
const FURTHER_CUE = 0.03;
const MOST = 0.99;

const cues = {
  zh: ["稳赚不赔", "保本(?:保息)?"],
  en: ["guaranteed {words:1}(?:returns?|profits?)"],
};

/** Flags wordings that assert something; the same words in a question, a denial, a report or a warning pass. */
export const assertedClaim = defineDetector<Config>({
  id: "claims.asserted-claim",
  version: 2,
  family: "claim",
  title: "A claim that is asserted, not asked, denied, reported or warned of",
  sources: ["Advertising Law of the PRC (2021 text)", "docs/rules: each rule names its own source"],
  config,
  examples: [
    {
      text: "加群稳赚不赔，今晚开盘",
      flags: true,
      language: "zh",
      why: "plain promise",
      config: { cues },
    },
    {
      text: "稳\u200b赚 不-赔",
      flags: true,
      language: "zh",
      why: "zero-width and spaced evasion",
      config: { cues },
    },
    {
      text: "穩賺不賠，有興趣嗎？",
      flags: true,
      language: "zh",
      why: "traditional; the question is another clause",
      config: { cues },
    },
    { text: "我们不承诺保本", flags: false, language: "zh", why: "denied", config: { cues } },
    { text: "请问这个产品保本吗", flags: false, language: "zh", why: "asked", config: { cues } },
    {
      text: "当初你们说保本保息的",
      flags: false,
      language: "zh",
      why: "reported",
      config: { cues },
    },
    {
      text: "谨防稳赚不赔的骗局",
      flags: false,
      language: "zh",
      why: "a warning",
      config: { cues },
    },
    {
      text: "Guaranteed monthly returns, DM me",
      flags: true,
      language: "en",
      why: "plain promise",
      config: { cues },
    },
    {
      text: "GUАRANTEED PROFITS",
      flags: true,
      language: "en",
      why: "Cyrillic look-alike",
      config: { cues },
    },
    {
      text: "There are no guaranteed returns here",
      flags: false,
      language: "en",
      why: "denied",
      config: { cues },
    },
    {
      text: "Are these guaranteed returns?",
      flags: false,
      language: "en",
      why: "asked",
      config: { cues },
    },
    {
      text: "They said guaranteed profits and vanished",
      flags: false,
      language: "en",
      why: "reported",
      config: { cues },
    },
  ],
  prepare(settings): Detect {
    const findCues = compilePatterns(settings.cues);
    const findContext = settings.context ? compilePatterns(settings.context) : null;
    return (signals) => {
      const matches = findCues(signals.text.folded);
      if (matches.length === 0) return [];
      if (findContext && findContext(signals.text.folded).length === 0) return [];
      return judge(signals, matches, settings);
    };
  },
});

function judge(
  signals: Signals,
  matches: readonly { readonly start: number; readonly end: number }[],
  { score, guards: allowed }: Config,
): readonly Finding[] {
  const asserted: EvidenceSpan[] = [];
  const cleared: EvidenceSpan[] = [];
  const clearedBy = new Set<Guard>();
  const guardsOf = makeGuards(signals.text.folded, signals.clauses, allowed);
  for (const cue of matches) {
    const guards = guardsOf(cue);
    const span = { ...signals.text.toSource(cue.start, cue.end), type: "cue" };
    if (guards.length === 0) asserted.push(span);
    else cleared.push(span);
    for (const guard of guards) clearedBy.add(guard);
  }
  const findings: Finding[] = [];
  if (asserted.length > 0) {
    const total = Math.min(MOST, score + FURTHER_CUE * (asserted.length - 1));
    findings.push({ score: Number(total.toFixed(2)), spans: asserted, guards: [] });
  }
  if (cleared.length > 0) {
    findings.push({
      score: 0,
      spans: cleared,
      guards: GUARDS.filter((guard) => clearedBy.has(guard)),
    });
  }
  return findings;
}
