import { newClientId, write } from "./api.js";
import { arrange, byId, el, fill } from "./dom.js";
import { EXAMPLES } from "./examples.js";
import { timeElement } from "./time.js";
import { highlighted, verdictBox } from "./verdict.js";
import { currentLanguage, say } from "./words.js";

/** Longest post, in UTF-16 units; the server has the last word. */
const MOST_UNITS = 4000;
const COUNT_FROM = 3500;
const KEPT_PER_CHANNEL = 500;
const GUEST = "";
const NEAR_END_PX = 80;

/** Messages by channel and id, the nodes that show them, and what was asked but not yet answered. */
const messages = new Map();
const nodes = new Map();
let channels = [];
let members = [];
let channel = "general";
const unread = new Map();
let showCase = () => {};
let drawing = false;

/** Prepares the composer. `onCase` is called with the id of a case that somebody wants to see. */
export function startChat(onCase) {
  showCase = onCase;
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    void sendTyped();
  });
  byId("text").addEventListener("keydown", (event) => {
    // Enter also ends the choice of a Chinese character, which must not send.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId("composer").requestSubmit();
  });
  byId("text").addEventListener("input", () => {
    count();
    problem("");
  });
  byId("author").addEventListener("change", () => {
    byId("guest").hidden = byId("author").value !== GUEST;
    if (!byId("guest").hidden) byId("guest").focus();
  });
  for (const button of document.querySelectorAll("[data-example]")) {
    button.addEventListener("click", () => {
      void post(EXAMPLES[button.dataset.example][currentLanguage()]);
    });
  }
}

/** Takes over everything the server holds. `fresh`: the server began anew, and so does the page. */
export function loadChat(state, fresh) {
  if (fresh) {
    messages.clear();
    nodes.clear();
    unread.clear();
  }
  channels = state.channels;
  members = state.members;
  for (const message of state.messages) keep(message);
  drawChannels();
  drawAuthors();
  drawMessages(true);
}

/** One message that is new or has changed. */
export function takeMessage(message) {
  const isNew = !messages.has(keyOf(message));
  if (!keep(message)) return;
  if (message.channel === channel) drawSoon();
  else if (isNew) {
    unread.set(message.channel, (unread.get(message.channel) ?? 0) + 1);
    drawChannels();
  }
}

/** Draws everything again, in another language. */
export function redrawChat() {
  nodes.clear();
  drawChannels();
  drawAuthors();
  drawMessages(false);
  count();
}

/** Brings a message into view; false when the chat no longer holds it. */
export function showMessage(channelId, messageId) {
  if (!messages.has(`${channelId}\n${messageId}`)) return false;
  choose(channelId);
  nodes.get(`${channelId}\n${messageId}`)?.node.scrollIntoView({ block: "center" });
  return true;
}

function keyOf(message) {
  return `${message.channel}\n${message.id}`;
}

function keep(message) {
  const known = messages.get(keyOf(message));
  if (known && known.version >= message.version) return false;
  messages.set(keyOf(message), message);
  if (!known) forgetOldest(message.channel);
  return true;
}

/** Keeps as much of a channel as the server does. */
function forgetOldest(channelId) {
  const keys = [...messages.keys()].filter((key) => key.startsWith(`${channelId}\n`));
  for (const key of keys.slice(0, Math.max(0, keys.length - KEPT_PER_CHANNEL))) {
    messages.delete(key);
    nodes.delete(key);
  }
}

function drawChannels() {
  fill(
    byId("channels"),
    channels.map(({ id, name }) =>
      el(
        "button",
        {
          type: "button",
          "aria-pressed": id === channel ? "true" : "false",
          "data-channel": id,
          onclick: () => choose(id),
        },
        `# ${name}`,
        unread.has(id) && el("span", { class: "count" }, unread.get(id)),
      ),
    ),
  );
}

function choose(id) {
  channel = id;
  unread.delete(id);
  drawChannels();
  drawMessages(true);
  document.querySelector(`[data-channel="${id}"]`)?.focus({ preventScroll: true });
}

function drawAuthors() {
  const select = byId("author");
  const chosen = select.value;
  const had = select.options.length > 0;
  fill(
    select,
    members.map(({ id, name, role }) =>
      el("option", { value: id }, `${name} (${say(`role.${role}`)})`),
    ),
    el("option", { value: GUEST }, say("anotherName")),
  );
  if (had) select.value = chosen;
}

/** Draws once for all messages that come before the next frame. */
function drawSoon() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    drawMessages(false);
  });
}

function drawMessages(toEnd) {
  const scroll = byId("messages-scroll");
  const wasAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX;
  // What came first stands first: the order of arrival, which the map keeps.
  const shown = [...messages.values()].filter((message) => message.channel === channel);
  byId("chat-empty").hidden = shown.length > 0;
  arrange(byId("messages"), shown.map(nodeOf));
  if (toEnd || wasAtEnd) scroll.scrollTop = scroll.scrollHeight;
}

function nodeOf(message) {
  const key = keyOf(message);
  const drawn = nodes.get(key);
  if (drawn?.version === message.version) return drawn.node;
  const node = drawn?.node ?? el("li", { class: "message", "data-id": message.id });
  const details = node.querySelector("details.verdict");
  // Whether the verdict stands open is the reader's choice once there is one.
  fill(node, messageParts(message, details ? details.open : undefined));
  nodes.set(key, { node, version: message.version });
  return node;
}

function messageParts(message, open) {
  const { author, verdict } = message;
  return [
    el("span", { class: `face ${author.role}`, "aria-hidden": "true" }, [...author.name][0]),
    el(
      "div",
      { class: "body" },
      el(
        "p",
        { class: "line" },
        el("strong", {}, author.name),
        author.role !== "member" && el("span", { class: "role" }, say(`role.${author.role}`)),
        timeElement(message.sentAt),
      ),
      message.replyTo && replyLine(message),
      message.hidden
        ? el(
            "p",
            { class: "hidden-text" },
            say(message.case?.outcome === "uphold" ? "hiddenGone" : "hiddenOpen"),
          )
        : el("p", { class: "text" }, highlighted(message.text, verdict?.findings ?? [])),
      message.nudge && nudgeBox(message),
      message.status === "sending" && el("p", { class: "fine" }, say("sending")),
      message.status === "not-recorded" && unrecordedBox(message),
      verdict && verdictBox(verdict, open),
      message.case && caseLink(message.case),
    ),
  ];
}

function replyLine(message) {
  const parent = messages.get(`${message.channel}\n${message.replyTo}`);
  return el("p", { class: "fine" }, `↪ ${parent?.author.name ?? "…"}`);
}

function nudgeBox({ author, nudge, verdict }) {
  const rule = verdict?.findings.find((finding) => finding.reason === nudge);
  return el(
    "p",
    { class: "nudge" },
    el("strong", {}, `${say("nudge", { name: author.name })}: `),
    rule?.words?.reason[currentLanguage()] ?? nudge,
  );
}

function unrecordedBox(message) {
  return el(
    "p",
    { class: "unrecorded" },
    el("span", { class: "chip S1" }, say("notRecorded")),
    el(
      "button",
      {
        type: "button",
        class: "quiet",
        // A hidden message has no text here, but it was recorded, so it never stands here.
        onclick: () => void post(message.text, message),
      },
      say("sendAgain"),
    ),
  );
}

function caseLink(mark) {
  const state =
    mark.state === "open"
      ? null
      : say(mark.outcome === "uphold" ? "outcomeUphold" : "outcomeDismiss");
  return el(
    "button",
    { type: "button", class: "case-link", onclick: () => showCase(mark.id) },
    say("seeCase", { number: mark.number }),
    state && ` · ${state}`,
  );
}

async function sendTyped() {
  const box = byId("text");
  const text = box.value;
  const over = text.length - MOST_UNITS;
  if (text.trim() === "") problem(say("needText"), box);
  else if (over > 0) problem(say("tooLong", { over, most: MOST_UNITS }), box);
  else if (authorToPost() === "") problem(say("needName"), byId("guest"));
  else {
    // Emptied at once so that the next message can be typed; given back when this one was refused.
    box.value = "";
    count();
    const stands = await post(text);
    if (!stands && box.value === "") box.value = text;
    count();
  }
}

function authorToPost() {
  const chosen = byId("author").value;
  return chosen === GUEST ? byId("guest").value.trim() : chosen;
}

/** A guest is known to the server by name, a member by id. */
function authorOf({ author }) {
  return members.some((member) => member.id === author.id) ? author.id : author.name;
}

/** Resolves to false when the message does not stand in the chat. */
async function post(text, again) {
  const author = again ? authorOf(again) : authorToPost();
  problem("");
  if (author === "") {
    problem(say("needName"), byId("guest"));
    return false;
  }
  const clientId = again?.id ?? newClientId();
  try {
    const answer = await write("/api/messages", {
      clientId,
      channel: again?.channel ?? channel,
      author,
      text,
    });
    takeMessage(answer.message);
    return true;
  } catch (refusal) {
    problem(refusal.message);
    const stands = refusal.answer?.message;
    if (stands) takeMessage(stands);
    return Boolean(stands);
  }
}

function problem(words, focus) {
  byId("post-problem").textContent = words;
  focus?.focus();
}

function count() {
  const { length } = byId("text").value;
  const counter = byId("counter");
  counter.textContent = length > COUNT_FROM ? `${length} / ${MOST_UNITS}` : "";
  counter.classList.toggle("over", length > MOST_UNITS);
}
