import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { testParts } from "../../adapters/postgres/databases.ts";
import { verifyChain } from "../../../src/pipeline/audit-report.ts";
import { CHANNEL } from "../../../src/ports/attempts.ts";
import { type Account, accountOf, tableOf } from "./week-account.ts";
import { CAPS, S1_MINUTES } from "./week-policy.ts";
import { liveWeek, MINUTE, type Week } from "./week.ts";

/** A killed job is delivered again after half a minute, and may be killed again. */
const SLACK_MS = 2 * MINUTE;

/** 2,000 take some two minutes; docs/measurements.md has what came of them. */
const CASES = Number(process.env["CANDOR_TEST_WEEK_CASES"] ?? 250);

describe(`a simulated week of ${CASES} cases`, () => {
  let week: Week;
  let account: Account;
  beforeAll(async () => {
    week = await liveWeek({
      seed: 20260309,
      cases: CASES,
      killsPerHundred: 3,
    });
    account = await accountOf(week, S1_MINUTES, SLACK_MS);
    process.stdout.write(`\n${tableOf(account, week)}\n\n`);
  }, 900_000);
  afterAll(() => week.close());

  test("all of it happened", () => {
    const cases = account.severities.reduce((sum, { cases: count }) => sum + count, 0);
    expect(cases + account.joined).toBe(CASES);
    expect(account.joined).toBeGreaterThan(CASES / 50);
    expect(account.released).toBeGreaterThan(CASES / 100);
    expect(week.kills).toBeGreaterThan(CASES / 60);
    expect(account.waits).toBeGreaterThan(10);
    expect(account.people.filter(({ unreachable }) => unreachable > 0)).toHaveLength(2);
    expect(account.people.some(({ bundles }) => bundles > 0)).toBe(true);
  });

  test("every S1 reached a person or the last rung in the policy's time", () => {
    expect(account.severities[0]).toMatchObject({ severity: "S1", late: [] });
  });

  test("nobody got more messages in an hour than the cap", () => {
    for (const { person, busiestHour } of account.people) {
      const cap = person === CHANNEL ? CAPS.channelPerHour : CAPS.perPersonPerHour;
      expect([person, Math.max(busiestHour, cap)]).toEqual([person, cap]);
    }
  });

  test("every timer fired, and what it does was done once, though many were delivered twice", () => {
    for (const { name, lost } of account.timers) expect([name, lost]).toEqual([name, 0]);
    const doubled = account.timers.reduce((sum, timer) => sum + timer.doubled, 0);
    expect(doubled).toBeGreaterThan(CASES / 20);
    expect(account.twice).toEqual([]);
  });

  test("nobody was sent anything twice, but where a process died between a send and its note", () => {
    expect(week.sentAgain).toEqual([]);
    expect(week.excused).toBeLessThanOrEqual(week.kills);
  });

  test("nothing that was due is left over", async () => {
    const left = account.attempts.filter(
      ({ outcome, dueAt }) =>
        outcome === "pending" || (outcome === "bundled" && dueAt <= week.endedAt),
    );
    expect(left).toEqual([]);
    expect(await week.store.overdueCases(week.endedAt, 10)).toEqual([]);
  });

  test("the audit chain is whole", async () => {
    const { problem } = await verifyChain(week.store, testParts.digests, week.community);
    expect(problem).toBeNull();
  });
});
