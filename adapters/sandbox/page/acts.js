import { el } from "./dom.js";
import { timeElement } from "./time.js";
import { say, sayList } from "./words.js";

/** What an effect on a message is called among the actions. */
const EFFECTS = {
  "message.hidden": "action.hide",
  "message.restored": "action.restore",
  "author.nudged": "action.nudge",
};
const ON_MESSAGE = { delete: "action.hide", restore: "action.restore" };
const REASONS = ["unreachable", "forbidden", "gone", "throttled", "unavailable", "over", "team"];

/** What became of one action of a decision, in words: nothing has yet, it was done, or it was refused and why. */
export function fateOf(item, decision, kind) {
  if (item.shadow) return { outcome: "shadow", words: say("act.shadow") };
  const own = item.acts.filter((act) => isOf(act, decision, kind));
  const refused = own.filter(({ outcome }) => outcome === "refused");
  if (refused.length > 0) {
    const reasons = [...new Set(refused.map(reasonWords))];
    const words = say("pair", { name: say("act.refused"), what: sayList(reasons) });
    return { outcome: "refused", words };
  }
  const outcome = own.some((act) => act.outcome === "done") ? "done" : "pending";
  return { outcome, words: say(`act.${outcome}`) };
}

/** Whether something became of an action of this decision; on a message it is noted without one. */
function isOf(act, decision, kind) {
  if (act.decision === decision.id) return act.action === kind;
  const effect = ON_MESSAGE[kind];
  if (effect === undefined || act.decision !== null || act.at < decision.at) return false;
  return EFFECTS[act.action] === effect;
}

function reasonWords({ refused }) {
  if (refused === "given up") return say("refused.given-up");
  return say(REASONS.includes(refused) ? `refused.${refused}` : "refused.other");
}

/** What stands beside no action of the decision: other refusals, and what was taken back. */
export function otherActs({ acts, decision }) {
  const told = decision?.actions.map(({ kind }) => kind) ?? [];
  return acts.filter(
    (act) =>
      ["refused", "undone"].includes(act.outcome) &&
      !told.some((kind) => isOf(act, decision, kind)),
  );
}

export function actList(acts) {
  return el(
    "ol",
    { class: "around acts" },
    acts.map((act) =>
      el(
        "li",
        { class: `act ${act.outcome}` },
        say("pair", {
          name: say(EFFECTS[act.action] ?? `action.${act.action}`),
          what: say(`act.${act.outcome}`),
        }),
        act.refused && say("aside", { what: reasonWords(act) }),
        " ",
        timeElement(act.at),
      ),
    ),
  );
}
