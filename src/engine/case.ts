import { type Result, fail, ok } from "./result.ts";

/** `open`: nobody has decided. `decided`: a moderator has; the last decision stands. */
export const CASE_STATES = ["open", "decided"] as const;
export type CaseState = (typeof CASE_STATES)[number];

/** `uphold`: the finding is right and the message goes. `dismiss`: a false alarm, a hidden message comes back. */
export const OUTCOMES = ["uphold", "dismiss"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export type CaseCommand =
  | { readonly kind: "decide"; readonly outcome: Outcome; readonly reason: string }
  /** A rung of the ladder is due. */
  | { readonly kind: "escalate" };

export type CaseError = { readonly kind: "already-decided" } | { readonly kind: "reason-required" };

/** The only place that says which step a case may take from which state. */
export function nextCaseState(
  state: CaseState,
  command: CaseCommand,
): Result<CaseState, CaseError> {
  switch (command.kind) {
    case "decide":
      if (state === "decided") return fail({ kind: "already-decided" });
      if (command.reason.trim() === "") return fail({ kind: "reason-required" });
      return ok("decided");
    case "escalate":
      return state === "decided" ? fail({ kind: "already-decided" }) : ok("open");
  }
}
