import type { Message } from "../../src/engine/message.ts";
import type { Verdict, VerdictFinding } from "../../src/engine/verdict.ts";

const PROMISE = /稳赚不赔|guaranteed profits/gu;
const NUMBER = /1\d{10}|\(\d{3}\) \d{3}-\d{4}/gu;

function spansOf(text: string, pattern: RegExp, type: string) {
  return [...text.matchAll(pattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    type,
  }));
}

/**
 * A judge for tests of adapters, whose verdicts never move with the rules: a promise of profit goes
 * to a person, telephone numbers are held, `!nudge` nudges, and everything else passes.
 */
export function scriptedVerdict({ id, text }: Pick<Message, "id" | "text">): Verdict {
  const promise = spansOf(text, PROMISE, "cue");
  const numbers = spansOf(text, NUMBER, "pii.phone");
  const findings: VerdictFinding[] = [];
  if (numbers.length > 0) {
    findings.push({
      family: "leak",
      rule: "leak.phone-number",
      severity: "S1",
      score: 0.97,
      spans: numbers,
      reason: "A personal telephone number was posted",
      citation: "GDPR Art. 33",
      guards: [],
      people: numbers.length,
    });
  }
  if (promise.length > 0 || text.includes("!nudge")) {
    findings.push({
      family: "claim",
      rule: "INV-01",
      severity: promise.length > 0 ? "S1" : "S4",
      score: 0.9,
      spans: promise,
      reason: "Promises that capital or returns are guaranteed",
      citation: "广告法25(1) / FINRA 2210(d)(1)(B)",
      guards: [],
    });
  }
  return {
    id,
    flags: findings.map((finding) => finding.family),
    decision:
      numbers.length > 0
        ? "hold"
        : promise.length > 0
          ? "escalate"
          : findings.length > 0
            ? "nudge"
            : "none",
    scores: {
      claim: promise.length > 0 ? 0.9 : 0,
      leak: numbers.length > 0 ? 0.97 : 0,
      promotion: 0.08,
      complaint: 0,
    },
    findings,
  };
}
