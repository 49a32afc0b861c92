import { MemoryHistory } from "../../adapters/memory/history.ts";
import { readLines } from "../../adapters/replay/read-lines.ts";
import { foldText } from "../engine/fold/index.ts";
import { evaluate } from "../engine/evaluate.ts";
import type { Message } from "../engine/message.ts";
import { parseMessageInput } from "../engine/message-input.ts";
import type { Policy } from "../engine/policy.ts";
import type { RuleSet } from "../engine/rule.ts";
import { NOTHING_RECALLED, type Recalled } from "../engine/signals.ts";
import type { History } from "../ports/history.ts";
import { type CommandIo, LineWriter } from "./io.ts";
import { readPolicy, shippedRules } from "./rule-set.ts";

export interface CheckOptions {
  readonly timeline?: true;
  readonly policy?: string;
}

/**
 * Reads messages as JSON Lines and writes one verdict a line, in the same order. A line that is no
 * message gives an error line in its place and the run goes on. Resolves to the exit code.
 */
export async function check(options: CheckOptions, io: CommandIo): Promise<number> {
  const checker = new Checker(
    await shippedRules(),
    await readPolicy(options.policy),
    options.timeline ? new MemoryHistory() : null,
  );
  const out = new LineWriter(io.stdout);
  let bad = 0;
  for await (const batch of readLines(io.stdin)) {
    for (const line of batch) {
      const answer =
        line.kind === "too-long"
          ? failure(line.line, `the line has ${line.bytes} bytes, which is more than is read`)
          : await checker.answer(line.line, line.text);
      if (answer === null) continue;
      if (answer.bad) bad += 1;
      if (out.add(answer.text)) await out.flush();
    }
  }
  await out.flush();
  if (bad > 0)
    io.stderr.write(
      `CANDOR-010 ${bad} ${bad === 1 ? "line" : "lines"} could not be read; each has its error in its place\n`,
    );
  return bad > 0 ? 1 : 0;
}

interface Answer {
  readonly text: string;
  readonly bad: boolean;
}

function failure(line: number, error: string): Answer {
  return { text: JSON.stringify({ line, error }), bad: true };
}

class Checker {
  readonly #ruleSet: RuleSet;
  readonly #policy: Policy;
  readonly #history: History | null;

  constructor(ruleSet: RuleSet, policy: Policy, history: History | null) {
    this.#ruleSet = ruleSet;
    this.#policy = policy;
    this.#history = history;
  }

  /** The verdict or the error of one line; null for an empty line, which is no message. A promise only where history is asked. */
  answer(line: number, text: string): Answer | null | Promise<Answer> {
    if (text.trim() === "") return null;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return failure(line, "not JSON; accepted: one JSON object with a string id and text");
    }
    const parsed = parseMessageInput(value);
    if (!parsed.ok) return failure(line, parsed.error);
    const message = parsed.value;
    return this.#history
      ? this.#withHistory(message, this.#history)
      : this.#judge(message, NOTHING_RECALLED);
  }

  async #withHistory(message: Message, history: History): Promise<Answer> {
    const text = foldText(message.text);
    return this.#judge(message, await history.recall(message, text.folded), text);
  }

  #judge(message: Message, recalled: Recalled, text = foldText(message.text)): Answer {
    const context = { rules: this.#ruleSet.rules, policy: this.#policy, recalled, text };
    return { text: JSON.stringify(evaluate(message, context).verdict), bad: false };
  }
}
