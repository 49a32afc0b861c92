import { actList, otherActs } from "./acts.js";
import { read } from "./api.js";
import { calmly } from "./calm.js";
import { runIn } from "./commands.js";
import { byId, el, fill } from "./dom.js";
import { actionBar, decisionPart, noteForm } from "./decide.js";
import { outcomeWords } from "./outcome.js";
import { currentPerson, decidesCases } from "./person.js";
import { absence, authorLine, caseHead, kept, nameOf, ownerLine } from "./queue.js";
import { clockTime, tick, timeElement } from "./time.js";
import { undoneList } from "./undone.js";
import { familyChip, findingList, highlighted, severityChip } from "./verdict.js";
import { say, sayList } from "./words.js";

const CALM_MS = 120;
const TAKEN_BACK = /^undo /;
const DECIDING = ["decide", "answer", "correct"];

let shown = null;
let wanted = null;
let turn = 0;
let shownTurn = 0;
let parts = null;
let showMessage = () => false;

/** Prepares the view of one case. `onShow` brings a message into view and says whether it could. */
export function startCase(onShow) {
  showMessage = onShow;
  setInterval(() => tick(byId("case")), 1000);
}

/** The id or number of the case on view; null while there is none. */
export function openedCase() {
  return wanted;
}

/** Shows a case by id or number; null shows none. Resolves to whether there is one. */
export async function openCase(idOrNumber) {
  const same = shown !== null && (shown.id === idOrNumber || shown.number === idOrNumber);
  wanted = idOrNumber;
  if (!same) {
    shown = null;
    parts = null;
    fill(byId("case"));
  }
  return idOrNumber === null ? false : readCase();
}

/** Reads the case on view again. */
export const refreshCase = calmly(async () => {
  if (wanted !== null) await readCase();
}, CALM_MS);

/** Somebody was erased: the case is read anew, or goes; what is being typed stays. */
export async function forgetCase() {
  if (wanted === null) return;
  if (parts) fill(parts.place);
  const before = shown;
  const isRead = await readCase();
  if (isRead || shown !== before) return;
  shown = null;
  parts = null;
  fill(byId("case"));
}

/** Draws the case on view again, in another language or for another person. */
export function redrawCase() {
  parts = null;
  if (shown) draw();
}

async function readCase() {
  const asking = wanted;
  turn += 1;
  const mine = turn;
  const who = `person=${encodeURIComponent(currentPerson())}`;
  try {
    const { case: found } = await read(`/api/cases/${encodeURIComponent(asking)}?${who}`);
    // An answer that was overtaken shows what is no longer so.
    if (asking !== wanted || mine < shownTurn) return false;
    shownTurn = mine;
    shown = found;
    wanted = found.id;
    draw();
    return true;
  } catch (refusal) {
    if (asking === wanted && !shown)
      fill(byId("case"), el("p", { class: "problem" }, refusal.message));
    return false;
  }
}

/** What changes is drawn anew; forms live as long as the case is on view, so that nothing half typed is lost. */
function draw() {
  if (!parts) {
    const place = el("div", { id: "case-reply", "aria-live": "polite" });
    const run = async (command) => {
      const reply = await runIn(place, withSeen(command));
      place.scrollIntoView({ block: "nearest" });
      // Whoever takes a decision back has the case before them again, and begins with taking it.
      if (reply.kind === "done" && TAKEN_BACK.test(command)) await beginAgain();
      return reply;
    };
    parts = {
      run,
      facts: el("div", { class: "facts" }),
      bar: el("div", {}),
      place,
      decision: el("div", {}),
      decisionFor: null,
      record: el("div", { class: "record" }),
      note: noteForm(shown, run),
    };
    fill(
      byId("case"),
      parts.facts,
      parts.bar,
      parts.place,
      parts.decision,
      parts.record,
      decidesCases() && parts.note,
    );
  }
  fill(parts.facts, caseHead(shown), ownerLine(shown), authorLine(shown), evidencePart(shown));
  drawForms();
  fill(
    parts.record,
    // Where nobody wrote anything, what stands beside it is no context of it.
    shown.about !== "nothing" && aroundPart(shown),
    shown.messages > 1 && messagesPart(shown),
    otherActs(shown).length > 0 && section("acts", actList(otherActs(shown))),
    shown.undone.length > 0 && section("undoneDecisions", undoneList(shown)),
    shown.reported.length > 0 && reportsPart(shown),
    authorPart(shown),
    ladderPart(shown),
    notesPart(shown),
  );
  tick(byId("case"));
}

/** A decision is about the messages that stand here: whatever comes later is to be seen first. */
function withSeen(asked) {
  if (!DECIDING.includes(asked.command)) return asked;
  return { ...asked, args: { ...asked.args, seen: String(shown.seen) } };
}

async function beginAgain() {
  await readCase();
  byId("case").scrollTop = 0;
  byId("case").querySelector(".action-bar [data-command=take]")?.focus();
}

/** A form is made anew only when another step is asked for than before. */
function drawForms() {
  const { state, proposal, decision, assignee, ladder } = shown;
  const step = JSON.stringify([
    state === "assigned" ? "open" : state,
    proposal?.id,
    decision?.id,
    assignee?.id,
    ladder.acknowledged?.id,
  ]);
  if (parts.barFor !== step) fill(parts.bar, actionBar(shown, parts.run));
  parts.barFor = step;
  // A proposal waits for a yes or a no: that comes before anything else that can be done.
  const [first, second] = proposal ? [parts.decision, parts.bar] : [parts.bar, parts.decision];
  if (first.nextElementSibling !== parts.place || second.previousElementSibling !== parts.place) {
    parts.facts.after(first, parts.place, second);
  }
  const asks = JSON.stringify(
    [state, proposal?.id, decision?.id, state !== "appealed" && decision && shown.acts].map(
      (each) => (each === "assigned" || each === "reopened" ? "open" : each),
    ),
  );
  if (parts.decisionFor !== asks) fill(parts.decision, decisionPart(shown, parts.run));
  parts.decisionFor = asks;
}

function section(word, ...children) {
  return el(
    "section",
    { class: "case-part" },
    el("h2", { class: "list-title" }, say(word)),
    ...children,
  );
}

function evidencePart(item) {
  const { evidence, verdict, about } = item;
  return el(
    "div",
    {},
    evidence === null
      ? el("p", { class: "fine" }, absence(item))
      : el(
          "figure",
          { class: "evidence" },
          el("blockquote", {}, highlighted(evidence, verdict.findings)),
          el("figcaption", {}, say(about === "words" ? "theirWords" : "evidence")),
        ),
    verdict.findings.length > 0
      ? findingList(verdict.findings)
      : item.source === "rule" && el("p", { class: "fine" }, say("noEvidence")),
    about === "message" && messageLink(item),
  );
}

function messageLink({ channelId, messageId }) {
  const problem = el("span", { class: "problem", role: "alert" });
  const show = () => {
    problem.textContent = showMessage(channelId, messageId) ? "" : say("messageGone");
  };
  return [
    el("button", { type: "button", class: "case-link", onclick: show }, say("seeMessage")),
    problem,
  ];
}

function aroundPart(item) {
  const { around, sentAt, author, evidence } = item;
  const before = around.filter((each) => each.sentAt <= sentAt);
  const after = around.filter((each) => each.sentAt > sentAt);
  const own = line(author, sentAt, evidence ?? absence(item), true);
  own.setAttribute("aria-label", say("thisMessage"));
  const lines = (messages) =>
    messages.map((each) => line(each.author, each.sentAt, each.text, false));
  return section(
    "around",
    around.length === 0
      ? el("p", { class: "fine" }, say("aroundEmpty"))
      : el("ol", { class: "around" }, lines(before), own, lines(after)),
  );
}

function line(who, at, text, own) {
  return el(
    "li",
    { class: own ? "own" : null },
    el("strong", {}, nameOf(who)),
    " ",
    timeElement(at),
    el("p", {}, kept(text)),
  );
}

function messagesPart({ all }) {
  return section(
    "allMessages",
    el(
      "ol",
      { class: "around" },
      all.map(({ author, sentAt, evidence, verdict, held }) =>
        el(
          "li",
          {},
          el("strong", {}, nameOf(author)),
          " ",
          timeElement(sentAt),
          held && ` · ${say("held")}`,
          el(
            "p",
            {},
            evidence === null ? say("evidenceGone") : highlighted(evidence, verdict.findings),
          ),
        ),
      ),
    ),
  );
}

function reportsPart({ reported }) {
  return section(
    "reported",
    el(
      "ol",
      { class: "around" },
      reported.map(({ at, reason }) => el("li", {}, timeElement(at), el("p", {}, kept(reason)))),
    ),
  );
}

function authorPart({ standing, earlier }) {
  return section(
    "author",
    // Absent: it is not for whoever looks.
    standing !== undefined &&
      el("p", { class: "fine" }, standing ? say("standing", standing) : say("standingNone")),
    earlier.length === 0
      ? el("p", { class: "fine" }, say("earlierEmpty"))
      : el(
          "ul",
          { class: "earlier", "aria-label": say("earlier") },
          earlier.map(({ number, source, severity, families, state, outcome, openedAt }) =>
            el(
              "li",
              {},
              el(
                "button",
                { type: "button", class: "case-link", onclick: () => void openCase(number) },
                `#${number}`,
              ),
              severityChip(severity),
              families.map(familyChip),
              el(
                "span",
                { class: "fine" },
                outcome ? outcomeWords({ source }, outcome) : say(`state.${state}`),
                ` · ${clockTime(openedAt)}`,
              ),
            ),
          ),
        ),
  );
}

/** One line for each attempt to reach somebody. */
function ladderPart({ attempts }) {
  const head = ["toldWho", "toldWhat", "toldHow", "toldWhen"];
  return section(
    "ladder",
    attempts.length === 0
      ? el("p", { class: "fine" }, say("ladderEmpty"))
      : el(
          "table",
          { class: "ladder" },
          el(
            "thead",
            {},
            el(
              "tr",
              {},
              head.map((word) => el("th", { scope: "col" }, say(word))),
            ),
          ),
          el("tbody", {}, attempts.map(attemptRow)),
        ),
  );
}

function attemptRow({
  person,
  kind,
  round,
  step,
  way,
  outcome,
  refused,
  requestedAt,
  doneAt,
  dueAt,
}) {
  const at = doneAt ?? (outcome === "bundled" ? dueAt : requestedAt);
  return el(
    "tr",
    { class: `told ${outcome}` },
    el("td", {}, person ? nameOf(person) : say("theChannel")),
    el("td", {}, say(`kind.${kind}`), round > 0 && ` · ${say("round", { round, step: step + 1 })}`),
    el(
      "td",
      {},
      way && `${say(`way.${way}`)} · `,
      el("span", { class: "told-outcome" }, say(`outcome.${outcome}`)),
      refused.length > 0 &&
        el(
          "span",
          { class: "fine" },
          say("aside", { what: say("refusedWays", { ways: sayList(refused.map(refusedWords)) }) }),
        ),
    ),
    el("td", {}, timeElement(at)),
  );
}

/** `email: unreachable` in words. */
function refusedWords(text) {
  const [way, why] = text.split(": ");
  return why ? say("pair", { name: say(`way.${way}`), what: say(`refused.${why}`) }) : text;
}

function notesPart({ notes }) {
  return section(
    "notes",
    notes.length === 0
      ? el("p", { class: "fine" }, say("notesEmpty"))
      : el(
          "ol",
          { class: "around" },
          notes.map(({ by, audience, text, at }) =>
            el(
              "li",
              {},
              el("strong", {}, nameOf(by)),
              " ",
              timeElement(at),
              audience === "author" && el("span", { class: "chip" }, say("audience.author")),
              el("p", {}, kept(text)),
            ),
          ),
        ),
  );
}
