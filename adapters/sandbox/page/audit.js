import { read, write } from "./api.js";
import { calmly } from "./calm.js";
import { arrange, byId, el } from "./dom.js";
import { currentPerson, readsAudit } from "./person.js";
import { timeElement, fullTime } from "./time.js";
import { say, sayList } from "./words.js";

const MOST_EVENTS = 200;
const CALM_MS = 250;
const SHORT_HASH = 10;

let events = [];
let rows = new Map();
let lastReport = null;

export function startAudit() {
  byId("verify").addEventListener("click", () => void verify());
}

/** Reads the newest events. */
export const loadAudit = calmly(readAudit, CALM_MS);

async function readAudit() {
  const person = currentPerson();
  if (!readsAudit()) {
    events = [];
    return draw();
  }
  try {
    const who = `person=${encodeURIComponent(person)}`;
    const found = await read(`/api/audit?${who}&limit=${MOST_EVENTS}`);
    if (person !== currentPerson()) return undefined;
    events = found.events;
    byId("audit-problem").textContent = "";
    draw();
  } catch (refusal) {
    byId("audit-problem").textContent = refusal.message;
  }
  return undefined;
}

export function redrawAudit() {
  rows = new Map();
  draw();
  drawReport();
}

function draw() {
  byId("audit-empty").hidden = events.length > 0;
  const shown = new Map(events.map((event) => [event.hash, rows.get(event.hash) ?? rowOf(event)]));
  rows = shown;
  arrange(byId("events"), [...shown.values()]);
}

function rowOf(event) {
  return el(
    "li",
    { class: "event" },
    el(
      "p",
      { class: "event-head" },
      el("span", { class: "seq" }, event.seq),
      el("strong", {}, say(`type.${event.type}`)),
      timeElement(event.at, fullTime(event.at)),
      el("code", { class: "hash", title: event.hash }, event.hash.slice(0, SHORT_HASH)),
    ),
    event.payload === null ? el("p", { class: "fine" }, say("erased")) : payloadList(event.payload),
  );
}

function payloadList(payload) {
  return el(
    "dl",
    { class: "payload" },
    Object.entries(payload)
      .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
      .map(([name, value]) => {
        const words = Array.isArray(value) ? sayList(value) : String(value);
        return el("div", {}, el("dt", {}, name), el("dd", { title: words }, words));
      }),
  );
}

async function verify() {
  const button = byId("verify");
  button.disabled = true;
  lastReport = { kind: "running" };
  drawReport();
  try {
    lastReport = {
      kind: "done",
      ...(await write("/api/audit/verify", { person: currentPerson() })).report,
    };
  } catch (refusal) {
    lastReport = { kind: "refused", words: refusal.message };
  }
  button.disabled = false;
  drawReport();
}

function drawReport() {
  if (!lastReport) return;
  const bad =
    lastReport.kind === "refused" || (lastReport.kind === "done" && lastReport.problem !== null);
  const node = byId("report");
  node.className = `report ${lastReport.kind === "running" ? "" : bad ? "bad" : "good"}`;
  node.textContent = reportWords(lastReport);
}

function reportWords(report) {
  if (report.kind === "running") return say("verifying");
  if (report.kind === "refused") return report.words;
  if (report.problem) {
    return say("chainBroken", {
      seq: report.problem.seq,
      problem: say(`problem.${report.problem.kind}`),
    });
  }
  const erased =
    report.erasedPayloads > 0 ? say("chainErased", { count: report.erasedPayloads }) : "";
  return (
    say("chainWhole", { events: report.events, hash: report.head.hash.slice(0, SHORT_HASH) }) +
    erased
  );
}
