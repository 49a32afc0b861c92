import { newClientId, write } from "./api.js";
import { el, fill } from "./dom.js";
import { currentPerson } from "./person.js";
import { scrollingLines } from "./scroll.js";
import { deviceZone } from "./time.js";
import { currentLanguage, say } from "./words.js";

const CASE_COMMAND = /^\/?case\s+#?(\d+)\s*$/;

let channelNow = () => "general";
let openCase = () => false;

/** `getChannel` names the channel on view; `onCase` opens a case by number and says whether it could. */
export function startCommands(getChannel, onCase) {
  channelNow = getChannel;
  openCase = onCase;
}

/**
 * Runs a command as the chosen person: a line as typed, or `{command, args}`. Resolves to the reply in
 * words; a server that refuses to listen is answered in the same shape.
 */
export async function run(asked, replyTo = null) {
  const actor = currentPerson();
  if (actor === "") return problem(say("needName"));
  const what = typeof asked === "string" ? { text: asked } : asked;
  try {
    const { reply } = await write("/api/commands", {
      ...what,
      clientId: newClientId(),
      actor,
      channel: channelNow(),
      replyTo,
      language: currentLanguage(),
      timeZone: deviceZone(),
    });
    return reply;
  } catch (refusal) {
    return problem(refusal.message);
  }
}

function problem(words) {
  return { kind: "failed", visibility: "private", title: null, lines: [words], buttons: [] };
}

/** Runs a command and shows its reply in `place`; resolves to the reply. */
export async function runIn(place, asked, replyTo = null) {
  fill(place, el("p", { class: "fine" }, say("running")));
  const reply = await run(asked, replyTo);
  showReply(place, reply);
  return reply;
}

/** Shows a reply in `place`, with its buttons; what they answer takes its place. */
export function showReply(place, reply) {
  fill(
    place,
    el(
      "div",
      { class: `reply ${reply.kind}`, role: reply.kind === "done" ? null : "alert" },
      el(
        "p",
        { class: "reply-head" },
        el("span", { class: "fine" }, say("onlyYou")),
        el(
          "button",
          { type: "button", class: "quiet small", onclick: () => fill(place) },
          say("dismissReply"),
        ),
      ),
      reply.title && el("p", { class: "reply-title" }, el("strong", {}, reply.title)),
      scrollingLines(
        "replyLines",
        reply.lines.map((line) => el("p", {}, line)),
      ),
      buttonRow(reply.buttons, place),
    ),
  );
}

/** Buttons that run their command; one that shows a case opens it where the person may see it. */
export function buttonRow(buttons, place) {
  if (buttons.length === 0) return null;
  return el(
    "div",
    { class: "buttons" },
    buttons.map(({ label, command }) =>
      el(
        "button",
        {
          type: "button",
          "data-command": command,
          onclick: () => {
            const number = CASE_COMMAND.exec(command)?.[1];
            if (number === undefined || !openCase(Number(number))) void runIn(place, command);
          },
        },
        label,
      ),
    ),
  );
}
