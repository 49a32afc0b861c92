import { expect, test } from "@jest/globals";
import { EXAMPLES } from "../../../adapters/sandbox/page/examples.js";
import { evaluate } from "../../../src/engine/evaluate.ts";
import { parseMessageInput } from "../../../src/engine/message-input.ts";
import { DEFAULT_POLICY } from "../../../src/engine/policy.ts";
import { NOTHING_RECALLED } from "../../../src/engine/signals.ts";
import { shippedRuleSet } from "../../support/rules.ts";

test("each example of the page gets what its button says, in both languages", async () => {
  const { rules } = await shippedRuleSet();
  const judge = (text: string) => {
    const message = parseMessageInput({ id: "1", text });
    if (!message.ok) throw new Error(message.error);
    const context = { rules, policy: DEFAULT_POLICY, recalled: NOTHING_RECALLED };
    const { flags, decision } = evaluate(message.value, context).verdict;
    return [...flags, decision];
  };
  for (const language of ["zh", "en"] as const) {
    expect(judge(EXAMPLES.claim[language])).toEqual(["claim", "escalate"]);
    expect(judge(EXAMPLES.leak[language])).toEqual(["leak", "hold"]);
    expect(judge(EXAMPLES.question[language])).toEqual(["none"]);
  }
});
