import { loadRuleSet } from "../../adapters/system/packs.ts";
import { DETECTORS } from "../../rules/index.ts";
import type { RuleSet } from "../../src/engine/rule.ts";

/** The rules that ship with the program; a test without them has nothing to say. */
export async function shippedRuleSet(): Promise<RuleSet> {
  const loaded = await loadRuleSet(DETECTORS);
  if (!loaded.ok) throw new Error(loaded.error);
  return loaded.value;
}
