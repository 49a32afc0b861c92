import { read } from "./api.js";
import { currentLanguage, ruleLanguage } from "./words.js";

/** Rules are written in two languages; a third script is converted by the server. */
const CONVERTED = "zh-TW";

let converted = {};

/** Reads the rules in the page's script where they are not written in it. */
export async function loadRules() {
  if (currentLanguage() !== CONVERTED) return;
  try {
    converted = (await read(`/api/rules?language=${CONVERTED}`)).rules;
  } catch {
    // They are shown as they are written, then.
  }
}

/** Title, reason and citation of the rule of a finding in the language of the page. */
export function ruleText({ rule, reason, citation, words }) {
  const known = currentLanguage() === CONVERTED ? converted[rule] : undefined;
  return {
    title: known?.title ?? words?.title[ruleLanguage()] ?? "",
    reason: known?.reason ?? words?.reason[ruleLanguage()] ?? reason,
    citation: citation === "" ? "" : (known?.citation ?? citation),
  };
}
