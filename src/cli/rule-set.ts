import { readFile } from "node:fs/promises";
import { parse as parseYaml, YAMLParseError } from "yaml";
import { z } from "zod";
import { errorCode } from "../../adapters/system/error-code.ts";
import { loadRuleSet } from "../../adapters/system/packs.ts";
import { DETECTORS } from "../../rules/index.ts";
import { CandorError } from "../engine/errors.ts";
import { DEFAULT_POLICY, type Policy, policySchema } from "../engine/policy.ts";
import type { RuleSet } from "../engine/rule.ts";

/** The rules that ship with the program. Throws CANDOR-008 when a pack does not load. */
export async function shippedRules(): Promise<RuleSet> {
  const loaded = await loadRuleSet(DETECTORS);
  if (loaded.ok) return loaded.value;
  throw new CandorError("CANDOR-008", loaded.error);
}

/** The policy in a YAML or JSON file, or the default one. Throws CANDOR-011 or CANDOR-009. */
export async function readPolicy(file: string | undefined): Promise<Policy> {
  if (file === undefined) return DEFAULT_POLICY;
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new CandorError("CANDOR-011", `${file}: ${codeOf(cause)}`, { cause });
  }
  return parsePolicy(file, text);
}

function parsePolicy(file: string, text: string): Policy {
  let value: unknown;
  try {
    value = parseYaml(text) ?? {};
  } catch (cause) {
    const where =
      cause instanceof YAMLParseError ? ` at line ${cause.linePos?.[0].line ?? "?"}` : "";
    throw new CandorError("CANDOR-009", `${file}: not YAML or JSON${where}`, { cause });
  }
  const parsed = policySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CandorError(
    "CANDOR-009",
    `${file}: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}`,
  );
}

/** `ENOENT` and its like in words. */
export function codeOf(cause: unknown): string {
  const code = errorCode(cause) ?? "unknown";
  switch (code) {
    case "ENOENT":
      return "there is no such file";
    case "EACCES":
    case "EPERM":
      return "this user may not read it";
    case "EISDIR":
      return "it is a folder";
    default:
      return `it could not be read (${code})`;
  }
}
