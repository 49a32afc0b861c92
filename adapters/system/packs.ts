import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse as parseYaml, YAMLParseError } from "yaml";
import type { Detector } from "../../src/engine/detector.ts";
import { duplicateIds, loadPack } from "../../src/engine/pack.ts";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { Rule, RuleSet } from "../../src/engine/rule.ts";
import { packageRoot } from "./package-root.ts";

/**
 * Reads every pack of a folder, in order of file name. The error names the file, the rule and what is
 * wrong, one line for each problem; a single problem stops the load, for a rule that fails its own
 * examples would judge people wrongly.
 */
export async function loadRuleSet(
  detectors: ReadonlyMap<string, Detector>,
  folder = join(packageRoot(), "rules", "packs"),
): Promise<Result<RuleSet, string>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".yaml")).toSorted();
  const version = createHash("sha256");
  const rules: Rule[] = [];
  const problems: string[] = [];
  for (const file of files) {
    const text = await readFile(join(folder, file), "utf8");
    version.update(file).update("\0").update(text).update("\0");
    const pack = readPack(text, detectors);
    if (pack.ok) rules.push(...pack.value);
    else problems.push(...pack.error.map((problem) => `${file}: ${problem}`));
  }
  problems.push(...duplicateIds(rules).map((id) => `${id}: stands more than once`));
  for (const { id, version: detectorVersion } of detectors.values())
    version.update(`${id}@${detectorVersion}\0`);
  if (problems.length > 0) return fail(problems.join("\n  "));
  return ok({ rules, version: version.digest("hex").slice(0, 12) });
}

function readPack(
  text: string,
  detectors: ReadonlyMap<string, Detector>,
): Result<readonly Rule[], readonly string[]> {
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (error) {
    const line =
      error instanceof YAMLParseError ? ` at line ${error.linePos?.[0].line ?? "?"}` : "";
    return fail([`not YAML${line}`]);
  }
  const loaded = loadPack(value, detectors);
  if (loaded.ok) return loaded;
  return fail(loaded.error.map(({ rule, problem }) => `${rule}: ${problem}`));
}
