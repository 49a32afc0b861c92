import { say } from "./words.js";

/** Where somebody waits for an answer and no rule is named. */
const INQUIRIES = ["question", "feedback"];
/** Sources that stand for a rule where a decision names none. */
const SOURCES = [...INQUIRIES, "report", "review"];

/** Whether a case is a question or feedback: it is answered, and nothing is found right or wrong. */
export function isInquiry({ source }) {
  return INQUIRIES.includes(source);
}

/** Whether whoever decides a case may say under which rule. */
export function namesRule(item) {
  return !isInquiry(item);
}

/** An outcome as it is said of a case of this source. */
export function outcomeWords(item, outcome) {
  if (isInquiry(item)) return say(outcome === "uphold" ? "outcomeAnswered" : "nothingToDo");
  return say(outcome === "uphold" ? "outcomeUphold" : "outcomeDismiss");
}

/** How a decision looks: an answer blames nobody. */
export function outcomeTone(item, outcome) {
  return isInquiry(item) ? "answered" : outcome;
}

/** A rule's id, or the source that stands for one where a decision names none. */
export function ruleWords(rule) {
  return SOURCES.includes(rule) ? say(`source.${rule}`) : rule;
}
