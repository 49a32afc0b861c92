import { listen, read } from "./api.js";
import { loadAudit, redrawAudit, startAudit } from "./audit.js";
import { forgetCase, openCase, openedCase, redrawCase, refreshCase, startCase } from "./case.js";
import {
  currentChannel,
  loadChat,
  redrawChat,
  showMessage,
  startChat,
  takeMessage,
} from "./chat.js";
import { startCommands } from "./commands.js";
import { clearComposer, clearReplies, redrawComposer, showBarred } from "./composer.js";
import { byId } from "./dom.js";
import {
  concernsInbox,
  forgetInbox,
  loadInbox,
  redrawInbox,
  seeInbox,
  startInbox,
} from "./inbox.js";
import {
  decidesCases,
  drawPeople,
  loadPeople,
  readsAudit,
  seesCases,
  startPerson,
  zoneOfPerson,
} from "./person.js";
import { focusCard, forgetQueue, loadQueue, redrawQueue, startQueue } from "./queue.js";
import { loadRules } from "./rules.js";
import { readIn } from "./time.js";
import { currentLanguage, say, sayAll, switchLanguage } from "./words.js";

/** Whether the community stands beside the other views; the same width as in style.css. */
const WIDE = matchMedia("(min-width: 64rem)");

let linkState = "connecting";
let mode = "live";
let bootId = null;
let chosenView = null;

function showView(view) {
  document.body.dataset.view = view;
  for (const button of document.querySelectorAll(".views button")) {
    if (button.dataset.view === view) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
  }
  if (view === "inbox") seeInbox();
}

function chooseView(view) {
  chosenView = view;
  showView(view);
}

/** Views of the team are there for the team; somebody else is shown what everybody has. */
function drawViews() {
  const team = seesCases();
  const closed = [...(team ? [] : ["queue"]), ...(readsAudit() ? [] : ["audit"])];
  for (const button of document.querySelectorAll(".views button")) {
    button.hidden = closed.includes(button.dataset.view);
  }
  byId("read-only").hidden = !team || decidesCases() || openedCase() !== null;
  const wanted = chosenView ?? (WIDE.matches ? (team ? "queue" : "inbox") : "chat");
  const shown = closed.includes(wanted) ? (team ? "queue" : "inbox") : wanted;
  if (shown !== document.body.dataset.view) showView(shown);
}

function drawLinkState() {
  const node = byId("link-state");
  node.className = `link-state ${linkState}`;
  node.textContent = say(linkState);
}

/** Shadow mode changes what everything on the page means, so it stands where everybody sees it. */
function drawMode() {
  byId("mode").hidden = mode !== "shadow";
  byId("mode").title = say("shadowHelp");
}

async function loadAll() {
  try {
    const [state] = await Promise.all([read("/api/state"), loadRules()]);
    mode = state.mode;
    drawMode();
    loadPeople(state.members);
    readIn(zoneOfPerson());
    loadChat(state, bootId !== state.bootId);
    bootId = state.bootId;
  } catch (refusal) {
    byId("post-problem").textContent = refusal.message;
  }
  drawViews();
  void loadQueue();
  void refreshCase();
  void loadInbox();
  void loadAudit();
}

/** Opens a case by id or number beside or over the list; false when the chosen person sees no cases. */
function goToCase(idOrNumber) {
  if (!seesCases()) return false;
  chooseView("queue");
  showCasePane(true);
  void openCase(idOrNumber);
  byId("case").scrollTop = 0;
  byId("case").focus({ preventScroll: true });
  return true;
}

function showCasePane(shown) {
  byId("case").hidden = !shown;
  byId("queue-list").hidden = shown;
  byId("back").hidden = !shown;
}

function leaveCase() {
  const id = openedCase();
  void openCase(null);
  showCasePane(false);
  drawViews();
  if (id !== null) focusCard(id);
}

function seeMessage(channelId, messageId) {
  const before = document.body.dataset.view;
  if (!WIDE.matches) showView("chat");
  const shown = showMessage(channelId, messageId);
  if (!shown) showView(before);
  return shown;
}

function becomeAnother() {
  chosenView = null;
  leaveCase();
  clearComposer();
  showBarred(null);
  drawViews();
  // Times are shown as the person reads them.
  if (readIn(zoneOfPerson())) redrawAll();
  forgetQueue();
  void loadInbox();
  void loadAudit();
}

function speak(words) {
  byId("announce").textContent = words;
}

function redrawAll() {
  sayAll(document);
  drawPeople();
  redrawChat();
  redrawComposer();
  redrawInbox();
  redrawQueue();
  redrawCase();
  redrawAudit();
  drawLinkState();
  drawMode();
}

/** Somebody was erased: nothing stays on view that was read before, replies to commands included. */
function forgetAll() {
  bootId = null;
  clearReplies();
  forgetInbox();
  forgetQueue();
  void forgetCase();
  void loadAll();
}

function onEvent(name, data) {
  switch (name) {
    case "hello":
      void loadAll();
      return;
    case "erased":
      forgetAll();
      return;
    case "case":
      void loadQueue();
      void refreshCase();
      return;
    case "mode":
      mode = data.mode;
      drawMode();
      return;
    case "audit":
      void loadAudit();
      return;
    case "inbox":
    case "member":
      if (concernsInbox(data.person)) void loadInbox();
      return;
    default:
      takeMessage(data);
  }
}

sayAll(document);
byId("language").value = currentLanguage();
startPerson(becomeAnother);
startCommands(currentChannel, goToCase);
startChat((mark) => {
  if (!goToCase(mark.id)) speak(say("seeCase", { number: mark.number }));
});
startInbox({
  announce: speak,
  barred: showBarred,
  isShown: () => document.body.dataset.view === "inbox",
});
startQueue(speak, goToCase);
startCase(seeMessage);
startAudit();
for (const button of document.querySelectorAll(".views button")) {
  button.addEventListener("click", () => chooseView(button.dataset.view));
}
byId("back").addEventListener("click", leaveCase);
byId("language").addEventListener("change", () => {
  switchLanguage(byId("language").value);
  redrawAll();
  void loadRules().then(redrawAll);
});
showView(WIDE.matches ? "inbox" : "chat");
listen(onEvent, (state) => {
  linkState = state;
  drawLinkState();
});
