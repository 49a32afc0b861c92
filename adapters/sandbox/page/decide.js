import { fateOf } from "./acts.js";
import { answerForm } from "./answer-form.js";
import { el } from "./dom.js";
import {
  actionsField,
  button,
  labelled,
  lengthWords,
  outcomeField,
  ruleField,
  wordedField,
  wordsField,
  wordsProblem,
} from "./fields.js";
import { isInquiry, namesRule, outcomeTone, outcomeWords, ruleWords } from "./outcome.js";
import { colleagues, currentPerson, decidesCases, moderates } from "./person.js";
import { kept, nameOf } from "./queue.js";
import { clockTime } from "./time.js";
import { say } from "./words.js";

const WAITING = ["open", "reopened", "assigned", "on-hold"];
const HOLDS = ["1h", "4h", "1d", "3d"];
/** Actions with words of their own, by the argument that holds them. */
const WORDED = { correction: "ask-correction", answer: "publish-answer" };

/** Take, give back, acknowledge, hold, hand over: what can be done with a case before it is decided. */
export function actionBar(item, run) {
  if (!WAITING.includes(item.state) || !decidesCases()) return null;
  const command = (word, name, attributes = {}) =>
    button(word, () => void run(`${name} #${item.number}`), {
      "data-command": name,
      ...attributes,
    });
  const to = el(
    "select",
    {},
    colleagues(item).map(({ id, name }) => el("option", { value: id }, name)),
  );
  const hours = el(
    "select",
    {},
    HOLDS.map((each) => el("option", { value: each }, lengthWords(each))),
  );
  return el(
    "div",
    { class: "action-bar" },
    el(
      "div",
      { class: "buttons" },
      command(item.assignee ? "renew" : "take", "take", {
        class: item.assignee ? null : "primary",
      }),
      item.assignee && command("release", "skip"),
      !item.ladder.acknowledged && command("acknowledge", "ack"),
    ),
    el(
      "div",
      { class: "pairs" },
      pair(labelled("holdFor", hours), "hold", () => {
        void run({ command: "hold", args: { case: `#${item.number}`, duration: hours.value } });
      }),
      pair(labelled("handOverTo", to), "handOver", () => {
        void run({ command: "handover", args: { case: `#${item.number}`, who: to.value } });
      }),
    ),
  );
}

function pair(field, word, onclick) {
  return el(
    "div",
    { class: "pair" },
    field,
    button(word, onclick, { "data-command": word.toLowerCase() }),
  );
}

/** The decision that stands, the proposal that waits, or the form to decide. */
export function decisionPart(item, run) {
  const may = decidesCases();
  if (item.proposal) return proposalBox(item, run);
  if (item.decision) return decisionBox(item, run, may);
  if (!may || !WAITING.includes(item.state)) return null;
  return isInquiry(item) ? answerForm(item, run) : decideForm(item, run);
}

/** Who proposes what, and why; whoever may be the second agrees or turns it down. */
function proposalBox(item, run) {
  const { number, proposal } = item;
  const own = proposal.by.id === currentPerson();
  const outcome = outcomeWords(item, proposal.outcome);
  return el(
    "section",
    { class: "decision-box proposal" },
    el("h2", {}, say("proposed")),
    el("p", {}, say("proposedBy", { name: nameOf(proposal.by), outcome })),
    decisionFacts(item, proposal),
    own && el("p", { class: "fine" }, say("confirmElse")),
    moderates() &&
      el(
        "div",
        { class: "buttons" },
        !own &&
          button("confirm", () => void run(`confirm #${number} p:${proposal.shortId}`), {
            class: "primary",
            "data-command": "confirm",
          }),
        button("reject", () => void run(`reject #${number} p:${proposal.shortId}`), {
          "data-command": "reject",
        }),
      ),
  );
}

function decisionBox(item, run, may) {
  const { number, state, decision, appeals } = item;
  return el(
    "section",
    { class: `decision-box ${outcomeTone(item, decision.outcome)}` },
    decisionFacts(item, decision),
    appeals.filter(({ decisionId }) => decisionId === decision.id).map(appealFacts),
    state === "appealed" && may && appealForm(item, run),
    may &&
      state === "decided" &&
      el(
        "div",
        { class: "buttons" },
        button("undo", () => void run(`undo #${number}`), { "data-command": "undo" }),
      ),
  );
}

export function appealFacts({ reason, at, dueAt, decidedBy, overturned, answer }) {
  const answered = decidedBy !== null;
  return el(
    "div",
    { class: "appeal" },
    el(
      "p",
      { class: "fine" },
      say("appealed", { when: clockTime(at) }),
      !answered && ` · ${say("answerBy", { when: clockTime(dueAt) })}`,
    ),
    el("p", { class: "reason" }, kept(reason)),
    answered &&
      el(
        "p",
        {},
        el("strong", {}, `${say(overturned ? "overturned" : "stood")} · ${nameOf(decidedBy)}`),
        " · ",
        kept(answer),
      ),
  );
}

/** A moderator who did not decide first answers the author: the decision stands, or it is overturned. */
function appealForm({ number }, run) {
  const reason = wordsField({ rows: 2 });
  const problem = el("p", { class: "problem", role: "alert" });
  const answer = (outcome) => () => {
    const wrong = wordsProblem(reason.value(), "needReason", "reason");
    problem.textContent = wrong ?? "";
    if (wrong) return reason.words.focus();
    const args = { case: `#${number}`, outcome, reason: reason.value() };
    return void run({ command: "decide", args });
  };
  return el(
    "div",
    { class: "appeal-form" },
    el("p", { class: "late" }, say("appealOpen")),
    labelled("appealReason", reason.words, reason.counter),
    el(
      "div",
      { class: "buttons" },
      button("upholdAppeal", answer("uphold"), { "data-outcome": "uphold" }),
      button("overturn", answer("dismiss"), { "data-outcome": "dismiss" }),
    ),
    problem,
  );
}

/** Rule, reason and actions; of a decision that stands also what became of each action. */
export function decisionFacts(item, facts) {
  const { rule, reason, actions, at, strikePoints } = facts;
  const stands = facts.id === item.decision?.id;
  return el(
    "div",
    {},
    el("p", {}, el("code", {}, ruleWords(rule)), ` · ${clockTime(at)}`),
    el("p", { class: "reason" }, kept(reason)),
    actions.length > 0 &&
      el(
        "ul",
        { class: "done-actions" },
        actions.map((each) => {
          const fate = stands && fateOf(item, facts, each.kind);
          return el(
            "li",
            { class: fate ? `act ${fate.outcome}` : null },
            actionWords(each),
            fate && el("strong", { class: "fate" }, ` · ${fate.words}`),
          );
        }),
      ),
    strikePoints > 0 && el("p", { class: "fine" }, say("strikes", { points: strikePoints })),
  );
}

function actionWords({ kind, minutes, text }) {
  const words = say(`action.${kind}`);
  if (text !== undefined) return say("pair", { name: words, what: text });
  if (minutes === undefined) return words;
  return `${words} · ${minutes === null ? say("forEver") : minutesWords(minutes)}`;
}

function minutesWords(minutes) {
  if (minutes % 1440 === 0) return say("days", { count: minutes / 1440 });
  return minutes % 60 === 0
    ? say("hours", { count: minutes / 60 })
    : say("minutes", { count: minutes });
}

function decideForm(item, run) {
  const outcome = outcomeField();
  const rule = namesRule(item) ? ruleField(item) : null;
  const actions = actionsField(item);
  const worded = Object.fromEntries(
    Object.entries(WORDED).map(([name, kind]) => [name, wordedField(kind)]),
  );
  const reason = wordsField({
    rows: 3,
    placeholder: say("reasonHint"),
    required: true,
  });
  const problem = el("p", { class: "problem", role: "alert" });
  const send = el(
    "button",
    { type: "submit", class: "primary", "data-command": "decide" },
    say("decideNow"),
  );
  const sync = () => {
    actions.fit(outcome.value());
    for (const field of Object.values(worded)) field.fit(outcome.value());
  };
  const submit = async (event) => {
    event.preventDefault();
    const args = {
      case: `#${item.number}`,
      outcome: outcome.value(),
      ...(rule && rule.value() !== "" && { rule: rule.value() }),
      ...(outcome.value() !== "need-more" && { ...actions.args(), ...wordsOf(worded) }),
      reason: reason.value(),
    };
    const wrong = wrongIn(args, { reason, rule, worded });
    problem.textContent = wrong?.words ?? "";
    if (wrong) return wrong.field.focus();
    send.disabled = true;
    await run({ command: "decide", args });
    send.disabled = false;
    return undefined;
  };
  const form = el(
    "form",
    { class: "decide", novalidate: true, onsubmit: (event) => void submit(event), onchange: sync },
    el("h2", {}, say("decide")),
    outcome.node,
    rule?.node,
    actions.node,
    Object.values(worded).map(({ node }) => node),
    labelled("reason", reason.words, reason.counter),
    el("div", { class: "buttons" }, send),
    problem,
  );
  sync();
  return form;
}

/** What keeps a decision from being sent, and the field to mend it in; null when nothing does. */
function wrongIn({ reason, rule: named, outcome }, fields) {
  const words = wordsProblem(reason, "needReason", "reason");
  if (words) return { words, field: fields.reason.words };
  if (fields.rule?.isRequired && named === undefined && outcome === "uphold") {
    return { words: say("needRule"), field: fields.rule.words };
  }
  for (const [name, field] of Object.entries(fields.worded)) {
    const unsaid = field.asked()
      ? wordsProblem(field.value(), "needWords", `action.${WORDED[name]}`)
      : null;
    if (unsaid) return { words: unsaid, field: field.words };
  }
  return null;
}

function wordsOf(worded) {
  const asked = Object.entries(worded).filter(([, field]) => field.asked());
  return Object.fromEntries(asked.map(([name, field]) => [name, field.value()]));
}

/** Adds a note for the team or for the author. */
export function noteForm({ number }, run) {
  const text = wordsField({
    rows: 2,
    placeholder: say("noteHint"),
  });
  const audience = el(
    "select",
    {},
    ["team", "author"].map((each) => el("option", { value: each }, say(`audience.${each}`))),
  );
  const problem = el("p", { class: "problem", role: "alert" });
  const submit = async (event) => {
    event.preventDefault();
    const wrong = wordsProblem(text.value(), "needWords", "noteText");
    problem.textContent = wrong ?? "";
    if (wrong) return text.words.focus();
    const args = { case: `#${number}`, audience: audience.value, text: text.value() };
    const reply = await run({ command: "note", args });
    if (reply.kind === "done") text.clear();
    return undefined;
  };
  return el(
    "form",
    { class: "note-form", novalidate: true, onsubmit: (event) => void submit(event) },
    labelled("noteText", text.words, text.counter),
    el(
      "div",
      { class: "pairs" },
      labelled("noteFor", audience),
      el("button", { type: "submit", "data-command": "note" }, say("addNote")),
    ),
    problem,
  );
}
