import { read, write } from "./api.js";
import { arrange, byId, el, fill } from "./dom.js";
import { age, clockTime, tick, timeElement } from "./time.js";
import { familyChip, findingList, highlighted, severityChip } from "./verdict.js";
import { say } from "./words.js";

const KEPT_AS = "candor.moderator";
const MOST_OPEN = 200;
const MOST_DECIDED = 50;
/** Changes that come this close together are read once. */
const CASE_CALM_MS = 60;
const QUEUE_CALM_MS = 300;
const LAST_SEVERITY = "S9";

const cases = new Map();
const cards = new Map();
const asked = new Set();
let order = [];
let announce = () => {};
let showMessage = () => false;

/**
 * Prepares the queue. `onNew` is called with words about a case that has just arrived; `onShow` brings
 * a message into view and says whether it could.
 */
export function startQueue(onNew, onShow) {
  announce = onNew;
  showMessage = onShow;
  const name = byId("moderator");
  try {
    name.value = localStorage.getItem(KEPT_AS) ?? "";
  } catch {
    // Storage may be switched off; the name is then typed each time.
  }
  name.addEventListener("change", () => {
    try {
      localStorage.setItem(KEPT_AS, name.value.trim());
    } catch {
      // As above.
    }
  });
  setInterval(() => tick(byId("open-cases")), 1000);
}

/** Reads the whole queue from the record. */
export async function loadQueue() {
  try {
    const [open, decided] = await Promise.all([
      read(`/api/cases?state=open&limit=${MOST_OPEN}`),
      read(`/api/cases?state=decided&limit=${MOST_DECIDED}`),
    ]);
    cases.clear();
    for (const each of [...open.cases, ...decided.cases]) cases.set(each.id, each);
    byId("queue-problem").textContent = "";
    draw();
  } catch (refusal) {
    byId("queue-problem").textContent = refusal.message;
  }
}

/** Reads one case again, or the whole queue for null; calls that come close together are answered by one reading. */
export async function takeCase(id) {
  if (asked.has(id)) return;
  asked.add(id);
  await new Promise((resolve) => setTimeout(resolve, id === null ? QUEUE_CALM_MS : CASE_CALM_MS));
  asked.delete(id);
  if (id === null) {
    await loadQueue();
    return;
  }
  try {
    const { case: found } = await read(`/api/cases/${encodeURIComponent(id)}`);
    if (!cases.has(id)) announce(say("newCase", { number: found.number }));
    cases.set(id, found);
    draw();
  } catch (refusal) {
    if (refusal.status === 0) byId("queue-problem").textContent = refusal.message;
  }
}

export function redrawQueue() {
  for (const card of cards.values()) card.drawn = null;
  draw();
}

/** Brings a case into view. */
export function showCard(id) {
  const card = cards.get(id);
  if (!card) return;
  card.node.scrollIntoView({ block: "center" });
  card.node.focus();
}

function draw() {
  const all = [...cases.values()];
  const open = all.filter((each) => each.state === "open").toSorted(byUrgency);
  const decided = all
    .filter((each) => each.state === "decided")
    .toSorted((a, b) => b.decidedAt - a.decidedAt)
    .slice(0, MOST_DECIDED);
  order = [...open, ...decided].map((each) => each.id);
  for (const id of cards.keys()) if (!order.includes(id)) cards.delete(id);
  arrange(byId("open-cases"), open.map(cardOf));
  arrange(byId("decided-cases"), decided.map(cardOf));
  byId("queue-empty").hidden = open.length > 0;
  byId("decided-empty").hidden = decided.length > 0;
  byId("open-count").hidden = open.length === 0;
  byId("open-count").textContent = String(open.length);
  tick(byId("open-cases"));
}

/** Gravest first, a case without a severity last; then the one that has waited longest. */
function byUrgency(a, b) {
  const [first, second] = [a.severity ?? LAST_SEVERITY, b.severity ?? LAST_SEVERITY];
  return first.localeCompare(second) || a.openedAt - b.openedAt || a.number - b.number;
}

/** A card keeps its form while it lives, so that a reason half typed is never lost. */
function cardOf(each) {
  const drawing = JSON.stringify(each);
  const card = cards.get(each.id) ?? newCard(each);
  if (card.drawn === drawing) return card.node;
  card.drawn = drawing;
  card.node.className = `case ${each.severity ?? ""} ${each.overdue ? "overdue" : ""}`;
  fill(card.facts, facts(each));
  card.form.hidden = each.state !== "open";
  labelForm(card);
  return card.node;
}

function newCard(each) {
  const factsNode = el("div", { class: "facts" });
  const reasonId = `reason-${each.id}`;
  const reason = el("textarea", { id: reasonId, rows: 2, maxlength: 1000, required: true });
  const label = el("label", { for: reasonId });
  const problem = el("p", { class: "problem", role: "alert" });
  const uphold = el("button", { type: "button", class: "primary", "data-outcome": "uphold" });
  const dismiss = el("button", { type: "button", class: "plain", "data-outcome": "dismiss" });
  const see = el("button", {
    type: "button",
    class: "case-link",
    onclick: () => {
      problem.textContent = showMessage(each.channelId, each.messageId) ? "" : say("messageGone");
    },
  });
  const form = el(
    "form",
    { class: "decide", onsubmit: (event) => event.preventDefault() },
    label,
    reason,
    el("div", { class: "buttons" }, uphold, dismiss),
  );
  const node = el("li", { tabindex: -1, "data-case": each.id }, factsNode, see, form, problem);
  const card = {
    node,
    facts: factsNode,
    form,
    see,
    reason,
    label,
    problem,
    uphold,
    dismiss,
    drawn: null,
  };
  uphold.addEventListener("click", () => void decide(each.id, card, "uphold"));
  dismiss.addEventListener("click", () => void decide(each.id, card, "dismiss"));
  cards.set(each.id, card);
  return card;
}

function labelForm(card) {
  card.see.textContent = say("seeMessage");
  card.label.textContent = say("reason");
  card.reason.placeholder = say("reasonHint");
  for (const outcome of ["uphold", "dismiss"]) {
    card[outcome].textContent = say(outcome);
    card[outcome].title = say(`${outcome}Help`);
  }
}

function facts(each) {
  const { author, standing, verdict, evidence, decision } = each;
  return [
    el(
      "p",
      { class: "case-head" },
      el("strong", {}, `#${each.number}`),
      severityChip(each.severity),
      each.families.map(familyChip),
      verdict.errored && el("span", { class: "chip S2" }, say("rulesBroke")),
      each.overdue && el("span", { class: "chip late" }, say("overdue", { rung: each.rung })),
      each.state === "open" && el("span", { class: "age", "data-since": each.openedAt }),
    ),
    el(
      "p",
      { class: "fine" },
      el("span", { class: "who-name" }, author.name ?? shortId(author.id)),
      ` · ${say(`role.${author.role}`)} · # ${each.channel} · `,
      timeElement(each.sentAt),
      each.held && ` · ${say("held")}`,
      each.shadow && ` · ${say("shadow")}`,
    ),
    standing && el("p", { class: "fine" }, say("standing", standing)),
    evidence === null
      ? el("p", { class: "fine" }, say("evidenceGone"))
      : el(
          "figure",
          { class: "evidence" },
          el("blockquote", {}, highlighted(evidence, verdict.findings)),
          el("figcaption", {}, say("evidence")),
        ),
    verdict.findings.length > 0
      ? findingList(verdict.findings)
      : el("p", { class: "fine" }, say("noEvidence")),
    decision && decisionLine(each, decision),
  ];
}

function decisionLine(each, decision) {
  const outcome = say(decision.outcome === "uphold" ? "outcomeUphold" : "outcomeDismiss");
  const words = say("decidedBy", {
    outcome,
    name: decision.moderatorId,
    when: clockTime(decision.decidedAt),
    age: age(decision.decidedAt - each.openedAt),
  });
  return el(
    "div",
    { class: `decision-line ${decision.outcome}` },
    el("p", {}, el("strong", {}, words)),
    el("p", {}, decision.reason),
  );
}

function shortId(id) {
  return id.length > 14 ? `${id.slice(0, 14)}…` : id || "…";
}

async function decide(id, card, outcome) {
  const moderator = byId("moderator");
  const reason = card.reason.value.trim();
  if (reason === "") return refuse(card, say("needReason"), card.reason);
  if (moderator.value.trim() === "") return refuse(card, say("needModerator"), moderator);
  refuse(card, "");
  card.uphold.disabled = true;
  card.dismiss.disabled = true;
  try {
    const answer = await write(`/api/cases/${encodeURIComponent(id)}/decisions`, {
      outcome,
      reason,
      moderator: moderator.value.trim(),
    });
    cases.set(id, answer.case);
    const next = order[order.indexOf(id) + 1];
    draw();
    // The decided card moves away; the next open one is where the moderator goes on.
    const nextCard = next && cases.get(next)?.state === "open" ? cards.get(next) : undefined;
    (nextCard?.reason ?? moderator).focus({ preventScroll: nextCard === undefined });
  } catch (refusal) {
    refuse(card, refusal.message);
    if (refusal.status === 409) void takeCase(id);
  } finally {
    card.uphold.disabled = false;
    card.dismiss.disabled = false;
  }
}

function refuse(card, words, focus) {
  card.problem.textContent = words;
  focus?.focus();
}
