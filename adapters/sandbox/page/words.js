import { WORDS as EN } from "./words-en.js";
import { WORDS as ZH_CN } from "./words-zh-cn.js";
import { WORDS as ZH_TW } from "./words-zh-tw.js";

const CATALOGUES = { en: EN, "zh-CN": ZH_CN, "zh-TW": ZH_TW };
const KEPT_AS = "candor.language";

let language = remembered() ?? preferred();

function remembered() {
  try {
    const kept = localStorage.getItem(KEPT_AS);
    if (kept === "zh") return "zh-CN";
    return kept !== null && Object.hasOwn(CATALOGUES, kept) ? kept : null;
  } catch {
    return null; // Storage may be switched off; the page works without it.
  }
}

function preferred() {
  const wanted = navigator.language.toLowerCase();
  if (!wanted.startsWith("zh")) return "en";
  return /hant|tw|hk|mo/.test(wanted) ? "zh-TW" : "zh-CN";
}

/** `en`, `zh-CN` or `zh-TW`. */
export function currentLanguage() {
  return language;
}

/** `zh` or `en`: the languages of rules and examples. */
export function ruleLanguage() {
  return language === "en" ? "en" : "zh";
}

export function switchLanguage(to) {
  language = Object.hasOwn(CATALOGUES, to) ? to : "en";
  try {
    localStorage.setItem(KEPT_AS, language);
  } catch {
    // Not remembered, then.
  }
}

/** `{name}`, or `{name:one|many}` for the form that goes with a number. */
const VALUE = /\{(\w+)(?::([^|{}]*)\|([^{}]*))?\}/g;

/** The words for a key in the current language, with its values; an unknown key stands for itself. */
export function say(key, values = {}) {
  const words = CATALOGUES[language][key] ?? key;
  return words.replace(VALUE, (whole, name, one, many) => {
    const value = values[name];
    if (value === undefined || value === null) return whole;
    if (one === undefined) return String(value);
    return new Intl.PluralRules(language).select(Number(value)) === "one" ? one : many;
  });
}

/** Several things as one enumeration. */
export function sayList(items) {
  return items.join(say("comma"));
}

/** Writes words, labels and hints into the fixed parts of the page. */
export function sayAll(root) {
  document.documentElement.lang = language;
  for (const node of root.querySelectorAll("[data-word]"))
    node.textContent = say(node.dataset.word);
  for (const node of root.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", say(node.dataset.label));
  }
  for (const node of root.querySelectorAll("[data-hint]")) {
    node.setAttribute("placeholder", say(node.dataset.hint));
  }
}
