import { newClientId, write } from "./api.js";
import { runIn } from "./commands.js";
import { byId, el, fill } from "./dom.js";
import { EXAMPLES } from "./examples.js";
import { hiddenWord } from "./message.js";
import { currentPerson, knownAs } from "./person.js";
import { clockTime, deviceZone } from "./time.js";
import { currentLanguage, ruleLanguage, say } from "./words.js";

/** Longest post, in UTF-16 units; the server has the last word. */
const MOST_UNITS = 4000;
const COUNT_FROM = 3500;
const QUOTED_UNITS = 40;

let channelNow = () => "general";
let onPosted = () => {};
let answering = null;
let barred = null;
let timer = null;

/** Prepares the composer. `onMessage` takes what became of a post; `getChannel` names the channel on view. */
export function startComposer(getChannel, onMessage) {
  channelNow = getChannel;
  onPosted = onMessage;
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
  for (const button of document.querySelectorAll("[data-example]")) {
    button.addEventListener("click", () => {
      void post(EXAMPLES[button.dataset.example][ruleLanguage()]);
    });
  }
}

/** The next post or command answers this message; null for none. */
export function answer(message) {
  answering = message;
  drawAnswering();
  if (message) byId("text").focus();
}

/** Says why the chosen person may not write; null when they may. */
export function showBarred(why) {
  barred = why;
  drawBarred();
}

/** Draws everything again, in another language. */
export function redrawComposer() {
  count();
  drawAnswering();
  drawBarred();
}

/** Another person, or another channel, begins without what the last one had under way. */
export function clearComposer() {
  clearReplies();
  problem("");
}

/** Takes away what was answered, and to whom; what is being typed stays. */
export function clearReplies() {
  answer(null);
  fill(byId("command-reply"));
}

/** Posts a message again under its own id. */
export function postAgain(message) {
  // A hidden message has no text here, but it was recorded, so it never comes here.
  void post(message.text, message);
}

async function sendTyped() {
  const box = byId("text");
  const text = box.value;
  const over = text.length - MOST_UNITS;
  if (text.trim() === "") return problem(say("needText"), box);
  if (over > 0) return problem(say("tooLong", { over, most: MOST_UNITS }), box);
  if (currentPerson() === "") return problem(say("needName"), byId("guest"));
  // Emptied at once so that the next message can be typed; given back when this one was refused.
  box.value = "";
  count();
  const stands = /^\s*[/／]/u.test(text) ? await command(text) : await post(text);
  if (!stands && box.value === "") box.value = text;
  count();
  return undefined;
}

async function command(text) {
  problem("");
  const reply = await runIn(byId("command-reply"), text, answering?.id ?? null);
  if (reply.kind === "done") answer(null);
  return reply.kind === "done" || reply.kind === "refused";
}

/** Resolves to false when the message does not stand in the chat. */
async function post(text, again) {
  const author = again ? knownAs(again.author) : currentPerson();
  problem("");
  if (author === "") {
    problem(say("needName"), byId("guest"));
    return false;
  }
  const clientId = again?.id ?? newClientId();
  try {
    const posted = await write("/api/messages", {
      clientId,
      channel: again?.channel ?? channelNow(),
      author,
      text,
      language: currentLanguage(),
      timeZone: deviceZone(),
      replyTo: again ? again.replyTo : (answering?.id ?? null),
    });
    onPosted(posted.message);
    if (!again) answer(null);
    return true;
  } catch (refusal) {
    const why = refusal.answer?.barred;
    if (why) showBarred(why);
    else problem(refusal.message);
    const stands = refusal.answer?.message;
    if (stands) onPosted(stands);
    return Boolean(stands);
  }
}

function drawAnswering() {
  const node = byId("answering");
  node.hidden = answering === null;
  if (answering === null) return;
  const text = answering.text ?? say(hiddenWord(answering.case));
  const quoted = text.length > QUOTED_UNITS ? `${text.slice(0, QUOTED_UNITS)}…` : text;
  fill(
    node,
    el("span", {}, say("answering", { name: answering.author.name, text: quoted })),
    el(
      "button",
      {
        type: "button",
        class: "quiet small",
        "aria-label": say("cancelAnswer"),
        onclick: () => answer(null),
      },
      "×",
    ),
  );
}

function barredWords(why) {
  if (why.kind === "banned" && why.until !== null) {
    return say("barred.bannedUntil", { when: clockTime(why.until) });
  }
  return say(`barred.${why.kind}`, { when: why.until ? clockTime(why.until) : "" });
}

function drawBarred() {
  clearTimeout(timer);
  const node = byId("barred");
  const left = barred?.until ? barred.until - Date.now() : null;
  node.hidden = barred === null || (left !== null && left <= 0);
  if (node.hidden) return;
  // A timer cannot wait longer than 2^31 ms; a page is not open that long.
  if (left !== null && left < 2 ** 31) timer = setTimeout(drawBarred, left + 1);
  fill(
    node,
    el("span", {}, barredWords(barred)),
    barred.kind === "removed" &&
      el("button", { type: "button", onclick: () => void joinAgain() }, say("joinAgain")),
  );
}

async function joinAgain() {
  try {
    const joined = await write("/api/members/join", {
      person: currentPerson(),
      language: currentLanguage(),
      timeZone: deviceZone(),
    });
    problem("");
    showBarred(joined.barred);
  } catch (refusal) {
    problem(refusal.message);
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
