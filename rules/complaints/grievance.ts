import { z } from "zod";
import { defineDetector, type Detect, type EvidenceSpan } from "../../src/engine/detector.ts";
import { compilePatterns, type Match, patterns } from "../patterns.ts";

const config = z.strictObject({
  strong: patterns.describe("wordings of which one is a complaint"),
  weak: patterns.prefault({}).describe("wordings of which two make a complaint"),
});
type Config = z.infer<typeof config>;

const STRONG = 0.75;
const WEAK = 0.3;
const FURTHER = 0.1;
const MOST = 0.97;

/** Reading a message as a complaint is no blame: it asks for an answer in time. */
export const grievance = defineDetector<Config>({
  id: "complaints.grievance",
  version: 1,
  family: "complaint",
  title: "A member complains, or takes the complaint outside",
  sources: ["docs/adr/0007-complaints-are-answered.md"],
  config,
  examples: [
    {
      text: "退款都三周了还没到账，客服也不回",
      flags: true,
      language: "zh",
      why: "no refund, no answer",
      config: { strong: { zh: ["退款{gap:8}没(?:到账|退)"] } },
    },
    {
      text: "再不处理我就打12315投诉",
      flags: true,
      language: "zh",
      why: "goes outside",
      config: { strong: { zh: ["12315"] } },
    },
    {
      text: "退款流程在哪里看",
      flags: false,
      language: "zh",
      why: "a question",
      config: { strong: { zh: ["退款{gap:8}没(?:到账|退)"] } },
    },
    {
      text: "Still waiting for my refund, nobody answers",
      flags: true,
      language: "en",
      why: "no refund, no answer",
      config: { strong: { en: ["still waiting for {words:2}refund"] } },
    },
    {
      text: "How do refunds work?",
      flags: false,
      language: "en",
      why: "a question",
      config: { strong: { en: ["still waiting for {words:2}refund"] } },
    },
  ],
  prepare(settings): Detect {
    const strong = compilePatterns(settings.strong);
    const weak = compilePatterns(settings.weak);
    return ({ text }) => {
      const strongHits = strong(text.folded);
      const weakHits = weak(text.folded);
      const score = scoreOf(distinct(text.folded, strongHits), distinct(text.folded, weakHits));
      if (score === 0) return [];
      const spans: EvidenceSpan[] = [...strongHits, ...weakHits]
        .toSorted((a, b) => a.start - b.start || a.end - b.end)
        .map((hit) => ({ ...text.toSource(hit.start, hit.end), type: "cue" }));
      return [{ score, spans, guards: [] }];
    };
  },
});

/** The same word three times is one grievance. */
function distinct(folded: string, hits: readonly Match[]): number {
  return new Set(hits.map((hit) => folded.slice(hit.start, hit.end))).size;
}

function scoreOf(strong: number, weak: number): number {
  if (strong + weak === 0) return 0;
  const first = strong > 0 ? STRONG : WEAK;
  const further = strong > 0 ? (strong - 1 + weak) * FURTHER : (weak - 1) * WEAK;
  return Number(Math.min(MOST, first + further).toFixed(2));
}
