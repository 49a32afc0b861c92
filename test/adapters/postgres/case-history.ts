import { expect } from "@jest/globals";
import { z } from "zod";
import type { AuditEvent } from "../../../src/engine/audit.ts";
import { CASE_STATES } from "../../../src/engine/case/case.ts";
import { ALLOWED } from "../../../src/engine/case/transitions.ts";

const stateSchema = z.object({
  state: z.enum(CASE_STATES),
  /** Steps taken so far. */
  steps: z.number(),
  decision: z.string().nullable(),
  proposal: z.string().nullable(),
  owner: z.string().nullable(),
  until: z.number().nullable(),
});
const payloadSchema = z.object({
  case: z.string(),
  command: z.string(),
  by: z.string().nullable(),
});

/** One step of a case, as its audit event tells it. */
export interface StepTaken {
  readonly command: string;
  readonly by: string | null;
  readonly at: number;
  readonly before: z.infer<typeof stateSchema>;
  readonly after: z.infer<typeof stateSchema>;
}

/** The steps of each case, in the order of the chain. */
export function stepsOfCase(
  events: readonly AuditEvent[],
): ReadonlyMap<string, readonly StepTaken[]> {
  const cases = new Map<string, StepTaken[]>();
  for (const { payload, at } of events) {
    const { case: id, command, by } = payloadSchema.parse(payload);
    const step = {
      command,
      by,
      at,
      before: part(payload, "before"),
      after: part(payload, "after"),
    };
    cases.set(id, [...(cases.get(id) ?? []), step]);
  }
  return cases;
}

function part(payload: AuditEvent["payload"], prefix: string) {
  const entries = Object.entries(payload ?? {}).flatMap(([key, value]) =>
    key.startsWith(`${prefix}.`) ? [[key.slice(prefix.length + 1), value] as const] : [],
  );
  return stateSchema.parse(Object.fromEntries(entries));
}

/** Only whoever has the lease does these while it lasts; it binds no second moderator. */
const NEED_THE_LEASE = ["take", "release", "hand-over", "hold", "decide"];
/** Only these end a decision. */
const END_A_DECISION = ["undo", "reopen", "decide-appeal"];
const MAKE_A_DECISION = ["decide", "confirm"];

/** Fails when the steps of one case do not follow from each other, or one of them broke a rule. */
export function checkSteps(steps: readonly StepTaken[]): void {
  const [opened, ...others] = steps;
  expect(opened).toMatchObject({ command: "open", after: { state: "open", steps: 0 } });
  let last = opened?.after;
  for (const step of others) {
    // Each saw exactly what the one before it left: nothing was lost between them.
    expect(step.before).toEqual(last);
    expect(step.after.steps).toBe(step.before.steps + 1);
    expect(ALLOWED[step.before.state]).toContain(step.command);
    checkLease(step);
    checkDecision(step);
    last = step.after;
  }
}

function checkLease({ command, by, at, before, after }: StepTaken): void {
  const owned = before.owner !== null && (before.until ?? 0) > at;
  if (owned && NEED_THE_LEASE.includes(command)) expect(by).toBe(before.owner);
  if (owned && after.owner !== null && after.owner !== before.owner) {
    expect(command).toBe("hand-over");
  }
}

function checkDecision({ command, before, after }: StepTaken): void {
  if (after.decision === before.decision) return;
  expect(before.decision === null ? MAKE_A_DECISION : END_A_DECISION).toContain(command);
  // One that stands is never replaced: it ends, and then another may be made.
  expect([before.decision, after.decision]).toContain(null);
}
