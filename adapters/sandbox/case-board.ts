import type { CaseState } from "../../src/engine/case/case.ts";
import type { CaseView } from "../../src/ports/store.ts";
import type { CaseMark } from "./chat.ts";

/** Cases that the moderators of this process were shown; the oldest are forgotten beyond this many. */
const KEPT_CASES = 2000;

/** How far a state is within one round of the ladder: a case that must be decided anew begins another round. */
const PROGRESS: Readonly<Record<CaseState, number>> = {
  open: 0,
  reopened: 0,
  assigned: 0,
  "on-hold": 0,
  decided: 1,
  appealed: 2,
  closed: 3,
};

/** What moderators were told of each case: its newest state, in whatever order deliveries come. */
export class CaseBoard {
  readonly #marks = new Map<string, CaseMark>();

  find(caseId: string): CaseMark | undefined {
    return this.#marks.get(caseId);
  }

  /** The mark that stands: a view from before the known one changes nothing. */
  show(view: Pick<CaseView, "id" | "number" | "state" | "decision" | "ladder">): CaseMark {
    const known = this.#marks.get(view.id);
    const { id, number, state, decision, ladder } = view;
    const outcome = decision?.outcome ?? null;
    const deletes = decision?.actions.some(({ kind }) => kind === "delete") ?? false;
    const shown = { id, number, state, outcome, deletes, round: ladder.round };
    const mark = known && isBefore(shown, known) ? known : shown;
    this.#marks.delete(id);
    this.#marks.set(id, mark);
    const [oldest] = this.#marks.keys();
    if (this.#marks.size > KEPT_CASES && oldest !== undefined) this.#marks.delete(oldest);
    return mark;
  }
}

function isBefore(one: CaseMark, other: CaseMark): boolean {
  if (one.round !== other.round) return one.round < other.round;
  return PROGRESS[one.state] < PROGRESS[other.state];
}
