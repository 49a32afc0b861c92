import { z } from "zod";
import {
  defineDetector,
  type Detect,
  type EvidenceSpan,
  type Finding,
} from "../../src/engine/detector.ts";
import type { Signals } from "../../src/engine/signals.ts";
import { type Guard, isDenied, makeGuards } from "../claims/guards.ts";
import { compilePatterns, type Match, patterns } from "../patterns.ts";

/** "denial" is a negation that touches the cue: a complaint is made of negations further off. */
const GUARDS = ["question", "denial", "report"] as const;
type ComplaintGuard = (typeof GUARDS)[number];

const config = z.strictObject({
  strong: patterns.describe("wordings of which one is a complaint"),
  weak: patterns.prefault({}).describe("wordings of which two make a complaint"),
  guards: z
    .array(z.enum(GUARDS))
    .default(["denial"])
    .describe("what clears a cue; a question may itself be a complaint, so it must be asked for"),
});
type Config = z.infer<typeof config>;

const STRONG = 0.75;
const WEAK = 0.3;
const FURTHER = 0.1;
const MOST = 0.97;

/** Reading a message as a complaint is no blame: it asks for an answer in time. */
export const grievance = defineDetector<Config>({
  id: "complaints.grievance",
  version: 2,
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
      text: "请问12315投诉电话是多少",
      flags: false,
      language: "zh",
      why: "asks for the number",
      config: { strong: { zh: ["12315"] }, guards: ["question"] },
    },
    {
      text: "谨防骗子公司",
      flags: false,
      language: "zh",
      why: "warns of others",
      config: { strong: { zh: ["骗子公司"] } },
    },
    {
      text: "not very disappointed",
      flags: false,
      language: "en",
      why: "denied",
      config: { strong: { en: ["very disappointed"] } },
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
    return (signals) => {
      const { folded } = signals.text;
      const strongHits = strong(folded);
      const weakHits = weak(folded);
      if (strongHits.length + weakHits.length === 0) return [];
      return judge(signals, strongHits, weakHits, settings.guards);
    };
  },
});

function judge(
  signals: Signals,
  strongHits: readonly Match[],
  weakHits: readonly Match[],
  allowed: readonly ComplaintGuard[],
): readonly Finding[] {
  const { folded } = signals.text;
  const guardsOf = makeReader(signals, allowed);
  const cleared = new Map<Match, readonly ComplaintGuard[]>();
  for (const hit of [...strongHits, ...weakHits]) {
    const guards = guardsOf(hit);
    if (guards.length > 0) cleared.set(hit, guards);
  }
  const stands = (hit: Match) => !cleared.has(hit);
  const strong = strongHits.filter(stands);
  const weak = weakHits.filter(stands);
  const findings: Finding[] = [];
  const score = scoreOf(distinct(folded, strong), distinct(folded, weak));
  if (score > 0)
    findings.push({ score, spans: spansOf(signals, [...strong, ...weak]), guards: [] });
  if (cleared.size > 0) {
    const seen = new Set([...cleared.values()].flat());
    findings.push({
      score: 0,
      spans: spansOf(signals, [...cleared.keys()]),
      guards: GUARDS.filter((guard) => seen.has(guard)),
    });
  }
  return findings;
}

function makeReader(
  signals: Signals,
  allowed: readonly ComplaintGuard[],
): (hit: Match) => readonly ComplaintGuard[] {
  const { folded } = signals.text;
  const shared = allowed.filter((guard): guard is Guard & ComplaintGuard => guard !== "denial");
  const sharedOf = shared.length > 0 ? makeGuards(folded, signals.clauses, shared) : null;
  return (hit) => {
    const holding = new Set<string>(sharedOf?.(hit));
    if (allowed.includes("denial") && isDenied(folded, hit)) holding.add("denial");
    return allowed.filter((guard) => holding.has(guard));
  };
}

function spansOf({ text }: Signals, hits: readonly Match[]): readonly EvidenceSpan[] {
  return hits
    .toSorted((a, b) => a.start - b.start || a.end - b.end)
    .map((hit) => ({ ...text.toSource(hit.start, hit.end), type: "cue" }));
}

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
