import { AUTHOR_ROLES } from "../engine/message.ts";
import { evaluate } from "../engine/evaluate.ts";
import { explainOutcomes, type Explanation } from "../engine/explain.ts";
import type { EvidenceSpan } from "../engine/detector.ts";
import { exampleMessage } from "../engine/pack.ts";
import { redact } from "../engine/redact.ts";
import { NOTHING_RECALLED } from "../engine/signals.ts";
import type { CommandIo } from "./io.ts";
import { readPolicy, shippedRules } from "./rule-set.ts";
import { wrongOption } from "./wrong-option.ts";

/** Prints the verdict on a text and what every rule said of it, also why nothing fired. */
export async function explain(
  text: string,
  options: { readonly role: string; readonly policy?: string },
  io: CommandIo,
): Promise<number> {
  const role = AUTHOR_ROLES.find((known) => known === options.role);
  if (!role) {
    throw wrongOption("--role", options.role, AUTHOR_ROLES.join(", "));
  }
  const { rules } = await shippedRules();
  const policy = await readPolicy(options.policy);
  const evaluation = evaluate(exampleMessage(text, role), {
    rules,
    policy,
    recalled: NOTHING_RECALLED,
  });
  const { verdict, signals } = evaluation;
  const flags = verdict.flags.length > 0 ? verdict.flags.join(", ") : "nothing";
  io.stdout.write(
    `flags: ${flags}\ndecision: ${verdict.decision}\nread as: ${redact(signals.text.folded, [])}\n\n`,
  );
  for (const finding of verdict.findings) {
    const citation = finding.citation === "" ? "" : ` [${finding.citation}]`;
    io.stdout.write(
      `${finding.rule} ${finding.severity} ${finding.score}: ${finding.reason}${citation}\n`,
    );
  }
  if (verdict.findings.length > 0) io.stdout.write("\n");
  const lines = explainOutcomes(evaluation, policy);
  // What was typed may stay in a terminal's history or a log: a number is masked wherever it is a cue.
  const leaks = lines.flatMap(({ spans }) => spans.filter(({ type }) => type !== "cue"));
  const masked = redact(text, leaks);
  for (const line of lines) io.stdout.write(`${describe(line, masked)}\n`);
  return 0;
}

function describe({ rule, result, score, spans, guards }: Explanation, text: string): string {
  const words = spans.map((span) => wordsOf(span, text)).join(", ");
  switch (result) {
    case "nothing-found":
      return `  ${rule}: found nothing`;
    case "cleared":
      return `  ${rule}: saw ${words}, cleared by ${guards.join(", ")}`;
    case "below-threshold":
      return `  ${rule}: ${score}, below the threshold (${words})`;
    case "flagged":
      return `  ${rule}: ${score} (${words})${guards.length > 0 ? `; cleared elsewhere by ${guards.join(", ")}` : ""}`;
    case "errored":
      return `  ${rule}: broke on this text`;
  }
}

/** The matched words of the masked text; of a leak only its type. */
function wordsOf({ type, start, end }: EvidenceSpan, text: string): string {
  return type === "cue"
    ? JSON.stringify(text.slice(start, end))
    : `${type}, ${end - start} characters`;
}
