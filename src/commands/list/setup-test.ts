import { evaluate } from "../../engine/evaluate.ts";
import { exampleMessage } from "../../engine/pack.ts";
import { NOTHING_RECALLED } from "../../engine/signals.ts";
import { ruleWords } from "../../pipeline/rights/rule-words.ts";
import { say as sayIn, type WordKey, type WordValues } from "../../words/say.ts";
import type { CommandContext } from "../command.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { nextButton, sayPageTitle } from "./setup-pages.ts";

/** Offers to show the whole way of a message without anybody's. */
export function offerTest(context: CommandContext): Reply {
  const { say } = context;
  return done([say("setup.test")], {
    title: sayPageTitle(context, "test"),
    buttons: [
      { label: say("setup.test-run"), command: "setup test run" },
      nextButton(context, "mode"),
    ],
  });
}

/** Judges made-up words by the rules and the policy in force, and shows moderators what they would see. */
export async function runTest(context: CommandContext): Promise<Reply> {
  const { say, platform, actor } = context;
  const shown = await platform.server?.showSample(actor.communityId, sampleOf(context));
  return shown?.ok
    ? done([say("setup.test-shown")], { buttons: [nextButton(context, "mode")] })
    : badInput([say("setup.test-failed")], {
        buttons: [
          { label: say("setup.button.doctor"), command: "doctor" },
          nextButton(context, "channel"),
        ],
      });
}

/** The sample, in the language of the community: it is for all moderators. Nothing of it is recorded. */
function sampleOf({ deps, policy }: CommandContext) {
  const { language } = policy;
  const say = (key: WordKey, values?: WordValues) => sayIn(language, key, values);
  const words = say("setup.test-words");
  const { verdict } = evaluate(exampleMessage(words), {
    rules: deps.ruleSet.rules,
    policy,
    recalled: NOTHING_RECALLED,
  });
  const found = verdict.findings.map(({ rule, severity }) => {
    const { title } = ruleWords(deps, verdict, rule, language) ?? { title: rule };
    return say("setup.test-found", { rule: `${rule} ${title}`, severity });
  });
  const follows = policy.mode === "shadow" ? "setup.test-shadow" : "setup.test-live";
  return {
    title: say("setup.test-title"),
    lines: [
      say("setup.test-said", { words }),
      ...(found.length > 0 ? found : [say("setup.test-nothing")]),
      say(follows, { action: say(`policy-action.${verdict.decision}`) }),
    ],
    buttons: [{ label: say("setup.test-remove"), command: "setup remove" }],
  };
}

export async function removeTest({ say, platform, actor }: CommandContext): Promise<Reply> {
  const removed = await platform.server?.removeSample(actor.communityId);
  const isGone = removed?.ok || removed?.error.kind === "gone";
  return isGone ? done([say("setup.test-removed")]) : badInput([say("setup.test-failed")]);
}
