import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { NewAuditEvent } from "../../../src/engine/audit.ts";
import type { Case } from "../../../src/engine/case/case.ts";
import type { Decision } from "../../../src/engine/case/decision.ts";
import { type CaseCommand, stepCase } from "../../../src/engine/case/transitions.ts";
import { ok } from "../../../src/engine/result.ts";
import { verifyChain } from "../../../src/pipeline/audit-report.ts";
import type { CaseChange, Store } from "../../../src/ports/store.ts";
import {
  changeCase,
  DAY,
  freshId,
  makeCase,
  makeDecision,
  makeRecording,
  NOW,
  record,
} from "../../conformance/recordings.ts";
import { checkSteps, type StepTaken, stepsOfCase } from "./case-history.ts";
import { openTestRecords, type TestDatabase, testParts } from "./databases.ts";

const MINUTE = 60_000;
/** Between rounds, so that short leases and holds are over in the next one and long ones are not. */
const ROUND_MS = 10 * MINUTE;
const MODERATORS = ["mod-1", "mod-2", "mod-3", "mod-4"];
const CASES = 3;
const STRIKE_POINTS = 2;

/** What one moderator, a timer or the author does in a round; indexes wrap around. */
interface Act {
  readonly kind: CaseCommand["kind"] | "write";
  readonly case: number;
  readonly by: number;
  readonly to: number;
  readonly minutes: number;
  readonly yes: boolean;
}

const act: fc.Arbitrary<Act> = fc.record({
  kind: fc.oneof(
    // Twice as often: what the others build on.
    fc.constantFrom("take" as const, "decide" as const),
    fc.constantFrom(
      ...([
        "take",
        "release",
        "hand-over",
        "hold",
        "expire",
        "acknowledge",
        "unacknowledge",
      ] as const),
      ...(["climb", "join", "decide", "confirm", "reject", "undo", "reopen", "appeal"] as const),
      ...(["decide-appeal", "close", "write"] as const),
    ),
  ),
  case: fc.nat(CASES - 1),
  by: fc.nat(MODERATORS.length - 1),
  to: fc.nat(MODERATORS.length - 1),
  minutes: fc.constantFrom(1, 15),
  yes: fc.boolean(),
});
const rounds = fc.array(fc.array(act, { minLength: 1, maxLength: 6 }), {
  minLength: 3,
  maxLength: 10,
});

/**
 * Drives random commands of several moderators at once against cases in a database, and checks by the
 * audit log that every step followed from the one before it.
 */
export function testCaseProperty(open: () => Promise<TestDatabase>, runs: number): void {
  test(`${runs} random sequences of commands lose no update and break no rule`, async () => {
    const database = await open();
    try {
      // Two processes: within one, a store writes a community's changes one after the other anyway.
      const processes = [await openTestRecords(database), await openTestRecords(database)];
      const stores = processes.map(({ store }) => store);
      const property = fc.asyncProperty(rounds, (acts) => runAndCheck(stores, database, acts));
      const result = await fc.check(property, { numRuns: runs });
      expect(fc.defaultReportMessage(result)).toBeUndefined();
    } finally {
      await database.close();
    }
  }, 300_000);
}

async function runAndCheck(
  stores: readonly Store[],
  database: TestDatabase,
  acts: readonly (readonly Act[])[],
): Promise<void> {
  const [store] = stores;
  if (!store) throw new Error("no store");
  const community = freshId("c");
  const caseIds = Array.from({ length: CASES }, () => freshId("case"));
  for (const [nth, caseId] of caseIds.entries()) await write(store, community, nth, caseId, NOW);
  let taken = CASES;
  for (const [nth, round] of acts.entries()) {
    const at = NOW + (nth + 1) * ROUND_MS;
    const done = await Promise.all(
      round.map((each, i) => {
        const own = stores[i % stores.length] ?? store;
        return each.kind === "write"
          ? write(own, community, each.case, freshId("case"), at)
          : command(own, caseIds[each.case] ?? "", each, at);
      }),
    );
    taken += done.filter(Boolean).length;
  }
  const events = await store.auditEvents(community, 0, 10_000);
  const all = [...stepsOfCase(events)];
  expect(all.flatMap(([, steps]) => steps)).toHaveLength(taken);
  for (const [caseId, steps] of all) {
    checkSteps(steps);
    expect(stateOf(await store.findCase(caseId))).toEqual(steps.at(-1)?.after);
  }
  await checkDecisions(store, database, community, all);
  expect((await verifyChain(store, testParts.digests, community)).problem).toBeNull();
}

/** What stands in the end is what the steps say: one decision at most, counted once, with its points. */
async function checkDecisions(
  store: Store,
  database: TestDatabase,
  community: string,
  all: readonly (readonly [string, readonly StepTaken[]])[],
): Promise<void> {
  const { rows } = await database.pool.query<{ made: number; standing: number }>(
    `SELECT count(*) AS made, count(*) FILTER (WHERE undone_at IS NULL) AS standing
      FROM decisions JOIN cases ON cases.id = decisions.case_id WHERE cases.community_id = $1`,
    [community],
  );
  const steps = all.flatMap(([, taken]) => taken);
  const made = steps.filter(
    ({ before, after }) => after.decision !== null && after.decision !== before.decision,
  );
  const standing = all.filter(([, taken]) => taken.at(-1)?.after.decision);
  expect(rows).toEqual([{ made: made.length, standing: standing.length }]);
  let counted = 0;
  let points = 0;
  for (let nth = 0; nth < CASES; nth += 1) {
    const known = await store.standing(community, `author-${nth}`, NOW + DAY);
    counted += (known?.upheld ?? 0) + (known?.dismissed ?? 0);
    points += known?.strikePoints ?? 0;
  }
  expect([counted, points]).toEqual([standing.length, STRIKE_POINTS * standing.length]);
}

/** Takes one step; false when the case did not take it. */
async function command(store: Store, caseId: string, asked: Act, at: number): Promise<boolean> {
  const decision = makeDecision({
    moderatorId: moderator(asked.by),
    decidedAt: at,
    outcome: asked.yes ? "uphold" : "dismiss",
    strikePoints: STRIKE_POINTS,
  });
  const wanted = toCommand(asked, decision, at);
  const changed = await changeCase(store, caseId, { at, people: MODERATORS }, (current) => {
    const next = stepCase(current, wanted, at);
    return next.ok ? ok(toChange(current, next.value, wanted, at)) : next;
  });
  return changed.ok;
}

function moderator(nth: number): string {
  return MODERATORS[nth] ?? "";
}

function toCommand(
  asked: Exclude<Act, { kind: "write" }>,
  decision: Decision,
  at: number,
): CaseCommand {
  const by = moderator(asked.by);
  const until = at + asked.minutes * MINUTE;
  switch (asked.kind) {
    case "take":
    case "hold":
      return { kind: asked.kind, by, until };
    case "hand-over":
      return { kind: "hand-over", by, to: moderator(asked.to), until };
    case "join":
      return { kind: "join", anew: asked.yes };
    case "decide":
      return { kind: "decide", by, decision, needsSecond: asked.minutes === 1 };
    case "decide-appeal":
      return { kind: "decide-appeal", by, overturn: asked.yes };
    case "expire":
    case "unacknowledge":
    case "climb":
    case "appeal":
    case "close":
      return { kind: asked.kind };
    case "release":
    case "acknowledge":
    case "confirm":
    case "reject":
    case "undo":
    case "reopen":
      return { kind: asked.kind, by };
    case "write":
      throw new Error("writing is no command");
  }
}

/** A message of the author of the nth case: joins an undecided case of theirs, or opens another. */
async function write(
  store: Store,
  community: string,
  nth: number,
  caseId: string,
  at: number,
): Promise<true> {
  const message = { authorId: `author-${nth}`, receivedAt: at, sentAt: at };
  const recording = makeRecording({ community, caseId, message });
  const joins: CaseCommand = { kind: "join", anew: false };
  const opens = makeCase(caseId, recording.message);
  await record(store, {
    ...recording,
    events: [],
    needsCase: {
      opens,
      held: false,
      keepsUntil: 0,
      joinsSince: 0,
      onOpen: (opened) => ({ case: opened, events: [eventOf(opened, opened, null, at)], jobs: [] }),
      onJoin: (existing) => {
        const next = stepCase(existing, joins, at);
        if (!next.ok) throw new Error("a case that cannot be joined was to be joined");
        return toChange(existing, next.value, joins, at);
      },
    },
  });
  return true;
}

/** `reports` counts the steps: of an update that was lost, the number would come twice. */
function toChange(before: Case, stepped: Case, wanted: CaseCommand, at: number): CaseChange {
  const after = { ...stepped, reports: before.reports + 1 };
  const { decision } = after;
  const made = decision && decision.id !== before.decision?.id ? decision : null;
  const undone = decision === null ? before.decision : null;
  return {
    case: after,
    events: [eventOf(before, after, wanted, at)],
    jobs: [],
    ...(made && {
      strikes: [
        {
          decisionId: made.id,
          caseId: after.id,
          communityId: after.communityId,
          authorId: after.authorId,
          points: STRIKE_POINTS,
          at,
          expiresAt: at + 30 * DAY,
        },
      ],
    }),
    ...(undone && { undone: { decisionId: undone.id, by: "mod-1", at } }),
  };
}

/** What the checks see of a case. */
function stateOf(item: Case | null) {
  return (
    item && {
      state: item.state,
      steps: item.reports,
      decision: item.decision?.id ?? null,
      proposal: item.proposal?.id ?? null,
      owner: item.assignment?.moderatorId ?? null,
      until: item.assignment?.until ?? null,
    }
  );
}

function eventOf(before: Case, after: Case, wanted: CaseCommand | null, at: number): NewAuditEvent {
  const by = wanted && "by" in wanted ? wanted.by : null;
  return {
    type: "case.noted",
    at,
    person: null,
    payload: {
      case: after.id,
      command: wanted?.kind ?? "open",
      by,
      ...prefixed("before", stateOf(before)),
      ...prefixed("after", stateOf(after)),
    },
  };
}

function prefixed(prefix: string, values: ReturnType<typeof stateOf>) {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([key, value]) => [`${prefix}.${key}`, value]),
  );
}
