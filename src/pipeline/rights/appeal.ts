import { type Case, UNDECIDED } from "../../engine/case/case.ts";
import type { CaseError } from "../../engine/case/transitions.ts";
import { fail, ok, type Result } from "../../engine/result.ts";
import type { Appeal } from "../../ports/rights.ts";
import {
  caseEvent,
  changeCase,
  DAY_MS,
  HOUR_MS,
  move,
  type NotFound,
  type Step,
  type StepContext,
} from "../case-change.ts";
import { touchedAuthors } from "../case-authors.ts";
import { readWords, type WordsProblem } from "../case-words.ts";
import type { PipelineDeps } from "../deps.ts";
import { isLiving } from "./waiting.ts";
import { shareOf, weighs } from "./weighs.ts";

export interface AppealInput {
  readonly caseId: string;
  /** Whose message or account it is about, by their id on the platform. */
  readonly by: string;
  readonly reason: string;
}

/** `appealed`: decided by `dueAt` (epoch ms), unless late. `noted`: nobody has decided yet; the words were put on the case. */
export type Appealed =
  | { readonly kind: "appealed"; readonly case: Case; readonly dueAt: number }
  | { readonly kind: "noted"; readonly case: Case };

export type AppealProblem =
  | CaseError
  | NotFound
  | WordsProblem
  /** It is not about them, or nothing was done to them. */
  | { readonly kind: "nothing-to-appeal" }
  /** The time for it was over at this epoch ms. */
  | { readonly kind: "too-late"; readonly until: number }
  | { readonly kind: "already-appealed" }
  /** Nobody has decided yet, and they have said enough. */
  | { readonly kind: "said-enough" };

/** Words of an author that one undecided case takes. */
const MOST_NOTES = 3;

/**
 * An author's objection to the decision that stands, once for each decision and author: the case is appealed,
 * and somebody else is asked to decide. While a message is only held, their words become a note for the team.
 */
export async function appealDecision(
  deps: PipelineDeps,
  { caseId, by, reason }: AppealInput,
): Promise<Result<Appealed, AppealProblem>> {
  const words = readWords(reason);
  if (!words.ok) return words;
  const id = deps.ids.next();
  const changed = await changeCase<AppealProblem>(
    deps,
    caseId,
    (context) => {
      const { current, known } = context;
      if (!isAbout(context, by)) return fail({ kind: "nothing-to-appeal" });
      if (!UNDECIDED.includes(current.state)) {
        return appeal(deps, context, { id, by, reason: words.value });
      }
      if (!current.held) return fail({ kind: "nothing-to-appeal" });
      if ((known.rights?.notes.get(by) ?? 0) >= MOST_NOTES) return fail({ kind: "said-enough" });
      return ok(noted(deps, context, { id, by, reason: words.value }));
    },
    { rights: true },
  );
  if (!changed.ok) return changed;
  const item = changed.value;
  if (item.state !== "appealed") return ok({ kind: "noted", case: item });
  const appeals = await deps.store.appealsOf(caseId);
  const dueAt = appeals.find((each) => each.id === id)?.dueAt ?? item.ladder.startedAt;
  return ok({ kind: "appealed", case: item, dueAt });
}

/** Whether somebody is the author of a case, or another whom it touches or who got a statement because of it. */
function isAbout({ current, known }: StepContext, by: string): boolean {
  if (by === "" || current.shadow) return false;
  const told = known.rights?.statements.some(({ authorId }) => authorId === by) ?? false;
  return told || authorOf({ current, known }, by) !== undefined || current.authorId === by;
}

function authorOf({ current, known }: Pick<StepContext, "current" | "known">, by: string) {
  return touchedAuthors(current, known.authors).find(({ id }) => id === by);
}

interface Said {
  readonly id: string;
  readonly by: string;
  readonly reason: string;
}

function appeal(
  deps: PipelineDeps,
  context: StepContext,
  { id, by, reason }: Said,
): Result<Step, AppealProblem> {
  const { current, known, policy, at } = context;
  const { decision } = current;
  const author = authorOf(context, by);
  if (known.rights?.appeals.some(({ authorId }) => authorId === by)) {
    return fail({ kind: "already-appealed" });
  }
  const whole = decision && { ...decision, cleared: false };
  const share = decision && author ? shareOf(decision, current, policy, author) : whole;
  if (!decision || !share || !weighs(decision, share, current)) {
    return fail({ kind: "nothing-to-appeal" });
  }
  const until = decision.decidedAt + policy.cases.closeAfterDays * DAY_MS;
  // Closed since somebody else's appeal was decided: the time of this author is not over with that.
  const isOver = current.state === "closed" && (current.closedAt ?? 0) >= until;
  if (at > until || isOver) return fail({ kind: "too-late", until });
  const others = (known.rights?.appeals ?? []).filter(
    (each) => each.decidedAt === null && isLiving(each),
  );
  const appealedAt = [...others.map((each) => each.at), at];
  const moved = move(deps, context, {
    command: { kind: "appeal", since: Math.min(...appealedAt) },
    appealedAt,
    type: "case.appealed",
    by: null,
    payload: { decision: decision.id, appeal: id },
  });
  if (!moved.ok) return moved;
  const made: Appeal = {
    id,
    communityId: current.communityId,
    caseId: current.id,
    decisionId: decision.id,
    authorId: by,
    reason,
    at,
    dueAt: at + policy.appeals.decideWithinHours * HOUR_MS,
    decidedBy: null,
    overturned: null,
    answer: null,
    decidedAt: null,
  };
  return ok({ ...moved.value, appeal: made });
}

function noted(deps: PipelineDeps, { current, at }: StepContext, { id, by, reason }: Said): Step {
  const note = { id, caseId: current.id, by, audience: "team", text: reason, at } as const;
  const payload = { note: id, audience: "team", from: "author" };
  const event = caseEvent(deps, current, { type: "case.noted", by: null, at, payload });
  return { case: current, events: [event], jobs: [], note };
}
