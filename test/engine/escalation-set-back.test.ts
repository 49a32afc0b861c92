import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Case } from "../../src/engine/case/case.ts";
import { firstRound } from "../../src/engine/case/ladder-state.ts";
import { aheadMs, movedBack } from "../../src/engine/escalation/set-back.ts";

const NOW = 1_000_000_000;

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
  ladder: firstRound(NOW),
  openedAt: NOW,
  lastSeenAt: NOW,
  decidedAt: null,
  closedAt: null,
};

const time = fc.integer({ min: NOW - 1000, max: NOW + 1000 });
const length = fc.integer({ min: 1, max: 5000 });
const some = fc.record({
  started: time,
  seen: fc.option(time),
  taken: fc.option(time),
  held: fc.option(time),
  length,
});

function caseOf(began: {
  readonly started: number;
  readonly seen: number | null;
  readonly taken: number | null;
  readonly held: number | null;
  readonly length: number;
}): Case {
  const { started: startedAt, seen, taken, held: heldSince, length: ms } = began;
  const acknowledged = seen === null ? null : { by: "mo", at: seen };
  return {
    ...OPEN,
    ladder: { ...OPEN.ladder, startedAt, nextAt: startedAt + ms, heldSince, acknowledged },
    onHoldUntil: heldSince === null ? null : heldSince + ms,
    assignment: taken === null ? null : { moderatorId: "mo", since: taken, until: taken + ms },
  };
}

test("after a clock was set back nothing begins later than now, and nothing lasts shorter", () => {
  fc.assert(
    fc.property(some, (began) => {
      const before = caseOf(began);
      const after = movedBack(before, NOW, aheadMs(before, NOW));
      expect(aheadMs(after, NOW)).toBe(0);
      const { length: ms } = began;
      const ends = [after.ladder.nextAt, after.onHoldUntil, after.assignment?.until];
      const begins = [after.ladder.startedAt, after.ladder.heldSince, after.assignment?.since];
      ends.forEach((end, i) => expect(end ?? ms).toBe((begins[i] ?? 0) + ms));
    }),
  );
});

test("what may have begun since stays, and so does a case of which nothing is ahead", () => {
  const before = caseOf({ started: NOW + 50, seen: NOW, taken: NOW, held: null, length: 100 });
  const after = movedBack(before, NOW, 70);
  expect(after).toEqual({
    ...before,
    ladder: { ...before.ladder, startedAt: NOW - 20, nextAt: NOW + 80 },
  });
  expect(movedBack(after, NOW, aheadMs(after, NOW))).toEqual(after);
});
