import { describe, expect, test } from "@jest/globals";
import { type Case, CASE_STATES, type CaseState, priorityOf } from "../../src/engine/case/case.ts";
import type { Decision } from "../../src/engine/case/decision.ts";
import { firstRound } from "../../src/engine/case/ladder-state.ts";
import {
  type CaseCommand,
  type CaseError,
  ownerAt,
  stepCase,
} from "../../src/engine/case/transitions.ts";

const NOW = 1_000_000;
const LATER = NOW + 60_000;

const DECISION: Decision = {
  id: "d-1",
  outcome: "uphold",
  rule: "INV-01",
  reason: "looked at",
  actions: [{ kind: "delete" }],
  moderatorId: "mo",
  decidedAt: NOW - 10,
  confirmedBy: null,
  strikePoints: 4,
};

const OPEN: Case = {
  id: "c-1",
  platform: "fake",
  communityId: "club",
  number: 1,
  source: "rule",
  messageKey: "key-1",
  authorId: "ana",
  speaker: "member",
  state: "open",
  severity: "S1",
  families: ["claim"],
  shadow: false,
  held: false,
  messages: 1,
  reports: 0,
  reach: null,
  assignment: null,
  onHoldUntil: null,
  proposal: null,
  decision: null,
  ladder: { ...firstRound(NOW - 100), nextAt: NOW },
  openedAt: NOW - 100,
  lastSeenAt: NOW - 100,
  decidedAt: null,
  closedAt: null,
};

/** A case as it stands in each state; `mo` has it, or has decided it. */
const IN: Readonly<Record<CaseState, Case>> = {
  open: OPEN,
  reopened: { ...OPEN, state: "reopened", ladder: { ...OPEN.ladder, round: 2 } },
  assigned: {
    ...OPEN,
    state: "assigned",
    assignment: { moderatorId: "mo", since: NOW - 50, until: NOW + 50 },
    ladder: { ...OPEN.ladder, nextAt: null, acknowledged: { by: "mo", at: NOW - 50 } },
  },
  "on-hold": { ...OPEN, state: "on-hold", onHoldUntil: NOW + 50 },
  decided: { ...OPEN, state: "decided", decision: DECISION, decidedAt: NOW - 10 },
  appealed: { ...OPEN, state: "appealed", decision: DECISION, decidedAt: NOW - 10 },
  closed: { ...OPEN, state: "closed", decision: DECISION, decidedAt: NOW - 10, closedAt: NOW - 5 },
};

const COMMANDS = {
  take: { kind: "take", by: "mo", until: LATER },
  release: { kind: "release", by: "mo" },
  "hand-over": { kind: "hand-over", by: "mo", to: "kim", until: LATER },
  hold: { kind: "hold", by: "mo", until: LATER },
  expire: { kind: "expire" },
  acknowledge: { kind: "acknowledge", by: "mo" },
  unacknowledge: { kind: "unacknowledge" },
  climb: { kind: "climb" },
  join: { kind: "join", anew: false },
  decide: { kind: "decide", by: "mo", decision: DECISION, needsSecond: false },
  confirm: { kind: "confirm", by: "mo" },
  reject: { kind: "reject", by: "mo" },
  undo: { kind: "undo", by: "mo" },
  reopen: { kind: "reopen", by: "mo" },
  appeal: { kind: "appeal" },
  "decide-appeal": { kind: "decide-appeal", by: "kim", overturn: true },
  close: { kind: "close" },
} as const satisfies { readonly [K in CaseCommand["kind"]]: Extract<CaseCommand, { kind: K }> };

/** The state after each command in each state, or how it is refused. */
const TABLE: Readonly<
  Record<CaseState, Readonly<Record<CaseCommand["kind"], CaseState | CaseError["kind"]>>>
> = {
  open: {
    take: "assigned",
    release: "wrong-state",
    "hand-over": "wrong-state",
    hold: "on-hold",
    expire: "wrong-state",
    acknowledge: "open",
    unacknowledge: "not-due",
    climb: "open",
    join: "open",
    decide: "decided",
    confirm: "nothing-proposed",
    reject: "nothing-proposed",
    undo: "wrong-state",
    reopen: "wrong-state",
    appeal: "wrong-state",
    "decide-appeal": "wrong-state",
    close: "wrong-state",
  },
  reopened: {
    take: "assigned",
    release: "wrong-state",
    "hand-over": "wrong-state",
    hold: "on-hold",
    expire: "wrong-state",
    acknowledge: "reopened",
    unacknowledge: "not-due",
    climb: "reopened",
    join: "reopened",
    decide: "decided",
    confirm: "nothing-proposed",
    reject: "nothing-proposed",
    undo: "wrong-state",
    reopen: "wrong-state",
    appeal: "wrong-state",
    "decide-appeal": "wrong-state",
    close: "wrong-state",
  },
  assigned: {
    take: "assigned",
    release: "open",
    "hand-over": "assigned",
    hold: "on-hold",
    expire: "not-due",
    acknowledge: "assigned",
    unacknowledge: "open",
    climb: "not-due",
    join: "assigned",
    decide: "decided",
    confirm: "nothing-proposed",
    reject: "nothing-proposed",
    undo: "wrong-state",
    reopen: "wrong-state",
    appeal: "wrong-state",
    "decide-appeal": "wrong-state",
    close: "wrong-state",
  },
  "on-hold": {
    take: "assigned",
    release: "wrong-state",
    "hand-over": "wrong-state",
    hold: "on-hold",
    expire: "not-due",
    acknowledge: "wrong-state",
    unacknowledge: "wrong-state",
    climb: "wrong-state",
    join: "on-hold",
    decide: "decided",
    confirm: "nothing-proposed",
    reject: "nothing-proposed",
    undo: "wrong-state",
    reopen: "wrong-state",
    appeal: "wrong-state",
    "decide-appeal": "wrong-state",
    close: "wrong-state",
  },
  decided: {
    ...refusing("already-decided"),
    undo: "reopened",
    appeal: "appealed",
    close: "closed",
  },
  appealed: {
    ...refusing("under-appeal"),
    acknowledge: "own-decision",
    unacknowledge: "not-due",
    climb: "appealed",
    // By another of its authors; who may still appeal is asked of the record.
    appeal: "appealed",
    "decide-appeal": "closed",
  },
  closed: { ...refusing("closed"), reopen: "reopened", appeal: "appealed" },
};

function refusing(kind: CaseError["kind"]): Record<CaseCommand["kind"], CaseError["kind"]> {
  const kinds = Object.keys(COMMANDS) as CaseCommand["kind"][];
  return Object.fromEntries(kinds.map((each) => [each, kind])) as Record<
    CaseCommand["kind"],
    CaseError["kind"]
  >;
}

function step(before: Case, command: CaseCommand, at = NOW): Case {
  const stepped = stepCase(before, command, at);
  if (!stepped.ok) throw new Error(stepped.error.kind);
  return stepped.value;
}

function refused(before: Case, command: CaseCommand, at = NOW): CaseError {
  const stepped = stepCase(before, command, at);
  if (stepped.ok) throw new Error(`was allowed: ${stepped.value.state}`);
  return stepped.error;
}

describe.each(CASE_STATES)("a case that is %s", (state) => {
  test.each(Object.values(COMMANDS))("is told to $kind", (command) => {
    const before = IN[state];
    const stepped = stepCase(before, command, NOW);
    expect(stepped.ok ? stepped.value.state : stepped.error.kind).toBe(TABLE[state][command.kind]);
    expect(before).toEqual(IN[state]);
  });
});

describe("a refusal", () => {
  test("names who decided and when, the second moderator where there was one", () => {
    const decide = COMMANDS.decide;
    expect(refused(IN.decided, decide)).toEqual({
      kind: "already-decided",
      by: "mo",
      at: NOW - 10,
    });
    const confirmed = { ...DECISION, confirmedBy: "kim" };
    expect(refused({ ...IN.decided, decision: confirmed }, decide)).toMatchObject({ by: "kim" });
  });

  test("of a case that is appealed or closed says so, whoever had decided it", () => {
    for (const command of [COMMANDS.take, COMMANDS.undo, COMMANDS.decide]) {
      expect(refused(IN.appealed, command)).toEqual({ kind: "under-appeal" });
      expect(refused(IN.closed, command)).toEqual({ kind: "closed" });
      expect(refused({ ...IN.closed, decision: null }, command)).toEqual({ kind: "closed" });
    }
  });

  test.each([
    COMMANDS.take,
    COMMANDS.hold,
    COMMANDS.decide,
    COMMANDS["hand-over"],
    COMMANDS.release,
  ])("another moderator's case: $kind", (command) => {
    expect(refused(IN.assigned, { ...command, by: "kim" })).toEqual({
      kind: "assigned-to-other",
      moderatorId: "mo",
      until: NOW + 50,
    });
  });

  test("a decision without a reason or a rule", () => {
    for (const [changes, kind] of [
      [{ reason: "  " }, "reason-required"],
      [{ rule: "" }, "rule-required"],
    ] as const) {
      const decision = { ...DECISION, ...changes };
      expect(refused(OPEN, { ...COMMANDS.decide, decision })).toEqual({ kind });
    }
  });
});

describe("a lease", () => {
  test("that is over binds nobody, whether its timer has fired or not", () => {
    expect(ownerAt(IN.assigned, NOW)).toBe("mo");
    expect(ownerAt(IN.assigned, NOW + 50)).toBeNull();
    const taken = step(IN.assigned, { ...COMMANDS.take, by: "kim" }, NOW + 50);
    expect(taken.assignment).toEqual({ moderatorId: "kim", since: NOW + 50, until: LATER });
    expect(refused(IN.assigned, COMMANDS.release, NOW + 50)).toEqual({ kind: "not-assigned" });
  });

  test("renewed keeps its beginning and its acknowledgement", () => {
    const renewed = step(IN.assigned, COMMANDS.take);
    expect(renewed.assignment).toEqual({ moderatorId: "mo", since: NOW - 50, until: LATER });
    expect(renewed.ladder.acknowledged).toEqual({ by: "mo", at: NOW - 50 });
  });

  test.each([
    ["given back", IN.assigned, COMMANDS.release, NOW],
    ["over", IN.assigned, COMMANDS.expire, NOW + 50],
    ["over, of a hold", IN["on-hold"], COMMANDS.expire, NOW + 50],
    ["unacknowledged", IN.assigned, COMMANDS.unacknowledge, NOW],
  ] as const)("%s: the ladder begins again, and nobody has the case", (_, before, command, at) => {
    expect(step(before, command, at)).toMatchObject({
      state: "open",
      assignment: null,
      onHoldUntil: null,
      ladder: { round: 2, step: 0, startedAt: at, acknowledged: null, nextAt: null },
    });
  });
});

describe("an acknowledgement", () => {
  const seen = step(OPEN, COMMANDS.acknowledge);

  test("is the first one's, however often others renew it", () => {
    const again = step(seen, { kind: "acknowledge", by: "kim" }, LATER);
    expect(again).toEqual(seen);
  });

  test("goes over to whoever takes the case, and is as old as it was", () => {
    const taken = step(seen, { ...COMMANDS.take, by: "kim" }, LATER);
    expect(taken.ladder.acknowledged).toEqual({ by: "kim", at: NOW });
    const given = step(IN.assigned, COMMANDS["hand-over"]);
    expect(given.ladder.acknowledged).toEqual({ by: "kim", at: NOW - 50 });
  });

  test("is a new one for what comes off hold, unless it is an S1", () => {
    for (const [severity, at] of [
      ["S2", LATER],
      ["S1", NOW],
    ] as const) {
      const held = step({ ...seen, severity }, COMMANDS.hold);
      const taken = step(held, COMMANDS.take, LATER);
      expect(taken.ladder.acknowledged).toEqual({ by: "mo", at });
    }
  });
});

describe("a hold", () => {
  test("counts from the first one of its round, and is over before it begins where no time is left", () => {
    const held = step(OPEN, COMMANDS.hold);
    expect(held.ladder.heldSince).toBe(NOW);
    const again = step(step(held, COMMANDS.take, NOW + 10), COMMANDS.hold, NOW + 20);
    expect(again.ladder.heldSince).toBe(NOW);
    expect(refused(held, { ...COMMANDS.hold, until: NOW + 20 }, NOW + 20)).toEqual({
      kind: "rested-enough",
    });
    expect(step(again, COMMANDS.expire, LATER).ladder.heldSince).toBeNull();
  });

  test("and a lease last where the clock says that they have yet to begin: it was set back", () => {
    const held = step(OPEN, COMMANDS.hold);
    expect(refused(held, COMMANDS.expire, NOW - 1)).toEqual({ kind: "not-due" });
    expect(refused(IN.assigned, COMMANDS.expire, NOW - 51)).toEqual({ kind: "not-due" });
  });
});

describe("four eyes", () => {
  const proposed = step(IN.assigned, { ...COMMANDS.decide, needsSecond: true });

  test("a proposal decides nothing, gives the case back and calls for somebody", () => {
    expect(proposed).toMatchObject({
      state: "open",
      assignment: null,
      decision: null,
      proposal: { id: "d-1" },
      ladder: { round: 2, acknowledged: null },
    });
  });

  test("only somebody else confirms, and the decision is of that time", () => {
    expect(refused(proposed, COMMANDS.confirm)).toEqual({ kind: "needs-another" });
    expect(step(proposed, { kind: "confirm", by: "kim" }, LATER)).toMatchObject({
      state: "decided",
      proposal: null,
      decidedAt: LATER,
      decision: { moderatorId: "mo", confirmedBy: "kim", decidedAt: LATER },
    });
  });

  test("a second proposal waits for the first; a rejected one is gone", () => {
    expect(refused(proposed, { ...COMMANDS.decide, by: "kim" })).toEqual({
      kind: "already-proposed",
      by: "mo",
    });
    expect(step(proposed, COMMANDS.reject)).toMatchObject({ state: "open", proposal: null });
  });

  test("a rejected one calls for somebody again, and nobody has the case any more", () => {
    const rejected = step(proposed, COMMANDS.reject, LATER);
    expect(rejected.ladder).toMatchObject({ round: 3, startedAt: LATER, step: 0, nextAt: null });
    const taken = step(proposed, { ...COMMANDS.take, by: "kim" });
    const held = step(proposed, { ...COMMANDS.hold, by: "kim" });
    const free = { state: "open", assignment: null, onHoldUntil: null, ladder: { round: 3 } };
    for (const before of [taken, held]) {
      for (const by of ["mo", "kim", "lee"]) {
        expect(step(before, { kind: "reject", by })).toMatchObject(free);
      }
    }
  });

  test("whoever proposed keeps nobody from it, and nobody's lease does", () => {
    for (const kind of ["take", "hold"] as const) {
      expect(refused(proposed, COMMANDS[kind])).toEqual({ kind: "own-proposal" });
    }
    expect(refused(proposed, COMMANDS.acknowledge)).toEqual({ kind: "own-proposal" });
    const taken = step(proposed, { ...COMMANDS.take, by: "kim" });
    const back = { ...COMMANDS["hand-over"], by: "kim", to: "mo" };
    expect(refused(taken, back)).toEqual({ kind: "needs-another" });
    expect(step(taken, { kind: "confirm", by: "lee" }).decision?.confirmedBy).toBe("lee");
    expect(step(taken, { kind: "reject", by: "lee" }).proposal).toBeNull();
  });

  test("a proposal that is not the one which was looked at is neither confirmed nor rejected", () => {
    for (const kind of ["confirm", "reject"] as const) {
      const command = { kind, by: "kim" };
      expect(refused(proposed, { ...command, decisionId: "d-0" })).toEqual({
        kind: "nothing-proposed",
      });
      expect(step(proposed, { ...command, decisionId: "d-1" }).proposal).toBeNull();
    }
  });

  test("nobody confirms what an erased moderator proposed; it is rejected and decided anew", () => {
    const proposal = { ...DECISION, moderatorId: "" };
    const erased = { ...proposed, proposal };
    expect(refused(erased, { kind: "confirm", by: "kim" })).toEqual({ kind: "needs-another" });
    const again = step(erased, { kind: "reject", by: "kim" });
    expect(step(again, COMMANDS.decide).state).toBe("decided");
  });
});

describe("what joins", () => {
  test("changes nothing of the ladder unless it is graver", () => {
    expect(step(IN.assigned, COMMANDS.join)).toEqual(IN.assigned);
    const graver = step(IN.assigned, { kind: "join", anew: true });
    expect(graver).toMatchObject({ state: "assigned", ladder: { round: 2, acknowledged: null } });
  });

  test("when graver takes a case off hold", () => {
    const graver = step(IN["on-hold"], { kind: "join", anew: true });
    expect(graver).toMatchObject({ state: "open", onHoldUntil: null, ladder: { round: 2 } });
  });
});

describe("an appeal", () => {
  test("against a decision that was overturned is refused", () => {
    expect(refused({ ...IN.closed, decision: null }, COMMANDS.appeal)).toEqual({ kind: "closed" });
  });

  test("is decided by somebody else, and overturning takes the decision away", () => {
    const decide = COMMANDS["decide-appeal"];
    expect(refused(IN.appealed, { ...decide, by: "mo" })).toEqual({ kind: "needs-another" });
    expect(step(IN.appealed, decide)).toMatchObject({ state: "closed", decision: null });
    const stands = step(IN.appealed, { ...decide, overturn: false });
    expect(stands).toMatchObject({ state: "closed", decision: { id: "d-1" } });
  });

  test("of a decision whose moderators were erased is decided by anybody", () => {
    const decision = { ...DECISION, moderatorId: "", confirmedBy: "" };
    const decide = { ...COMMANDS["decide-appeal"], by: "mo" };
    expect(step({ ...IN.appealed, decision }, decide).state).toBe("closed");
  });

  test("is acknowledged by nobody who had a part in the decision", () => {
    const decision = { ...DECISION, confirmedBy: "kim" };
    for (const by of ["mo", "kim"]) {
      const refusal = refused({ ...IN.appealed, decision }, { kind: "acknowledge", by });
      expect(refusal).toEqual({ kind: "own-decision" });
    }
  });

  test("calls for somebody, until it is decided", () => {
    const appealed = step(IN.decided, COMMANDS.appeal);
    expect(appealed.ladder).toMatchObject({ round: 2, startedAt: NOW, acknowledged: null });
    const seen = step(appealed, { ...COMMANDS.acknowledge, by: "kim" }, LATER);
    expect(seen.ladder.acknowledged).toEqual({ by: "kim", at: LATER });
    expect(step(seen, COMMANDS.unacknowledge, LATER)).toMatchObject({
      state: "appealed",
      ladder: { round: 3, startedAt: NOW, acknowledged: null },
    });
  });
});

function priority(changes: Partial<Case>): number {
  return priorityOf({ ...OPEN, ...changes });
}

describe("the order of the queue", () => {
  test("severity, then who speaks, how many could see it and how many complained", () => {
    expect(priority({})).toBeGreaterThan(priority({ severity: "S2", reports: 100, reach: 1000 }));
    expect(priority({ severity: "S3", speaker: "staff" })).toBeGreaterThan(
      priority({ severity: "S3" }),
    );
    expect(priority({ reach: 10_000 })).toBeGreaterThan(priority({ reach: 10 }));
    expect(priority({ reports: 2 })).toBeGreaterThan(priority({ reports: 1 }));
  });

  test("whoever waits long enough goes first", () => {
    const long = NOW - 21 * 3_600_000;
    expect(priority({ severity: "S2", openedAt: long })).toBeGreaterThan(
      priority({ openedAt: NOW }),
    );
  });
});
