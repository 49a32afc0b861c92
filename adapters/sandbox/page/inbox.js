import { read } from "./api.js";
import { calmly } from "./calm.js";
import { buttonRow } from "./commands.js";
import { arrange, byId, el } from "./dom.js";
import { currentName, currentPerson } from "./person.js";
import { deviceZone, timeElement } from "./time.js";
import { say } from "./words.js";

const CALM_MS = 60;
const SEEN_AS = "candor.seen";
const CHANNEL = "#channel";

let boxId = null;
let notices = [];
let announced = null;
let newSince = 0;
let speak = () => {};
let onBarred = () => {};
let onView = () => false;
const rows = new Map();

/**
 * Prepares the inbox. `say` is called with words about a new notice, `barred` with why the chosen person
 * may not write or null, `isShown` tells whether the inbox is on view.
 */
export function startInbox({ announce, barred, isShown }) {
  speak = announce;
  onBarred = barred;
  onView = isShown;
}

/** Reads the chosen person's notices. */
export const loadInbox = calmly(readInbox, CALM_MS);

async function readInbox() {
  const person = currentPerson();
  if (person === "") return take({ person: null, notices: [], channel: null, barred: null });
  try {
    const query = new URLSearchParams({ person, timeZone: deviceZone() });
    const box = await read(`/api/inbox?${query}`);
    if (person !== currentPerson()) return undefined;
    byId("inbox-problem").textContent = "";
    return take(box);
  } catch (refusal) {
    byId("inbox-problem").textContent = refusal.message;
  }
  return undefined;
}

/** Whether an event about this person, or the moderators' channel, concerns what is shown. */
export function concernsInbox(person) {
  return person === boxId || (person === CHANNEL && announced !== null);
}

/** Called when the inbox comes into view: what is there now has been seen. */
export function seeInbox() {
  newSince = seenAt();
  keepSeen(notices[0]?.at ?? 0);
  draw();
}

/** Takes everything off the view, to be read anew. */
export function forgetInbox() {
  notices = [];
  if (announced) announced = [];
  redrawInbox();
}

export function redrawInbox() {
  rows.clear();
  draw();
}

function take(box) {
  const same = box.person === boxId;
  const known = new Set(notices.map(({ id }) => id));
  boxId = box.person;
  notices = box.notices;
  announced = box.channel;
  if (!same) {
    rows.clear();
    newSince = seenAt();
  } else {
    const fresh = notices.find(({ id }) => !known.has(id));
    if (fresh) speak(say("newNotice", { title: titleOf(fresh) }));
  }
  if (onView()) keepSeen(notices[0]?.at ?? 0);
  onBarred(box.barred);
  draw();
}

function draw() {
  byId("inbox-hint").textContent = say("inboxHint", { name: currentName() });
  byId("inbox-empty").hidden = notices.length > 0;
  arrange(byId("notices"), notices.map(rowOf));
  byId("mod-channel").hidden = announced === null;
  byId("mod-channel-empty").hidden = announced === null || announced.length > 0;
  arrange(byId("announcements"), (announced ?? []).map(rowOf));
  const unread = notices.filter(({ at }) => at > seenAt()).length;
  const counter = byId("unread-count");
  counter.hidden = unread === 0;
  counter.textContent = String(unread);
  counter.setAttribute("aria-label", say("unread", { count: unread }));
}

/** A row lives as long as its notice, so that a reply under it stays. */
function rowOf(notice) {
  const row = rows.get(notice.id) ?? newRow(notice);
  row.classList.toggle("unread", notice.at > newSince);
  return row;
}

function newRow({ id, at, title, lines, buttons, kind, caseNumber }) {
  const place = el("div", { class: "notice-reply", "aria-live": "polite" });
  const open = { label: say("open"), command: `case #${caseNumber}` };
  const row = el(
    "li",
    { class: "notice", "data-notice": id },
    el(
      "p",
      { class: "notice-head" },
      kind && el("span", { class: `chip kind-${kind}` }, say(`kind.${kind}`)),
      el("strong", {}, titleOf({ title, caseNumber })),
      timeElement(at),
    ),
    title === null && el("p", { class: "fine" }, say("earlierNotice")),
    lines.map((line) => el("p", { class: "notice-line" }, line)),
    buttonRow(title === null && caseNumber !== null ? [open] : buttons, place),
    place,
  );
  rows.set(id, row);
  return row;
}

/** A private word has no title of its own; of an earlier process's notice only the case is known. */
function titleOf({ title, caseNumber }) {
  if (title === "") return say("privateWord");
  return title ?? (caseNumber ? say("seeCase", { number: caseNumber }) : "…");
}

function seenAt() {
  try {
    return Number(localStorage.getItem(`${SEEN_AS}.${boxId}`) ?? 0);
  } catch {
    return 0; // Storage may be switched off; everything is then new.
  }
}

function keepSeen(at) {
  try {
    localStorage.setItem(`${SEEN_AS}.${boxId}`, String(at));
  } catch {
    // As above.
  }
}
