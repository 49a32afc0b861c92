import { z } from "zod";
import type { Detector } from "./detector.ts";
import { AUTHOR_ROLES, FAMILIES, type Family, type Message } from "./message.ts";
import { SEVERITIES } from "./severity.ts";
import { type Result, fail, ok } from "./result.ts";
import type { Rule, RuleExample } from "./rule.ts";
import { runRules } from "./run-rules.ts";
import { NOTHING_RECALLED, readSignals } from "./signals.ts";

const perLanguage = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });

/** An example is a text, or a text with the role of its speaker. */
const exampleSchema = z.union([
  z.string().min(1),
  z.strictObject({ text: z.string().min(1), role: z.enum(AUTHOR_ROLES) }),
]);

const ruleSchema = z.strictObject({
  id: z
    .string()
    .regex(
      /^(?:[A-Z]{3}-\d{2}|[a-z]+\.[a-z][a-z0-9-]*)$/u,
      "an id such as INV-01 or leak.phone-number",
    ),
  detector: z.string(),
  severity: z.enum(SEVERITIES),
  raiseForStaff: z.boolean().default(false),
  title: perLanguage,
  reason: perLanguage,
  citation: z.string().default(""),
  config: z.unknown().default({}),
  examples: z.strictObject({
    flags: z.array(exampleSchema).min(1),
    passes: z.array(exampleSchema).min(1),
  }),
});

/** One YAML file under `rules/packs`. */
export const packSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/u),
  family: z.enum(FAMILIES),
  title: perLanguage,
  rules: z.array(ruleSchema).min(1),
});

type PackInput = z.infer<typeof packSchema>;
type RuleInput = PackInput["rules"][number];

/** Why a pack, or one line of it, does not load: which rule, and what is wrong in one sentence. */
export interface PackProblem {
  readonly rule: string;
  readonly problem: string;
}

/** From this score on an example counts as flagged: the default threshold of every family. */
export const EXAMPLE_THRESHOLD = 0.5;

/**
 * Checks a parsed pack and binds its rules. A rule that names no known detector, whose configuration
 * is wrong or that fails one of its own examples is a problem; nothing of the pack loads then.
 */
export function loadPack(
  value: unknown,
  detectors: ReadonlyMap<string, Detector>,
): Result<readonly Rule[], readonly PackProblem[]> {
  const parsed = packSchema.safeParse(value);
  if (!parsed.success) {
    return fail(
      parsed.error.issues.map((issue) => ({
        rule: ruleAt(value, issue.path),
        problem: describe(issue),
      })),
    );
  }
  const rules: Rule[] = [];
  const problems: PackProblem[] = [];
  for (const input of parsed.data.rules) {
    const bound = bindRule(input, parsed.data, detectors);
    if (bound.ok) rules.push(bound.value);
    else problems.push({ rule: input.id, problem: bound.error });
  }
  for (const rule of rules) problems.push(...failedExamples(rule));
  return problems.length > 0 ? fail(problems) : ok(rules);
}

/** Ids that stand more than once among the rules of several packs. */
export function duplicateIds(rules: readonly Rule[]): readonly string[] {
  const seen = new Set<string>();
  return [
    ...new Set(rules.filter((rule) => seen.size === seen.add(rule.id).size).map((r) => r.id)),
  ];
}

/** Runs a rule over its own examples. */
export function failedExamples(rule: Rule): readonly PackProblem[] {
  const problems: PackProblem[] = [];
  for (const [texts, flags] of [
    [rule.examples.flags, true],
    [rule.examples.passes, false],
  ] as const) {
    for (const example of texts) {
      const score = exampleScore(rule, example);
      if (score === null)
        problems.push({ rule: rule.id, problem: `broke on its example "${textOf(example)}"` });
      else if (score >= EXAMPLE_THRESHOLD !== flags) {
        const problem = flags ? "does not flag its example" : "flags its passing example";
        problems.push({
          rule: rule.id,
          problem: `${problem} "${textOf(example)}" (score ${score})`,
        });
      }
    }
  }
  return problems;
}

export function textOf(example: RuleExample): string {
  return typeof example === "string" ? example : example.text;
}

function exampleScore(rule: Rule, example: RuleExample): number | null {
  const role = typeof example === "string" ? "member" : example.role;
  const signals = readSignals(exampleMessage(textOf(example), role), NOTHING_RECALLED);
  const [outcome] = runRules([rule], signals);
  if (!outcome || outcome.kind === "errored") return null;
  return Math.max(0, ...outcome.findings.map((finding) => finding.score));
}

/** A bare message around an example's text. */
export function exampleMessage(text: string, role: Message["author"]["role"] = "member"): Message {
  return {
    id: "example",
    platform: "example",
    community: { id: "example" },
    channel: { id: "example" },
    author: { id: "example", role },
    text,
    sentAt: 0,
    mentions: [],
    links: [],
    attachments: [],
  };
}

function bindRule(
  input: RuleInput,
  pack: PackInput,
  detectors: ReadonlyMap<string, Detector>,
): Result<Rule, string> {
  const detector = detectors.get(input.detector);
  if (!detector) {
    return fail(
      `names detector "${input.detector}"; known are ${[...detectors.keys()].join(", ")}`,
    );
  }
  const mismatch = familyMismatch(input.id, pack.family, detector);
  if (mismatch) return fail(mismatch);
  const config = detector.config.safeParse(input.config);
  if (!config.success) return fail(`config: ${config.error.issues.map(describe).join("; ")}`);
  const { id, severity, raiseForStaff, title, reason, citation, examples } = input;
  return ok({
    id,
    pack: pack.id,
    family: pack.family,
    severity,
    raiseForStaff,
    title,
    reason,
    citation,
    detector,
    config: config.data,
    examples,
    detect: detector.prepare(input.config),
  });
}

function familyMismatch(id: string, family: Family, detector: Detector): string | null {
  if (detector.family !== family) {
    return `detector ${detector.id} is of family ${detector.family}, the pack of ${family}`;
  }
  const prefix = id.includes(".") ? id.slice(0, id.indexOf(".")) : "claim";
  return prefix === family ? null : `id says family ${prefix}, the pack says ${family}`;
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}

function ruleAt(value: unknown, path: readonly PropertyKey[]): string {
  const [first, index] = path;
  if (first !== "rules" || typeof index !== "number") return "(pack)";
  const named = z.object({ rules: z.array(z.unknown()) }).safeParse(value);
  const rule = z.object({ id: z.string() }).safeParse(named.data?.rules[index]);
  return rule.data?.id ?? `rule ${index + 1}`;
}
