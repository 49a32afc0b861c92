import { DETECTORS } from "../../rules/index.ts";
import type { Detector, Example } from "../engine/detector.ts";
import { EXAMPLE_THRESHOLD, exampleMessage } from "../engine/pack.ts";
import { NOTHING_RECALLED, readSignals } from "../engine/signals.ts";
import type { CommandIo } from "./io.ts";
import { shippedRules } from "./rule-set.ts";

/** Prints the rules in force. */
export async function listRules(options: { readonly json?: true }, io: CommandIo): Promise<number> {
  const { rules, version } = await shippedRules();
  if (options.json) {
    const list = rules.map(({ id, pack, family, severity, title, reason, citation, detector }) => {
      return { id, pack, family, severity, title, reason, citation, detector: detector.id };
    });
    io.stdout.write(`${JSON.stringify({ version, rules: list }, null, 2)}\n`);
    return 0;
  }
  const width = Math.max(...rules.map((rule) => rule.id.length));
  for (const rule of rules) {
    io.stdout.write(
      `${rule.id.padEnd(width)}  ${rule.severity}  ${rule.family.padEnd(9)}  ${rule.title.en} / ${rule.title.zh}\n`,
    );
  }
  io.stdout.write(`\n${rules.length} rules, version ${version}\n`);
  return 0;
}

/** Runs every example of every rule and detector; exit code 1 when one fails. */
export async function testRules(io: CommandIo): Promise<number> {
  // Loading runs the examples of the packs: a rule that fails one does not load, and the error names it.
  const { rules } = await shippedRules();
  const inPacks = rules.reduce(
    (sum, { examples }) => sum + examples.flags.length + examples.passes.length,
    0,
  );
  let inDetectors = 0;
  let failed = 0;
  for (const detector of DETECTORS.values()) {
    for (const example of detector.examples) {
      inDetectors += 1;
      if (meetsExample(detector, example)) continue;
      failed += 1;
      io.stdout.write(
        `FAILED ${detector.id}: "${example.text}" should ${example.flags ? "flag" : "pass"} (${example.why})\n`,
      );
    }
  }
  io.stdout.write(
    `${inPacks} examples of ${rules.length} rules and ${inDetectors} of ${DETECTORS.size} detectors: ${failed} failed\n`,
  );
  return failed > 0 ? 1 : 0;
}

/** Whether a detector says of its own example what the example claims. */
export function meetsExample(detector: Detector, example: Example): boolean {
  const detect = detector.prepare(example.config ?? {});
  const findings = detect(
    readSignals(exampleMessage(example.text, example.role), NOTHING_RECALLED),
  );
  const score = Math.max(0, ...findings.map((finding) => finding.score));
  return score >= EXAMPLE_THRESHOLD === example.flags;
}
