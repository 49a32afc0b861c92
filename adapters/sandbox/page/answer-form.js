import { el } from "./dom.js";
import { labelled, outcomeField, wordsField, wordsProblem } from "./fields.js";
import { say } from "./words.js";

const CHOICES = {
  uphold: { word: "answered", help: "answeredHelp", hint: "answerHint", send: "answerNow" },
  dismiss: { word: "nothingToDo", help: "nothingToDoHelp", hint: "answerHint", send: "decideNow" },
  "need-more": { word: "need-more", help: "needMoreHelp", hint: "missingHint", send: "decideNow" },
};

/** A question or feedback is answered, put aside or asked about; there is nothing to delete and nobody to punish. */
export function answerForm({ number }, run) {
  const outcome = outcomeField(CHOICES);
  const text = wordsField({ rows: 4, required: true });
  const problem = el("p", { class: "problem", role: "alert" });
  const send = el("button", { type: "submit", class: "primary", "data-command": "decide" });
  const field = labelled("answerText", text.words, text.counter);
  const sync = () => {
    const { hint, send: word } = CHOICES[outcome.value()];
    field.querySelector("label").textContent = say(
      outcome.value() === "uphold" ? "answerText" : "reason",
    );
    text.words.placeholder = say(hint);
    send.textContent = say(word);
    problem.textContent = "";
  };
  const submit = async (event) => {
    event.preventDefault();
    const chosen = outcome.value();
    const wrong =
      chosen === "uphold"
        ? wordsProblem(text.value(), "needAnswer", "answerText")
        : wordsProblem(text.value(), "needReason", "reason");
    problem.textContent = wrong ?? "";
    if (wrong) return text.words.focus();
    send.disabled = true;
    await run(asked(`#${number}`, chosen, text.value()));
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
