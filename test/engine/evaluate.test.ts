import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { evaluate } from "../../src/engine/evaluate.ts";
import { FAMILIES, type Message } from "../../src/engine/message.ts";
import { exampleMessage } from "../../src/engine/pack.ts";
import { planActions } from "../../src/engine/plan.ts";
import { DEFAULT_POLICY, policySchema } from "../../src/engine/policy.ts";
import type { Rule } from "../../src/engine/rule.ts";
import { NOTHING_RECALLED } from "../../src/engine/signals.ts";
import { shippedRuleSet } from "../support/rules.ts";

const { rules } = await shippedRuleSet();
const context = { rules, policy: DEFAULT_POLICY, recalled: NOTHING_RECALLED };

function verdictOf(message: Message, changes: Partial<typeof context> = {}) {
  return evaluate(message, { ...context, ...changes }).verdict;
}

const broken: Rule = {
  ...rules[0]!,
  id: "XXX-01",
  detect: () => {
    throw new TypeError("quotes the text: 加群");
  },
};

describe("a verdict", () => {
  test("names the promise in the author's own text, with reason and citation", () => {
    const text = "加群稳赚不赔，保本保息，年化30%";
    const verdict = verdictOf(exampleMessage(text));
    expect(verdict).toMatchObject({ flags: ["claim"], decision: "escalate" });
    const words = verdict.findings.flatMap(({ spans }) =>
      spans.map((s) => text.slice(s.start, s.end)),
    );
    expect(words).toEqual(["稳赚不赔", "保本保息", "年化30%"]);
    expect(verdict.findings[0]).toMatchObject({ rule: "INV-01", severity: "S1" });
    expect(verdict.findings[0]?.citation).toContain("广告法25(1)");
  });

  test("says nothing of an ordinary message, with all four scores", () => {
    const verdict = verdictOf(exampleMessage("明天下午三点开会，记得带电脑"));
    expect(verdict).toEqual({
      id: "example",
      flags: [],
      decision: "none",
      scores: { claim: 0, leak: 0, promotion: 0, complaint: 0 },
      findings: [],
    });
  });

  test("is one step graver when staff speaks", () => {
    const rule = {
      ...rules.find((known) => known.id === "INV-01")!,
      severity: "S2" as const,
      raiseForStaff: true,
    };
    const grave = (role: "member" | "staff") =>
      verdictOf(exampleMessage("保证回本", role), { rules: [rule] }).findings[0]?.severity;
    expect(grave("member")).toBe("S2");
    expect(grave("staff")).toBe("S1");
  });

  test("quoted words are not the author's", () => {
    const message = { ...exampleMessage("这是骗人的吧"), quoted: "稳赚不赔，加群" };
    expect(verdictOf(message).flags).toEqual([]);
  });

  test("gives reasons in the policy's language", () => {
    const policy = policySchema.parse({ language: "zh" });
    const [finding] = verdictOf(exampleMessage("稳赚不赔"), { policy }).findings;
    expect(finding?.reason).toBe("承诺保本、保收益或稳赚不赔");
  });
});

describe("a broken rule", () => {
  test("asks for review and stops no other rule", () => {
    const verdict = verdictOf(exampleMessage("稳赚不赔"), { rules: [broken, ...rules] });
    expect(verdict.errored).toEqual(["XXX-01"]);
    expect(verdict.flags).toEqual(["claim"]);
  });

  test("never acts by itself and keeps the text out of its problem", () => {
    const { verdict, outcomes } = evaluate(exampleMessage("你好"), { ...context, rules: [broken] });
    expect(verdict.decision).toBe("escalate");
    expect(planActions(verdict, "live").actions).toEqual(["show-case"]);
    expect(outcomes).toMatchObject([{ kind: "errored", problem: "TypeError" }]);
  });
});

describe("a policy", () => {
  test("exempts a channel, but a leak is a leak", () => {
    const policy = policySchema.parse({ exempt: { channels: ["example"] } });
    const promise = verdictOf(exampleMessage("稳赚不赔，保本保息"), { policy });
    expect(promise).toMatchObject({ decision: "none", exempt: "channel" });
    const list = "张三 13900000001\n李四 13900000002\n王五 13900000003";
    expect(verdictOf(exampleMessage(list), { policy }).flags).toEqual(["leak"]);
  });

  test("in shadow mode opens the case and touches nothing", () => {
    const verdict = verdictOf(
      exampleMessage("张三 13900000001\n李四 13900000002\n王五 13900000003"),
    );
    expect(verdict.decision).toBe("hold");
    expect(planActions(verdict, "live").actions).toEqual(["hide-message", "show-case"]);
    expect(planActions(verdict, "shadow")).toEqual({ opensCase: true, actions: [] });
    // A name, or what the platform blocked, stands nowhere that it could be hidden.
    expect(planActions(verdict, "live", false).actions).toEqual(["show-case"]);
  });

  test("moves a family's threshold", () => {
    const policy = policySchema.parse({ thresholds: { claim: 1 } });
    const verdict = verdictOf(exampleMessage("稳赚不赔"), { policy });
    expect(verdict.findings).toEqual([]);
    expect(verdict.scores.claim).toBeGreaterThan(0.5);
  });
});

/** Pieces that rules look for, mixed with anything at all, so that findings do occur. */
const anyText = fc.oneof(
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.oneof(
          fc.constantFrom(
            "稳赚不赔",
            "保 本",
            "零風險",
            "投资",
            "年化百分之三十",
            "guaranteed returns",
            "吗？",
            "，",
            "不",
            "谨防",
          ),
          fc.constantFrom(
            "13900000012",
            "１３９ 0000",
            "110101190001011009",
            "加薇信",
            "ＶＸ：abc123",
            "t.me/abcdef",
            "特价",
            "退款没到账",
            "\ud800",
            "\u0301",
            "\u200b",
          ),
          fc.string({ unit: "grapheme", maxLength: 8 }),
        ),
        { maxLength: 12 },
      )
      .map((pieces) => pieces.join("")),
  },
);

describe("for any text", () => {
  test("nothing throws, spans lie in the source, scores lie in [0, 1]", () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom("member" as const, "staff" as const), (text, role) => {
        const { verdict } = evaluate(exampleMessage(text, role), context);
        expect(verdict.errored).toBeUndefined();
        for (const family of FAMILIES) {
          expect(verdict.scores[family]).toBeGreaterThanOrEqual(0);
          expect(verdict.scores[family]).toBeLessThanOrEqual(1);
        }
        for (const { spans } of verdict.findings) {
          for (const { start, end } of spans) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(text.length);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a shuffled rule order gives the same verdict", () => {
    const shuffled = fc.shuffledSubarray([...rules, broken], { minLength: rules.length + 1 });
    fc.assert(
      fc.property(anyText, shuffled, (text, order) => {
        const message = exampleMessage(text);
        expect(verdictOf(message, { rules: order })).toEqual(
          verdictOf(message, { rules: [...rules, broken] }),
        );
      }),
      { numRuns: 200 },
    );
  });
});
