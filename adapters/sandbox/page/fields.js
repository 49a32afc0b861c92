import { el } from "./dom.js";
import { ruleText } from "./rules.js";
import { say } from "./words.js";

/** Longest reason, note and answer, in UTF-16 units; the server has the last word. */
const MOST_REASON_UNITS = 1000;
const COUNT_FROM = 800;
/** Outcomes of a finding, and what each means. */
const OUTCOMES = {
  uphold: { word: "uphold", help: "upholdHelp" },
  dismiss: { word: "dismiss", help: "dismissHelp" },
  "need-more": { word: "need-more", help: "needMoreHelp" },
};
/** What may follow from a false alarm. */
const AFTER_DISMISSAL = ["restore", "publish-answer"];
/** Actions without words of their own, and for how long those with an end may last. */
const ACTIONS = ["delete", "restore", "warn", "timeout", "kick", "ban"];
const ON_MESSAGE = ["delete", "restore"];
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

/** `10m` in words; the empty text is for good. */
export function lengthWords(text) {
  if (text === "") return say("forEver");
  return say(UNITS[text.at(-1)], { count: text.slice(0, -1) });
}

/** A field under its label, with what belongs to it below. */
export function labelled(word, field, ...more) {
  const id = field.id || newId();
  field.id = id;
  return el("div", { class: "field" }, el("label", { for: id }, say(word)), field, ...more);
}

/** A field for words of the moderator's own, which says how long they are where that matters. Nothing is cut off. */
export function wordsField(attributes) {
  const words = el("textarea", attributes);
  const counter = el("span", { class: "counter", "aria-live": "off" });
  const count = () => {
    const { length } = words.value;
    counter.textContent = length > COUNT_FROM ? `${length} / ${MOST_REASON_UNITS}` : "";
    counter.classList.toggle("over", length > MOST_REASON_UNITS);
  };
  words.addEventListener("input", count);
  const clear = () => {
    words.value = "";
    count();
  };
  return { words, counter, clear, value: () => words.value.trim() };
}

/** Why words of a field cannot be sent: there are none, or too many; null when they can. */
export function wordsProblem(text, empty, name) {
  if (text === "") return say(empty);
  const over = text.length - MOST_REASON_UNITS;
  if (over <= 0) return null;
  return say("pair", { name: say(name), what: say("tooLong", { over, most: MOST_REASON_UNITS }) });
}

/** The outcomes, each with its `word` and its `help`; `value()` is the chosen one. */
export function outcomeField(outcomes = OUTCOMES) {
  const name = newId();
  const inputs = Object.keys(outcomes).map((value) =>
    el("input", { type: "radio", name, value, id: newId(), checked: value === "uphold" }),
  );
  const node = el(
    "fieldset",
    {},
    el("legend", {}, say("outcome")),
    inputs.map((input) =>
      el(
        "label",
        { for: input.id, class: "choice", title: say(outcomes[input.value].help) },
        input,
        ` ${say(outcomes[input.value].word)}`,
      ),
    ),
  );
  return { node, value: () => inputs.find(({ checked }) => checked)?.value ?? "uphold" };
}

/** The rules that were found, and words of the moderator's own; `isRequired`: the server asks for one. */
export function ruleField({ verdict, all }) {
  const findings = [verdict, ...all.map((each) => each.verdict)].flatMap((each) => each.findings);
  const titles = new Map(findings.map((finding) => [finding.rule, ruleText(finding).title]));
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
    /** Where a rule broke, the record says so itself. */
    isRequired: verdict.errored === undefined,
    value: () => (select.value === OTHER_RULE ? quoted(words.value.trim()) : select.value),
  };
}

/** Words of one's own stand in quotation marks, so that they are no rule's id. */
function quoted(words) {
  return words === "" ? "" : `"${words.replaceAll('"', "'")}"`;
}

/**
 * What is to be done, and for how long; `args()` gives the arguments of `decide`. `fit(outcome)` leaves what
 * goes with an outcome: a false alarm has no consequences, and brings back what was hidden.
 */
export function actionsField({ held, about }) {
  const hasMessage = about === "message";
  const kinds = hasMessage ? ACTIONS : ACTIONS.filter((kind) => !ON_MESSAGE.includes(kind));
  const boxes = new Map(
    kinds.map((kind) => [
      kind,
      el("input", { type: "checkbox", id: newId(), value: kind, checked: kind === "delete" }),
    ]),
  );
  const lengths = new Map(
    Object.entries(LENGTHS).map(([kind, choices]) => [kind, lengthField(kind, choices)]),
  );
  const ticked = (kind) => boxes.get(kind)?.checked ?? false;
  const showLengths = () => {
    for (const [kind, select] of lengths) select.hidden = !ticked(kind);
  };
  const node = el(
    "fieldset",
    {
      onchange: ({ target }) => {
        const unlike = boxes.get(UNLIKE[target.value]);
        if (unlike && target.checked) unlike.checked = false;
        // What is hidden stays so or comes back: there is no third.
        if (unlike && held && ON_MESSAGE.includes(target.value)) unlike.checked = !target.checked;
        showLengths();
      },
    },
    el("legend", {}, say("actions")),
    kinds.map((kind) =>
      el(
        "div",
        { class: "choice" },
        boxes.get(kind),
        el("label", { for: boxes.get(kind).id }, say(`action.${kind}`)),
        lengths.get(kind),
      ),
    ),
  );
  let last = "uphold";
  let before = [];
  const fit = (outcome) => {
    if (outcome === last) return;
    if (last === "uphold") before = kinds.filter(ticked);
    last = outcome;
    node.hidden = outcome === "need-more";
    for (const [kind, box] of boxes) {
      const fits = outcome === "uphold" || AFTER_DISMISSAL.includes(kind);
      // What was hidden comes back by itself: it is shown, and no choice.
      const comesBack = outcome === "dismiss" && held && kind === "restore";
      box.disabled = !fits || comesBack;
      box.checked = outcome === "uphold" ? before.includes(kind) : comesBack;
    }
    showLengths();
  };
  showLengths();
  const args = () => {
    const chosen = kinds.filter((kind) => ticked(kind) && !boxes.get(kind).disabled);
    if (chosen.length === 0) return last === "dismiss" ? {} : { actions: "none" };
    const timed = chosen.find((kind) => lengths.has(kind));
    const length = timed ? lengths.get(timed).value : "";
    return { actions: chosen.join(","), ...(length !== "" && { duration: length }) };
  };
  return { node, args, fit };
}

function lengthField(kind, choices) {
  const options = choices.map((each) => el("option", { value: each }, lengthWords(each)));
  const label = say("pair", { name: say(`action.${kind}`), what: say("for") });
  return el("select", { "aria-label": label }, options);
}

/** An action that needs words; `asked()` says whether it is chosen, `fit(outcome)` whether it can be. */
export function wordedField(kind) {
  const box = el("input", { type: "checkbox", id: newId(), value: kind });
  const { words, counter, value } = wordsField({
    rows: 2,
    "aria-label": say("pair", { name: say(`action.${kind}`), what: say("textFor") }),
    placeholder: say("textFor"),
    hidden: true,
  });
  const node = el(
    "div",
    { class: "choice worded" },
    box,
    el("label", { for: box.id }, say(`action.${kind}`)),
    words,
    counter,
  );
  const show = () => {
    words.hidden = !box.checked;
    counter.hidden = !box.checked;
  };
  box.addEventListener("change", () => {
    show();
    if (box.checked) words.focus();
  });
  const fit = (outcome) => {
    node.hidden = outcome === "need-more";
    box.disabled = outcome === "dismiss" && !AFTER_DISMISSAL.includes(kind);
    if (box.disabled || node.hidden) box.checked = false;
    show();
  };
  return { node, words, fit, asked: () => box.checked, value };
}
