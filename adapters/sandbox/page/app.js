import { listen, read } from "./api.js";
import { loadAudit, redrawAudit, startAudit } from "./audit.js";
import { loadChat, redrawChat, showMessage, startChat, takeMessage } from "./chat.js";
import { byId } from "./dom.js";
import { loadQueue, redrawQueue, showCard, startQueue, takeCase } from "./queue.js";
import { say, sayAll, switchLanguage } from "./words.js";

/** Whether the community stands beside the other views; the same width as in style.css. */
const WIDE = matchMedia("(min-width: 64rem)");

let linkState = "connecting";
let bootId = null;

function showView(view) {
  document.body.dataset.view = view;
  for (const button of document.querySelectorAll(".views button")) {
    if (button.dataset.view === view) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
}

function drawLinkState() {
  const node = byId("link-state");
  node.className = `link-state ${linkState}`;
  node.textContent = say(linkState);
}

async function loadAll() {
  void loadQueue();
  void loadAudit();
  try {
    const state = await read("/api/state");
    loadChat(state, bootId !== state.bootId);
    bootId = state.bootId;
  } catch (refusal) {
    byId("post-problem").textContent = refusal.message;
  }
}

function onEvent(name, data) {
  switch (name) {
    case "hello":
      void loadAll();
      return;
    case "case":
      void takeCase(data.id);
      return;
    case "audit":
      void loadAudit();
      return;
    default:
      takeMessage(data);
  }
}

sayAll(document);
startChat((caseId) => {
  showView("queue");
  showCard(caseId);
});
startQueue(
  (words) => {
    byId("announce").textContent = words;
  },
  (channelId, messageId) => {
    const narrow = document.body.dataset.view === "queue" && !WIDE.matches;
    if (narrow) showView("chat");
    const shown = showMessage(channelId, messageId);
    if (narrow && !shown) showView("queue");
    return shown;
  },
);
startAudit();
for (const button of document.querySelectorAll(".views button")) {
  button.addEventListener("click", () => showView(button.dataset.view));
}
byId("language").addEventListener("click", () => {
  switchLanguage();
  sayAll(document);
  redrawChat();
  redrawQueue();
  redrawAudit();
  drawLinkState();
});
showView(WIDE.matches ? "queue" : "chat");
listen(onEvent, (state) => {
  linkState = state;
  drawLinkState();
});
