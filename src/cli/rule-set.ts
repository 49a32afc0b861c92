import { readFile } from "node:fs/promises";
import { errorCode } from "../../adapters/system/error-code.ts";
import { loadRuleSet } from "../../adapters/system/packs.ts";
import { DETECTORS } from "../../rules/index.ts";
import { CandorError } from "../engine/errors.ts";
import { DEFAULT_POLICY, type Policy } from "../engine/policy.ts";
import type { RuleSet } from "../engine/rule.ts";
import { parsePolicy } from "./policy-file.ts";

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
