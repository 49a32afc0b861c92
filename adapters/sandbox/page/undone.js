import { appealFacts, decisionFacts } from "./decide.js";
import { el } from "./dom.js";
import { outcomeWords } from "./outcome.js";
import { nameOf } from "./queue.js";
import { clockTime } from "./time.js";
import { say } from "./words.js";

/** Decisions that stand no longer, each with its appeal, so that a case tells all that was decided on it. */
export function undoneList(item) {
  return el(
    "ol",
    { class: "around" },
    item.undone.map((decision) => undoneEntry(item, decision)),
  );
}

function undoneEntry(item, decision) {
  const { id, outcome, by, at, confirmedBy, undoneBy, undoneAt } = decision;
  const appeals = item.appeals.filter(({ decisionId }) => decisionId === id);
  const isOverturned = appeals.some(({ overturned }) => overturned);
  return el(
    "li",
    { class: "past" },
    el(
      "p",
      {},
      say("decidedBy", {
        outcome: outcomeWords(item, outcome),
        name: nameOf(by),
        when: clockTime(at),
      }),
      confirmedBy && ` · ${say("confirmedBy", { name: nameOf(confirmedBy) })}`,
    ),
    decisionFacts(item, decision),
    appeals.map(appealFacts),
    el(
      "p",
      { class: "late" },
      say(isOverturned ? "overturnedBy" : "takenBackBy", {
        name: nameOf(undoneBy),
        when: clockTime(undoneAt),
      }),
    ),
  );
}
