import { el } from "./dom.js";
import { ruleLanguage, say } from "./words.js";

/** Longest reason, note and answer, in UTF-16 units; the server has the last word. */
export const MOST_REASON_UNITS = 1000;
const OUTCOMES = ["uphold", "dismiss", "need-more"];
const HELP = { uphold: "upholdHelp", dismiss: "dismissHelp", "need-more": "needMoreHelp" };
/** Actions without words of their own, and for how long those with an end may last. */
const ACTIONS = ["delete", "restore", "warn", "timeout", "kick", "ban"];
const LENGTHS = { timeout: ["10m", "1h", "1d", "7d", "28d"], ban: ["", "1d", "7d", "28d"] };
/** What contradicts itself cannot be asked for: one of two lengths, and a message both gone and back. */
const UNLIKE = { timeout: "ban", ban: "timeout", delete: "restore", restore: "delete" };
const UNITS = { m: "minutes", h: "hours", d: "days" };
const OTHER_RULE = "";

let ids = 0;

function newId() {
  ids += 1;
  return `field-${ids}`;
}

/** A button with words of the catalogue. */
export function button(word, onclick, attributes = {}) {
  return el("button", { type: "button", ...attributes, onclick }, say(word));
}

/** `10m` in words; the empty text is for ever. */
export function lengthWords(text) {
  if (text === "") return say("forEver");
  return say(UNITS[text.at(-1)], { count: text.slice(0, -1) });
}

/** A field under its label. */
export function labelled(word, field, attributes = {}) {
  const id = field.id || newId();
  field.id = id;
  return el("div", { class: "field", ...attributes }, el("label", { for: id }, say(word)), field);
}

/** The three outcomes; `value()` is the chosen one. */
export function outcomeField() {
  const name = newId();
  const inputs = OUTCOMES.map((value) =>
    el("input", { type: "radio", name, value, id: newId(), checked: value === "uphold" }),
  );
  const node = el(
    "fieldset",
    {},
    el("legend", {}, say("outcome")),
    inputs.map((input) =>
      el(
        "label",
        { for: input.id, class: "choice", title: say(HELP[input.value]) },
        input,
        ` ${say(input.value)}`,
      ),
    ),
  );
  return { node, value: () => inputs.find(({ checked }) => checked)?.value ?? "uphold" };
}

/** The rules that were found, and words of the moderator's own. */
export function ruleField({ verdict, all }) {
  const findings = [verdict, ...all.map((each) => each.verdict)].flatMap((each) => each.findings);
  const titles = new Map(
    findings.map(({ rule, words }) => [rule, words?.title[ruleLanguage()] ?? ""]),
  );
  const select = el(
    "select",
    {},
    [...titles].map(([id, title]) => el("option", { value: id }, `${id} ${title}`)),
    el("option", { value: OTHER_RULE }, say("otherRule")),
  );
  const words = el("input", {
    type: "text",
    maxlength: 100,
    "aria-label": say("ruleWords"),
    placeholder: say("ruleWords"),
  });
  const sync = () => {
    words.hidden = select.value !== OTHER_RULE;
  };
  select.addEventListener("change", sync);
  sync();
  return {
    node: el("div", {}, labelled("rule", select), words),
    words,
    value: () => (select.value === OTHER_RULE ? words.value.trim() : select.value),
  };
}

/** What is to be done, and for how long; `args(outcome)` gives the arguments of `decide`. */
export function actionsField({ source }) {
  const boxes = new Map();
  const lengths = new Map();
  for (const kind of ACTIONS) {
    const isUsual = kind === "delete" && source !== "question" && source !== "feedback";
    boxes.set(kind, el("input", { type: "checkbox", id: newId(), value: kind, checked: isUsual }));
  }
  for (const [kind, choices] of Object.entries(LENGTHS)) {
    const options = choices.map((each) => el("option", { value: each }, lengthWords(each)));
    lengths.set(
      kind,
      el("select", { "aria-label": `${say(`action.${kind}`)}: ${say("for")}` }, options),
    );
  }
  const node = el(
    "fieldset",
    {
      onchange: ({ target }) => {
        if (target.checked && UNLIKE[target.value]) boxes.get(UNLIKE[target.value]).checked = false;
        for (const [kind, select] of lengths) select.hidden = !boxes.get(kind).checked;
      },
    },
    el("legend", {}, say("actions")),
    ACTIONS.map((kind) =>
      el(
        "div",
        { class: "choice" },
        boxes.get(kind),
        el("label", { for: boxes.get(kind).id }, say(`action.${kind}`)),
        lengths.get(kind),
      ),
    ),
  );
  for (const select of lengths.values()) select.hidden = true;
  const args = (outcome) => {
    const usual = boxes.get("delete");
    // A dismissal without a choice brings back what was hidden; the first tick is only meant for an upheld one.
    const chosen = ACTIONS.filter(
      (kind) => boxes.get(kind).checked && !(outcome === "dismiss" && boxes.get(kind) === usual),
    );
    if (chosen.length === 0) return outcome === "dismiss" ? {} : { actions: "none" };
    const timed = chosen.find((kind) => lengths.has(kind));
    const length = timed ? lengths.get(timed).value : "";
    return { actions: chosen.join(","), ...(length !== "" && { duration: length }) };
  };
  return { node, args };
}

/** An action that needs words; `asked()` says whether it is chosen. */
export function wordedField(kind) {
  const box = el("input", { type: "checkbox", id: newId(), value: kind });
  const words = el("textarea", {
    rows: 2,
    maxlength: MOST_REASON_UNITS,
    "aria-label": `${say(`action.${kind}`)}: ${say("textFor")}`,
    placeholder: say("textFor"),
    hidden: true,
  });
  const node = el(
    "div",
    { class: "choice worded" },
    box,
    el("label", { for: box.id }, say(`action.${kind}`)),
    words,
  );
  box.addEventListener("change", () => {
    words.hidden = !box.checked;
    if (box.checked) words.focus();
  });
  return { node, words, asked: () => box.checked, value: () => words.value.trim() };
}
