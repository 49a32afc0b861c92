import type { AuditEvent } from "../../src/engine/audit.ts";
import type { Attempt } from "../../src/ports/attempts.ts";
import type { CaseView } from "../../src/ports/store.ts";

/** Newest audit events in which those of one case are looked for: what is older is read in the audit log. */
export const MOST_EVENTS_READ = 1000;
/** What is shown of them. */
const MOST_ACTS = 60;

/** What became of one effect: `undone` is one that was taken back. */
export interface ActView {
  readonly at: number;
  readonly outcome: "done" | "undone" | "refused" | "pending";
  /** A kind of action, or the audit type of an effect on a message: `message.hidden`. */
  readonly action: string;
  /** null for what Candor did before anybody decided. */
  readonly decision: string | null;
  /** Why it was refused, in a word of a closed list. */
  readonly refused: string | null;
}

const OUTCOMES: Readonly<Partial<Record<AuditEvent["type"], ActView["outcome"]>>> = {
  "action.done": "done",
  "action.undone": "undone",
  "action.failed": "refused",
};
/** Actions that are words to the author: what became of them is what became of the notice that says them. */
const SAID = ["warn", "ask-correction"] as const;

/** What became of the actions of a case, oldest first; `events` are the community's newest, newest first. */
export function actsOf(
  events: readonly AuditEvent[],
  view: CaseView,
  attempts: readonly Attempt[],
): readonly ActView[] {
  const noted = events.flatMap((event) => actOf(event, view.id) ?? []).toReversed();
  return [...noted, ...saidBy(view, attempts)].slice(-MOST_ACTS);
}

function actOf({ type, at, payload }: AuditEvent, caseId: string): ActView | null {
  const outcome = OUTCOMES[type];
  const action = payload?.["action"];
  if (!outcome || payload?.["case"] !== caseId || typeof action !== "string") return null;
  const { decision, refused } = payload;
  return {
    at,
    outcome,
    action,
    decision: typeof decision === "string" ? decision : null,
    refused: typeof refused === "string" ? refused : null,
  };
}

function saidBy({ decision }: CaseView, attempts: readonly Attempt[]): readonly ActView[] {
  if (!decision) return [];
  const notices = attempts.filter(
    ({ kind, requestedAt }) => kind === "statement" && requestedAt === decision.decidedAt,
  );
  const asked = SAID.filter((kind) => decision.actions.some((action) => action.kind === kind));
  return asked.flatMap((action) =>
    notices.map(
      ({ outcome, requestedAt, doneAt }): ActView => ({
        at: doneAt ?? requestedAt,
        outcome:
          outcome === "delivered"
            ? "done"
            : outcome === "pending" || outcome === "bundled"
              ? "pending"
              : "refused",
        action,
        decision: decision.id,
        refused: outcome === "unreachable" ? outcome : null,
      }),
    ),
  );
}
