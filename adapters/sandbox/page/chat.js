import { answer, clearComposer, postAgain, startComposer } from "./composer.js";
import { arrange, byId, el, fill } from "./dom.js";
import { messageParts } from "./message.js";

const KEPT_PER_CHANNEL = 500;
const NEAR_END_PX = 80;

/** Messages by channel and id, and the nodes that show them. */
const messages = new Map();
const nodes = new Map();
let channels = [];
let channel = "general";
const unread = new Map();
let showCase = () => {};
let drawing = false;

const acts = {
  parentOf: (message) => messages.get(`${message.channel}\n${message.replyTo}`),
  onCase: (mark) => showCase(mark),
  onAnswer: answer,
  onAgain: postAgain,
};

/** Prepares the chat. `onCase` is called with the mark of a case that somebody wants to see. */
export function startChat(onCase) {
  showCase = onCase;
  startComposer(currentChannel, takeMessage);
}

/** The id of the channel on view. */
export function currentChannel() {
  return channel;
}

/** Takes over everything the server holds. `fresh`: the server began anew, and so does the page. */
export function loadChat(state, fresh) {
  if (fresh) {
    messages.clear();
    nodes.clear();
    unread.clear();
  }
  channels = state.channels;
  for (const message of state.messages) keep(message);
  drawChannels();
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
  drawMessages(false);
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
  if (id !== channel) clearComposer();
  channel = id;
  unread.delete(id);
  drawChannels();
  drawMessages(true);
  document.querySelector(`[data-channel="${id}"]`)?.focus({ preventScroll: true });
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
  node.classList.toggle("official", message.official);
  const details = node.querySelector("details.verdict");
  // Whether the verdict stands open is the reader's choice once there is one.
  fill(node, messageParts(message, details ? details.open : undefined, acts));
  nodes.set(key, { node, version: message.version });
  return node;
}
