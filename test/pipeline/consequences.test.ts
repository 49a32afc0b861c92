import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Message } from "../../src/engine/message.ts";
import { policySchema } from "../../src/engine/policy.ts";
import { personOf } from "../../src/pipeline/deps.ts";
import { confirmDecision, rejectProposal, undoDecision } from "../../src/pipeline/work-case.ts";
import { CHANNEL } from "../../src/ports/attempts.ts";
import { MOST_AUTHORS } from "../../src/ports/rights.ts";
import { type Line, openLines } from "./line.ts";

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterEach(() => lines.clear());
afterAll(() => lines.close());

const PROMISE = "加群稳赚不赔，保本保息，年化30%";
const LIST = "客户名单\n张三 13900000001\n李四 13900000002\n王五 13900000003";
const HOUR = 3_600_000;
const PLAIN = { cases: { secondModerator: { actions: [] } }, strikes: { thresholds: [] } };

async function withCase(text = PROMISE, policy: object = PLAIN) {
  const line = lines.makeLine();
  await line.start();
  await line.usePolicy(policySchema.parse(policy));
  await line.platform.post(line.message(text));
  await line.work();
  const [view] = await line.cases();
  const author = { communityId: line.community, memberId: view!.authorId };
  return { line, caseId: view!.id, author };
}

/** One text of several people, which is one case. */
async function raid(authors: readonly (string | Message["author"])[], policy: object = PLAIN) {
  const line = lines.makeLine();
  await line.start();
  await line.usePolicy(policySchema.parse(policy));
  for (const each of authors) {
    const author = typeof each === "string" ? ({ id: each, role: "member" } as const) : each;
    await line.platform.post(line.message(PROMISE, { author }));
  }
  await line.work();
  const { id: caseId, messages } = await only(line);
  expect(messages).toBe(authors.length);
  const barred = () =>
    authors
      .map((each) => (typeof each === "string" ? each : each.id))
      .filter((memberId) => line.platform.barOf({ communityId: line.community, memberId }));
  return { line, caseId, barred };
}

async function only(line: Line) {
  const [view] = await line.cases();
  return view!;
}

async function events(line: Line, type: string) {
  return (await line.audit()).filter((event) => event.type === type).map(({ payload }) => payload);
}

function undo(line: Line, caseId: string) {
  return undoDecision(line.deps, { caseId, by: "mo", reason: null });
}

async function points(line: Line, memberId: string) {
  return (await line.deps.store.standing(line.community, memberId, line.now))?.strikePoints;
}

describe("four eyes", () => {
  const SEVERE = { strikes: { thresholds: [] } };
  const ban = { actions: [{ kind: "ban", minutes: null }] } as const;

  test("a ban waits for somebody else, who is called", async () => {
    const { line, caseId, author } = await withCase(PROMISE, {
      ...SEVERE,
      team: [{ id: "kim", role: "moderator" }],
    });
    expect(await line.decide(caseId, "uphold", ban)).toMatchObject({
      ok: true,
      value: {
        state: "open",
        decision: null,
        proposal: { moderatorId: "mo" },
        ladder: { round: 2 },
      },
    });
    await line.work();
    expect(line.platform.barOf(author)).toBeNull();
    expect(await confirmDecision(line.deps, { caseId, by: "mo" })).toEqual({
      ok: false,
      error: { kind: "needs-another" },
    });
    const notices = line.platform.inbox(line.community, CHANNEL);
    // The words of /case: who proposes what, for how long, by which rule and why.
    const words = /^Proposed: uphold, by mo, .+\. Rule: .+\. Reason: looked at$/u;
    const asked = notices.find(({ lines: all }) => all.some((each) => words.test(each)));
    expect(asked?.lines).toContain("Actions: ban (for good)");
    // It is the second round of the case, and nobody has let one go by.
    expect(asked?.lines.at(-1)).toMatch(/^Rung 1 of \d\.$/u);
    const offered = asked?.buttons.map(({ command }) => command.replace(/ p:[\w-]+$/u, " p:ID"));
    expect(offered).toEqual(expect.arrayContaining(["confirm #1 p:ID", "reject #1 p:ID"]));
    line.pass(1000);
    const other = { caseId, by: "kim", decisionId: "another" };
    expect(await confirmDecision(line.deps, other)).toEqual({
      ok: false,
      error: { kind: "nothing-proposed" },
    });
    const confirmed = await confirmDecision(line.deps, { caseId, by: "kim" });
    expect(confirmed).toMatchObject({
      ok: true,
      value: { decision: { moderatorId: "mo", confirmedBy: "kim", decidedAt: line.now } },
    });
    await line.work();
    expect(line.platform.barOf(author)).toEqual({ kind: "banned", until: null });
    expect(await line.auditTypes()).toEqual(
      expect.arrayContaining(["case.proposed", "case.decided", "action.done"]),
    );
  });

  test("a rejected proposal does nothing, and says why to the team", async () => {
    const { line, caseId, author } = await withCase(PROMISE, SEVERE);
    await line.decide(caseId, "uphold", ban);
    await rejectProposal(line.deps, { caseId, by: "kim", reason: "too hard" });
    await line.work();
    expect(line.platform.barOf(author)).toBeNull();
    expect(await only(line)).toMatchObject({ state: "open", proposal: null, decision: null });
    expect(await line.deps.store.caseNotes(caseId)).toMatchObject([{ text: "too hard" }]);
    expect(await events(line, "case.rejected")).toHaveLength(1);
  });

  test("severities that the policy names wait too", async () => {
    const asks = { cases: { secondModerator: { severities: ["S1"], actions: [] } } };
    const { line, caseId } = await withCase(PROMISE, asks);
    await line.decide(caseId, "dismiss");
    expect(await only(line)).toMatchObject({ proposal: { outcome: "dismiss" }, decision: null });
  });
});

describe("strikes", () => {
  const RULES = {
    cases: { secondModerator: { actions: [] } },
    strikes: { points: { S1: 4 }, expireDays: 30 },
  };
  test("add up to a threshold, whose action is added; an undo takes them back", async () => {
    const { line, caseId, author } = await withCase(PROMISE, RULES);
    await line.decide(caseId, "uphold");
    expect((await only(line)).decision).toMatchObject({
      strikePoints: 4,
      actions: [{ kind: "delete" }, { kind: "timeout", minutes: 1440 }],
    });
    await line.work();
    expect(await points(line, author.memberId)).toBe(4);
    expect(line.platform.barOf(author)).toMatchObject({ kind: "timed-out" });
    await undo(line, caseId);
    await line.work();
    expect(await points(line, author.memberId)).toBe(0);
    expect(line.platform.barOf(author)).toBeNull();
  });

  test("of a ban by a threshold, a second moderator knows too", async () => {
    const { line, caseId } = await withCase(PROMISE, { strikes: RULES.strikes });
    await line.decide(caseId, "uphold");
    await line.platform.post(line.message(`${PROMISE} again`));
    const next = (await line.cases()).find(({ state }) => state === "open");
    await line.decide(next!.id, "uphold");
    const proposed = (await line.cases()).find(({ id }) => id === next!.id);
    expect(proposed?.proposal?.actions).toContainEqual(
      expect.objectContaining({ kind: "ban", minutes: null }),
    );
  });

  test("of a removal by a threshold too, though the policy lets one moderator kick; the log says who added what", async () => {
    const thresholds = [{ points: 4, action: { kind: "kick" } }];
    const policy = { cases: RULES.cases, strikes: { ...RULES.strikes, thresholds } };
    const { line, caseId } = await withCase(PROMISE, policy);
    await line.decide(caseId, "uphold");
    expect(await only(line)).toMatchObject({
      decision: null,
      proposal: { actions: [{ kind: "delete" }, { kind: "kick", threshold: 4 }] },
    });
    expect(await events(line, "case.proposed")).toMatchObject([{ addedByPolicy: ["kick"] }]);
    const chosen = await withCase(PROMISE, policy);
    await chosen.line.decide(chosen.caseId, "uphold", { actions: [{ kind: "kick" }] });
    const [decided] = await events(chosen.line, "case.decided");
    expect(decided).toMatchObject({ actions: ["kick"] });
    expect(decided).not.toHaveProperty("addedByPolicy");
  });

  test("expire", async () => {
    const { line, caseId, author } = await withCase(PROMISE, RULES);
    await line.decide(caseId, "uphold", { actions: [] });
    line.pass(30 * 24 * HOUR);
    expect(await points(line, author.memberId)).toBe(0);
  });
});

describe("a case of several authors", () => {
  const ban = { actions: [{ kind: "ban", minutes: null }] } as const;

  test("a ban is for each of them, once, and an undo lifts it from each", async () => {
    const { line, caseId, barred } = await raid(["ana", "bo", "cy"]);
    await line.decide(caseId, "uphold", ban);
    const act = await line.job("act");
    await line.run(act);
    await line.run(act);
    expect(barred()).toEqual(["ana", "bo", "cy"]);
    expect(await events(line, "action.done")).toHaveLength(3);
    expect(await events(line, "case.decided")).toMatchObject([{ authors: 3, leftOut: 0 }]);
    await line.work();
    await undo(line, caseId);
    await line.work();
    expect(barred()).toEqual([]);
    expect(await events(line, "action.undone")).toHaveLength(3);
  });

  test("one whom the platform does not let be banned yet does not keep the others", async () => {
    const { line, caseId, barred } = await raid(["ana", "bo", "cy"]);
    await line.decide(caseId, "uphold", ban);
    const { platform } = line;
    const banMember = platform.banMember.bind(platform);
    let calls = 0;
    platform.banMember = async (...parts) => {
      calls += 1;
      return calls === 1
        ? { ok: false, error: { kind: "throttled", retryAfterMs: 1 } }
        : banMember(...parts);
    };
    const act = await line.job("act");
    await expect(line.run(act)).rejects.toThrow("throttled");
    expect(barred()).toEqual(["bo", "cy"]);
    await line.run(act);
    expect(barred()).toEqual(["ana", "bo", "cy"]);
    expect(calls).toBe(4);
  });

  test("an undo that comes between two of them is the last word for both", async () => {
    const { line, caseId, barred } = await raid(["ana", "bo"]);
    await line.decide(caseId, "uphold", ban);
    const { platform } = line;
    const banMember = platform.banMember.bind(platform);
    platform.banMember = async (member, ...parts) => {
      if (member.memberId === "bo") await undo(line, caseId);
      return banMember(member, ...parts);
    };
    await line.run(await line.job("act"));
    expect(barred()).toEqual([]);
  });

  test("somebody of the team is never banned by the way, and what else keeps them out stays", async () => {
    const policy = { ...PLAIN, team: [{ id: "bo", role: "service" }] };
    const staff = { id: "cy", role: "staff" } as const;
    const { line, caseId, barred } = await raid(["ana", "bo", staff, "di", "eve"], policy);
    line.platform.addMember(line.community, { id: "di", roles: ["moderator"] });
    await line.platform.banMember({ communityId: line.community, memberId: "bo" }, null);
    await line.decide(caseId, "uphold", ban);
    await line.work();
    expect(barred()).toEqual(["ana", "bo", "eve"]);
    const refused = { action: "ban", refused: "team", case: caseId };
    expect(await events(line, "action.failed")).toMatchObject([refused, refused, refused]);
    await undo(line, caseId);
    await line.work();
    expect(barred()).toEqual(["bo"]);
  });

  test("of a flood only whom the case is about is acted on, and how many were not is said", async () => {
    const flood = Array.from({ length: MOST_AUTHORS + 2 }, (_, nth) => `raider-${nth}`);
    const { line, caseId, barred } = await raid(flood);
    await line.decide(caseId, "uphold", ban);
    await line.work();
    expect(barred()).toEqual(["raider-0"]);
    const counted = { leftOut: MOST_AUTHORS + 1 };
    expect(await events(line, "case.decided")).toMatchObject([{ ...counted, authors: 1 }]);
    expect(await events(line, "action.done")).toMatchObject([{ ...counted, action: "ban" }]);
    expect([await points(line, "raider-0"), await points(line, "raider-1")]).toEqual([4, 0]);
  });

  test("whoever was erased is left out", async () => {
    const { line, caseId, barred } = await raid(["ana", "bo"]);
    const print = personOf(line.deps, line.platform.name, "bo");
    const erased = { type: "person.erased", at: line.now, person: null, payload: {} } as const;
    await line.deps.store.erasePerson(line.community, "bo", print, erased);
    await line.decide(caseId, "uphold", ban);
    await line.work();
    expect(barred()).toEqual(["ana"]);
    expect(await events(line, "action.done")).toHaveLength(1);
  });

  test("every member among them gets their own points and what those add; all goes with the decision", async () => {
    const staff = { id: "cy", role: "staff" } as const;
    const policy = { cases: PLAIN.cases, strikes: { points: { S1: 4 }, thresholds: DAY_AT_EIGHT } };
    const { line, caseId, barred } = await raid(["ana", staff, "bo"], policy);
    await line.decide(caseId, "uphold");
    expect((await only(line)).decision).toMatchObject({
      strikePoints: 4,
      actions: [{ kind: "delete" }],
    });
    await line.work();
    const given = () => Promise.all(["ana", "cy", "bo"].map((id) => points(line, id)));
    expect(await given()).toEqual([4, 0, 4]);
    expect(barred()).toEqual([]);
    await undo(line, caseId);
    expect(await given()).toEqual([0, 0, 0]);
  });

  test("whoever of them reaches a threshold is dealt with alone, is told so, and is let in with the undoing", async () => {
    const policy = { cases: PLAIN.cases, strikes: { points: { S1: 4 }, thresholds: DAY_AT_EIGHT } };
    const { line, caseId: first } = await raid(["ana"], policy);
    await line.decide(first, "uphold");
    line.platform.addMember(line.community, { id: "ana" });
    line.platform.addMember(line.community, { id: "bo" });
    for (const id of ["ana", "bo"]) {
      await line.platform.post(line.message(PROMISE, { author: { id, role: "member" } }));
    }
    await line.work();
    const { id } = (await line.cases()).find(({ state }) => state === "open")!;
    await line.decide(id, "uphold");
    await line.work();
    const barOf = (memberId: string) =>
      line.platform.barOf({ communityId: line.community, memberId });
    expect(barOf("ana")).toMatchObject({ kind: "timed-out" });
    expect(barOf("bo")).toBeNull();
    const read = (who: string) => line.platform.inbox(line.community, who).at(-1)?.lines.join("\n");
    expect(read("ana")).toContain("your strike points reached 8");
    expect(read("bo")).not.toContain("strike points reached");
    await undo(line, id);
    await line.work();
    expect(barOf("ana")).toBeNull();
  });

  test("a second moderator is asked where a threshold would ban one of several", async () => {
    const thresholds = [{ points: 4, action: { kind: "ban", minutes: null } }];
    const { line, caseId } = await raid(["ana", "bo"], {
      strikes: { points: { S1: 4 }, thresholds },
    });
    const kinds = [{ kind: "ban" }, { kind: "ban" }];
    expect(await line.decide(caseId, "uphold")).toMatchObject({
      value: { decision: null, proposal: { actions: [{ kind: "delete" }], added: kinds } },
    });
    expect(await confirmDecision(line.deps, { caseId, by: "kim" })).toMatchObject({
      ok: true,
      value: { decision: { actions: [{ kind: "delete" }] } },
    });
  });
});

const DAY_AT_EIGHT = [{ points: 8, action: { kind: "timeout", minutes: 24 * 60 } }];

/** The newest case of who posts again is decided with a timeout. */
async function decideNewest(line: Line, minutes: number) {
  await line.platform.post(line.message(PROMISE));
  await line.work();
  const newest = (await line.cases()).find(({ state }) => state === "open");
  const actions = [{ kind: "timeout", minutes } as const, { kind: "delete" } as const];
  await line.decide(newest!.id, "uphold", { actions });
  await line.work();
  return newest!;
}

describe("undoing one of two decisions about somebody", () => {
  test("leaves them shut out for as long as the other says", async () => {
    const { line, caseId, author } = await withCase();
    await line.decide(caseId, "uphold", { actions: [{ kind: "timeout", minutes: 60 }] });
    await line.work();
    const second = await decideNewest(line, 3 * 60);
    await undo(line, caseId);
    await line.work();
    expect(line.platform.barOf(author)).toMatchObject({ until: line.now + 3 * HOUR });
    await undo(line, second.id);
    await line.work();
    expect(line.platform.barOf(author)).toBeNull();
  });

  test("does not begin a ban of somebody whom the other left out", async () => {
    const flood = Array.from({ length: MOST_AUTHORS + 1 }, (_, nth) => `raider-${nth}`);
    const { line, caseId, barred } = await raid(flood);
    await line.decide(caseId, "uphold", { actions: [{ kind: "ban", minutes: null }] });
    await line.work();
    await line.platform.post(
      line.message("加群稳赚不赔", { author: { id: "raider-1", role: "member" } }),
    );
    const own = (await line.cases()).find(({ state }) => state === "open");
    await line.decide(own!.id, "uphold", { actions: [{ kind: "ban", minutes: 1440 }] });
    await line.work();
    const raider = { communityId: line.community, memberId: "raider-1" };
    const end = line.now + 24 * HOUR;
    expect(line.platform.barOf(raider)).toEqual({ kind: "banned", until: end });
    await undo(line, own!.id);
    await line.work();
    expect(barred()).toEqual(["raider-0"]);
  });

  test("a shorter ban beside a longer one ends with the longer, whichever comes first", async () => {
    for (const [first, second] of [
      [null, 1440],
      [1440, null],
    ] as const) {
      const { line, caseId, author } = await withCase();
      await line.decide(caseId, "uphold", { actions: [{ kind: "ban", minutes: first }] });
      await line.work();
      const from = line.platform.banMember.bind(line.platform);
      const asked: (number | null)[] = [];
      line.platform.banMember = async (member, until) => {
        asked.push(until);
        return from(member, until);
      };
      await line.platform.post(line.message(PROMISE));
      const newest = (await line.cases()).find(({ state }) => state === "open");
      await line.decide(newest!.id, "uphold", { actions: [{ kind: "ban", minutes: second }] });
      await line.work();
      // Not every platform knows what stands: it is told the end that counts.
      expect(asked).toEqual([null]);
      expect(line.platform.barOf(author)).toEqual({ kind: "banned", until: null });
      const endless = first === null ? caseId : newest!.id;
      await undo(line, endless);
      await line.work();
      expect(line.platform.barOf(author)).toEqual({
        kind: "banned",
        until: line.now + 24 * HOUR,
      });
    }
  });

  test("leaves a ban that somebody else gave where its own was refused, or never tried", async () => {
    for (const tried of [true, false]) {
      const { line, caseId, author } = await withCase();
      await line.decide(caseId, "uphold", { actions: [{ kind: "ban", minutes: null }] });
      const act = await line.job("act");
      if (tried) {
        line.platform.refuse = { kind: "forbidden", permission: "ban members" };
        await line.run(act);
        line.platform.refuse = null;
      }
      await line.platform.banMember(author, null);
      await undo(line, caseId);
      await line.run(await line.job("undo"));
      if (tried) await line.run(act);
      expect(line.platform.barOf(author)).toEqual({ kind: "banned", until: null });
    }
  });
});

test("what was hidden before anybody decided is deleted by whoever upholds it", async () => {
  const { line, caseId } = await withCase(LIST);
  const decided = await line.decide(caseId, "uphold", {
    actions: [{ kind: "timeout", minutes: 10 }],
  });
  expect(decided).toMatchObject({
    ok: true,
    value: { decision: { actions: [{ kind: "delete" }, { kind: "timeout", minutes: 10 }] } },
  });
});

describe("shadow mode", () => {
  test("a decision is recorded and nothing follows: no job, no strike, no second moderator", async () => {
    const line = lines.makeLine();
    await line.start();
    await line.usePolicy(policySchema.parse({ mode: "shadow" }));
    await line.platform.post(line.message(PROMISE));
    const { id, authorId } = await only(line);
    const actions = [{ kind: "ban", minutes: null }] as const;
    expect(await line.decide(id, "uphold", { actions })).toMatchObject({
      ok: true,
      value: { state: "decided", decision: { strikePoints: 0 } },
    });
    expect(await line.jobs()).toEqual([]);
    const standing = await line.deps.store.standing(line.community, authorId, line.now);
    expect(standing).toMatchObject({ strikePoints: 0 });
  });

  test("that begins after a decision stops what it asked for, but brings back what was hidden", async () => {
    const { line, caseId, author } = await withCase(LIST);
    await line.decide(caseId, "uphold", { actions: [{ kind: "timeout", minutes: 60 }] });
    await line.usePolicy(policySchema.parse({ ...PLAIN, mode: "shadow" }));
    await line.work();
    expect(line.platform.barOf(author)).toBeNull();
    await undo(line, caseId);
    await line.decide(caseId, "dismiss");
    await line.work();
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false }]);
  });
});
