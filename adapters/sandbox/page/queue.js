import { read } from "./api.js";
import { calmly } from "./calm.js";
import { runIn } from "./commands.js";
import { arrange, byId, el, fill } from "./dom.js";
import { outcomeTone, outcomeWords } from "./outcome.js";
import { currentPerson, decidesCases, seesCases } from "./person.js";
import { clockTime, tick, timeElement } from "./time.js";
import { familyChip, highlighted, severityChip } from "./verdict.js";
import { say } from "./words.js";

const MOST_OPEN = 200;
const MOST_DECIDED = 50;
/** Changes that come this close together are read once. */
const CALM_MS = 120;
const WAITING = "open,reopened,assigned,on-hold,appealed";

const cards = new Map();
let waiting = [];
let decided = [];
let known = null;
let speak = () => {};
let openCase = () => {};

/** Prepares the queue. `announce` is called with words about a case that has just arrived, `onOpen` with the case that somebody wants to see. */
export function startQueue(announce, onOpen) {
  speak = announce;
  openCase = onOpen;
  setInterval(() => tick(byId("queue-list")), 1000);
}

/** Reads the queue from the record. */
export const loadQueue = calmly(readQueue, CALM_MS);

async function readQueue() {
  const person = currentPerson();
  if (person === "" || !seesCases()) {
    show([], []);
    known = null;
    return;
  }
  const who = `person=${encodeURIComponent(person)}`;
  try {
    const [open, done] = await Promise.all([
      read(`/api/cases?${who}&states=${WAITING}&limit=${MOST_OPEN}`),
      read(`/api/cases?${who}&states=decided,closed&limit=${MOST_DECIDED}`),
    ]);
    if (person !== currentPerson()) return;
    byId("queue-problem").textContent = "";
    show(open.cases, done.cases);
  } catch (refusal) {
    byId("queue-problem").textContent = refusal.message;
  }
}

/** Another person looks: what is new to them is not news. */
export function forgetQueue() {
  known = null;
  cards.clear();
  void loadQueue();
}

export function redrawQueue() {
  for (const card of cards.values()) card.drawn = null;
  draw();
}

/** Brings a case's card into view and gives it the focus. */
export function focusCard(id) {
  const card = cards.get(id);
  card?.node.scrollIntoView({ block: "nearest" });
  card?.open.focus();
}

function show(open, done) {
  const fresh = known && open.find(({ id }) => !known.has(id));
  if (fresh) speak(say("newCase", { number: fresh.number }));
  known = new Set([...open, ...done].map(({ id }) => id));
  waiting = open;
  decided = done;
  draw();
}

function draw() {
  for (const id of cards.keys()) if (!known?.has(id)) cards.delete(id);
  arrange(byId("open-cases"), waiting.map(cardOf));
  arrange(byId("decided-cases"), decided.map(cardOf));
  byId("queue-empty").hidden = waiting.length > 0;
  byId("decided-empty").hidden = decided.length > 0;
  byId("open-count").hidden = waiting.length === 0;
  byId("open-count").textContent = String(waiting.length);
  tick(byId("queue-list"));
}

/** A card lives as long as its case is listed, so that the focus and a reply under it stay. */
function cardOf(each) {
  const drawing = JSON.stringify(each);
  const card = cards.get(each.id) ?? newCard(each);
  if (card.drawn === drawing) return card.node;
  card.drawn = drawing;
  card.node.className = `case ${each.severity ?? ""}`;
  fill(card.facts, caseHead(each), ownerLine(each), authorLine(each), snippet(each));
  card.open.textContent = say("open");
  card.open.setAttribute("aria-label", `${say("open")} #${each.number}`);
  drawActs(card, each);
  return card.node;
}

function newCard(each) {
  const facts = el("div", { class: "facts" });
  const place = el("div", { "aria-live": "polite" });
  const open = el("button", { type: "button", class: "primary", onclick: () => openCase(each.id) });
  const acts = el("div", { class: "buttons" });
  const node = el("li", { "data-case": each.id }, facts, acts, place);
  const card = { node, facts, open, acts, place, drawn: null };
  cards.set(each.id, card);
  return card;
}

function drawActs(card, each) {
  const isFree = each.assignee === null && ["open", "reopened"].includes(each.state);
  const quick = (word, command) =>
    el(
      "button",
      {
        type: "button",
        "data-command": `${command} #${each.number}`,
        onclick: () => void runIn(card.place, `${command} #${each.number}`),
      },
      say(word),
    );
  fill(
    card.acts,
    card.open,
    isFree && decidesCases() && quick("take", "take"),
    isFree && decidesCases() && !each.ladder.acknowledged && quick("acknowledge", "ack"),
  );
}

/** Number, chips and age. */
export function caseHead(each) {
  return el(
    "p",
    { class: "case-head" },
    el("strong", {}, `#${each.number}`),
    severityChip(each.severity),
    each.families.map(familyChip),
    each.verdict.errored && el("span", { class: "chip S2" }, say("rulesBroke")),
    el("span", { class: `chip state-${each.state}` }, say(`state.${each.state}`)),
    each.source !== "rule" && el("span", { class: "chip" }, say(`source.${each.source}`)),
    each.messages > 1 &&
      el(
        "span",
        { class: "chip", title: say("times", { count: each.messages }) },
        `×${each.messages}`,
      ),
    each.reports > 0 && el("span", { class: "chip" }, say("reports", { count: each.reports })),
    each.proposal && el("span", { class: "chip late" }, say("proposed")),
    each.decidedAt === null && el("span", { class: "age", "data-since": each.openedAt }),
  );
}

/** Who has the case, and where the ladder stands. */
export function ownerLine(each) {
  const { assignee, ladder, state } = each;
  if (["decided", "appealed", "closed"].includes(state)) return decisionLine(each);
  const owner = assignee
    ? el("span", {
        class: "owner",
        "data-until": assignee.until,
        "data-words": "assignedTo",
        "data-name": assignee.name ?? shortId(assignee.id),
      })
    : state === "on-hold"
      ? el("span", { class: "owner" }, say("holdUntil", { when: clockTime(each.onHoldUntil) }))
      : ladder.acknowledged
        ? el(
            "span",
            { class: "owner" },
            say("acknowledgedBy", { name: nameOf(ladder.acknowledged) }),
          )
        : el("span", { class: "owner none" }, say("nobodyYet"));
  return el(
    "p",
    { class: "fine ownership" },
    owner,
    ladder.step > 0 && el("span", {}, say("round", { round: ladder.round, step: ladder.step })),
    ladder.waiting && el("span", { class: "late" }, say("noneOnCall")),
    !ladder.waiting &&
      ladder.nextAt !== null &&
      el("span", { "data-until": ladder.nextAt, "data-words": "nextAlert" }),
    each.held && state !== "reopened" && el("span", {}, say("held")),
    each.shadow && el("span", {}, say("shadow")),
  );
}

function decisionLine(item) {
  const { decision } = item;
  if (!decision) return null;
  return el(
    "p",
    { class: `decision-line ${outcomeTone(item, decision.outcome)}` },
    say("decidedBy", {
      outcome: outcomeWords(item, decision.outcome),
      name: nameOf(decision.by),
      when: clockTime(decision.at),
    }),
    decision.confirmedBy && ` · ${say("confirmedBy", { name: nameOf(decision.confirmedBy) })}`,
  );
}

export function authorLine({ author, channel, sentAt }) {
  return el(
    "p",
    { class: "fine" },
    el("span", { class: "who-name" }, nameOf(author)),
    ` · ${say(`role.${author.role}`)} · # ${channel} · `,
    timeElement(sentAt),
  );
}

/** Why there is no text to show: it is kept no longer, or nobody wrote any. */
export function absence({ about }) {
  return say(about === "nothing" ? "noMessage" : "evidenceGone");
}

function snippet(item) {
  const { evidence, verdict } = item;
  return evidence === null
    ? el("p", { class: "fine" }, absence(item))
    : el("p", { class: "snippet" }, highlighted(evidence, verdict.findings));
}

/** Whoever was erased has no id any more. */
export function nameOf({ id, name }) {
  return id === "" ? say("erasedPerson") : (name ?? shortId(id));
}

/** Words that were erased, or have expired, are said to be gone. */
export function kept(text) {
  return text || el("span", { class: "fine" }, say("notKept"));
}

function shortId(id) {
  return id.length > 14 ? `${id.slice(0, 14)}…` : id;
}
