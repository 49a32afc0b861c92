import { el } from "./dom.js";
import { ruleText } from "./rules.js";
import { timeElement } from "./time.js";
import { highlighted, verdictBox } from "./verdict.js";
import { say } from "./words.js";

/**
 * What one message of the chat shows. `open`: whether its verdict stands open, undefined while the
 * reader has not chosen. `acts` holds `parentOf(message)`, `onCase(id)`, `onAnswer(message)` and `onAgain(message)`.
 */
export function messageParts(message, open, acts) {
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
        author.role !== "member" &&
          !message.official &&
          el("span", { class: "role" }, say(`role.${author.role}`)),
        message.official && el("span", { class: "role official" }, say("official")),
        timeElement(message.sentAt),
        message.status === "judged" && answerButton(message, acts),
      ),
      message.replyTo &&
        el("p", { class: "fine" }, `↪ ${acts.parentOf(message)?.author.name ?? "…"}`),
      message.hidden
        ? el("p", { class: "hidden-text" }, say(hiddenWord(message.case)))
        : el("p", { class: "text" }, highlighted(message.text, verdict?.findings ?? [])),
      message.nudge && nudgeBox(message),
      message.status === "sending" && el("p", { class: "fine" }, say("sending")),
      message.status === "not-recorded" && unrecordedBox(message, acts),
      verdict && verdictBox(verdict, open, message.shadow),
      message.case && caseLink(message, acts),
    ),
  ];
}

/** Why a message is hidden, as far as its case has come. */
export function hiddenWord(mark) {
  const isGone = mark?.outcome === "uphold" && mark.deletes;
  if (mark?.state === "appealed") return isGone ? "goneAppealed" : "hiddenAppealed";
  if (mark?.outcome === "uphold") return isGone ? "hiddenGone" : "hiddenUpheld";
  if (mark?.outcome === "dismiss") return "hiddenDismissed";
  return mark?.state === "closed" ? "hiddenClosed" : "hiddenOpen";
}

function answerButton(message, acts) {
  const label = say("pair", { name: say("answer"), what: message.author.name });
  return el(
    "button",
    {
      type: "button",
      class: "quiet small answer",
      "aria-label": label,
      onclick: () => acts.onAnswer(message),
    },
    say("answer"),
  );
}

function nudgeBox({ author, nudge, verdict }) {
  const rule = verdict?.findings.find((finding) => finding.reason === nudge);
  return el(
    "p",
    { class: "nudge" },
    el("strong", {}, say("nudge", { name: author.name })),
    ` · ${rule ? ruleText(rule).reason : nudge}`,
  );
}

function unrecordedBox(message, acts) {
  return el(
    "p",
    { class: "unrecorded" },
    el("span", { class: "chip S1" }, say("notRecorded")),
    el(
      "button",
      { type: "button", class: "quiet", onclick: () => acts.onAgain(message) },
      say("sendAgain"),
    ),
  );
}

function caseLink({ case: mark, shadow }, acts) {
  const state =
    mark.outcome && mark.state !== "appealed"
      ? say(mark.outcome === "uphold" ? "outcomeUphold" : "outcomeDismiss")
      : say(`state.${mark.state}`);
  return el(
    "button",
    { type: "button", class: "case-link", onclick: () => acts.onCase(mark) },
    say("seeCase", { number: mark.number }),
    // In shadow mode the chat is not told how a case goes on.
    !shadow && ` · ${state}`,
  );
}
