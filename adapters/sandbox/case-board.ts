import type { CaseView } from "../../src/ports/store.ts";
import type { CaseMark } from "./chat.ts";

/** Cases that the moderators of this process were shown; the oldest are forgotten beyond this many. */
const KEPT_CASES = 2000;

/** What moderators were told of each case: its newest state, and the highest rung that was called. */
export class CaseBoard {
  readonly #marks = new Map<string, CaseMark>();

  find(caseId: string): CaseMark | undefined {
    return this.#marks.get(caseId);
  }

  /** A rung never goes back and a decision stays, in whatever order deliveries come. */
  show(view: CaseView, rung: number): CaseMark {
    const known = this.#marks.get(view.id);
    const stays = known?.state === "decided" && view.state === "open";
    const mark: CaseMark = {
      id: view.id,
      number: view.number,
      state: stays ? "decided" : view.state,
      outcome: stays ? known.outcome : (view.decision?.outcome ?? null),
      rung: Math.max(rung, known?.rung ?? 0),
    };
    this.#marks.delete(view.id);
    this.#marks.set(view.id, mark);
    const [oldest] = this.#marks.keys();
    if (this.#marks.size > KEPT_CASES && oldest !== undefined) this.#marks.delete(oldest);
    return mark;
  }
}
