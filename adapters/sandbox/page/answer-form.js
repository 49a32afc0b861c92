import { el } from "./dom.js";
import { MOST_REASON_UNITS, labelled, outcomeField } from "./fields.js";
import { say } from "./words.js";

const CHOICES = {
  uphold: { word: "answered", help: "answeredHelp", hint: "answerHint", send: "answerNow" },
  dismiss: { word: "nothingToDo", help: "nothingToDoHelp", hint: "answerHint", send: "decideNow" },
  "need-more": { word: "need-more", help: "needMoreHelp", hint: "missingHint", send: "decideNow" },
};

/** A question or feedback is answered, put aside or asked about; there is nothing to delete and nobody to punish. */
export function answerForm({ number }, run) {
  const outcome = outcomeField(CHOICES);
  const text = el("textarea", { rows: 4, maxlength: MOST_REASON_UNITS, required: true });
  const problem = el("p", { class: "problem", role: "alert" });
  const send = el("button", { type: "submit", class: "primary", "data-command": "decide" });
  const field = labelled("answerText", text);
  const sync = () => {
    const { hint, send: word } = CHOICES[outcome.value()];
    field.querySelector("label").textContent = say(
      outcome.value() === "uphold" ? "answerText" : "reason",
    );
    text.placeholder = say(hint);
    send.textContent = say(word);
    problem.textContent = "";
  };
  const submit = async (event) => {
    event.preventDefault();
    const words = text.value.trim();
    const chosen = outcome.value();
    problem.textContent =
      words === "" ? say(chosen === "uphold" ? "needAnswer" : "needReason") : "";
    if (words === "") return text.focus();
    send.disabled = true;
    await run(asked(`#${number}`, chosen, words));
    send.disabled = false;
    return undefined;
  };
  const form = el(
    "form",
    { class: "decide", novalidate: true, onsubmit: (event) => void submit(event), onchange: sync },
    el("h2", {}, say("decide")),
    outcome.node,
    field,
    el("div", { class: "buttons" }, send),
    problem,
  );
  sync();
  return form;
}

/** An answer is the reason too: whoever asked gets it, and the record keeps it. */
function asked(item, outcome, words) {
  return outcome === "uphold"
    ? { command: "answer", args: { case: item, text: words } }
    : { command: "decide", args: { case: item, outcome, reason: words } };
}
