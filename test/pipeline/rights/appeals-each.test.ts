import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { policySchema } from "../../../src/engine/policy.ts";
import { personOf } from "../../../src/pipeline/deps.ts";
import { MOST_AUTHORS } from "../../../src/ports/rights.ts";
import { confirmDecision, reopenCase, undoDecision } from "../../../src/pipeline/work-case.ts";
import { type Line, openLines } from "../line.ts";
import {
  appeal,
  DAY,
  LIST,
  type Lines,
  only,
  openLine,
  post,
  PROMISE,
  report,
  settle,
  statements,
  told,
} from "./rights-line.ts";

let lines: Lines;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());

const ACTIONS = [{ kind: "delete" }, { kind: "timeout", minutes: 600 }] as const;

/** One text of `ana` and `bob` in a case, which is decided for both. */
async function decidedForBoth(policy: object = {}) {
  const line = await openLine(lines, policy);
  for (const id of ["ana", "bob"]) {
    line.platform.addMember(line.community, { id });
    await report(line, await post(line, PROMISE, id), "rea", `what ${id} wrote`);
  }
  const { id } = await only(line);
  await line.decide(id, "uphold", { actions: ACTIONS });
  await line.work();
  const isHidden = (author: string) =>
    line.platform
      .messages("example")
      .some(({ message, hidden }) => message.author.id === author && hidden);
  const isBarred = (memberId: string) =>
    line.platform.barOf({ communityId: line.community, memberId }) !== null;
  const points = async (who: string) =>
    (await line.deps.store.standing(line.community, who, line.now))?.strikePoints;
  return { line, id, isHidden, isBarred, points };
}

function erase(line: Line, id: string) {
  const print = personOf(line.deps, line.platform.name, id);
  const event = { type: "person.erased", at: line.now, person: null, payload: {} } as const;
  return line.deps.store.erasePerson(line.community, id, print, event);
}

async function appealIds(line: Line, caseId: string) {
  return (await line.deps.store.appealsOf(caseId)).map(({ id }) => id);
}

describe("of several authors", () => {
  test("each may appeal once, also while another's waits and after it was decided", async () => {
    const { line, id } = await decidedForBoth();
    expect(await appeal(line, id)).toMatchObject({ value: { kind: "appealed" } });
    expect(await appeal(line, id)).toMatchObject({ error: { kind: "already-appealed" } });
    line.pass(1);
    expect(await appeal(line, id, "nor fair", "bob")).toMatchObject({
      value: { kind: "appealed", dueAt: line.now + 3 * DAY },
    });
    expect(await settle(line, id, false)).toMatchObject({ error: { kind: "which-appeal" } });
    const [ana, bob] = await appealIds(line, id);
    expect(await settle(line, id, false, "kim", bob)).toMatchObject({
      value: { state: "appealed" },
    });
    // What was decided once is decided; a name is needed even where one waits, for it may be the other.
    expect(await settle(line, id, false, "kim", bob)).toMatchObject({
      error: { kind: "which-appeal", waiting: [{ id: ana }] },
    });
    expect(await settle(line, id, false)).toMatchObject({ error: { kind: "which-appeal" } });
    expect(await settle(line, id, false, "kim", ana)).toMatchObject({ value: { state: "closed" } });
  });

  test("who appeals after the case was closed because of another's is heard, until the time is over", async () => {
    const { line, id } = await decidedForBoth();
    await appeal(line, id);
    await settle(line, id, false);
    line.pass(13 * DAY);
    expect(await appeal(line, id, "nor fair", "bob")).toMatchObject({
      value: { case: { state: "appealed", closedAt: null } },
    });
    const late = await decidedForBoth();
    await appeal(late.line, late.id);
    await settle(late.line, late.id, false);
    late.line.pass(14 * DAY + 1);
    expect(await appeal(late.line, late.id, "nor fair", "bob")).toMatchObject({
      error: { kind: "too-late" },
    });
  });

  test("overturned for one, what was done to them alone is undone, and they and their reporters hear so", async () => {
    const { line, id, isHidden, isBarred, points } = await decidedForBoth();
    expect([isHidden("ana"), isHidden("bob"), isBarred("ana"), isBarred("bob")]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    const before = await points("bob");
    expect(before).toBeGreaterThan(0);
    await appeal(line, id);
    line.pass(1);
    expect(await settle(line, id, true)).toMatchObject({
      value: { state: "closed", decision: { outcome: "uphold" } },
    });
    await line.work();
    expect([isHidden("ana"), isBarred("ana"), await points("ana")]).toEqual([false, false, 0]);
    expect([isHidden("bob"), isBarred("bob"), await points("bob")]).toEqual([true, true, before]);
    expect((await statements(line, false)).map(({ authorId }) => authorId)).toEqual(["bob"]);
    expect(await line.deps.store.standing(line.community, "ana", line.now)).toMatchObject({
      upheld: 0,
    });
    expect(told(line, "ana").at(-1)).toMatch(/no longer stand|taken back|can be read again/iu);
    expect(told(line, "bob")).toHaveLength(1);
    const [of] = line.platform.messages("example");
    expect(await report(line, of!.message, "rob")).toMatchObject({
      error: { kind: "decided-recently", upheld: false },
    });
    const answer = told(line, "rea").at(-1) ?? "";
    expect(answer).toMatch(/“what bob wrote”.+does break the rules.+“what ana wrote”.+nothing/su);
  });

  test("overturned for the last of them, the decision stands no more", async () => {
    const { line, id, isHidden, isBarred } = await decidedForBoth();
    await appeal(line, id);
    await appeal(line, id, "nor fair", "bob");
    for (const each of await appealIds(line, id)) {
      await settle(line, id, true, "kim", each);
      line.pass(1);
    }
    await line.work();
    expect(await only(line)).toMatchObject({ state: "closed", decision: null });
    expect([isHidden("ana"), isHidden("bob"), isBarred("ana"), isBarred("bob")]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(await statements(line, false)).toEqual([]);
  });

  test("an action that comes late passes by whoever won, and so does the undoing of the rest", async () => {
    const { line, id, isBarred } = await decidedForBoth();
    await appeal(line, id);
    line.pass(1);
    await settle(line, id, true);
    await line.work();
    const { decision } = await only(line);
    const payload = { case: id, decision: decision!.id, index: 1, action: "timeout" };
    await line.run({ queue: "actions", id: "again", name: "act", payload });
    expect([isBarred("ana"), isBarred("bob")]).toEqual([false, true]);
    // What somebody else did to them since is not this decision's to lift.
    const ana = { communityId: line.community, memberId: "ana" };
    await line.platform.timeoutMember(ana, line.now + DAY);
    line.pass(1);
    await reopenCase(line.deps, { caseId: id, by: "olga", reason: null });
    await line.work();
    expect([isBarred("ana"), isBarred("bob")]).toEqual([true, false]);
    expect(told(line, "ana").at(-1)).toMatch(/again/u);
  });

  test("what a threshold added for one is taken back for them with their appeal", async () => {
    const thresholds = [{ points: 1, action: { kind: "ban", minutes: null } }];
    const { line, id, isBarred } = await decidedForBoth({
      cases: { secondModerator: { severities: [], actions: [] } },
      strikes: { thresholds },
    });
    // Nobody chose the bans: two people look at them, whatever the policy asks for.
    expect(isBarred("ana")).toBe(false);
    await confirmDecision(line.deps, { caseId: id, by: "sam" });
    await line.work();
    const strikes = await line.deps.store.strikesOf(id);
    expect(strikes).toMatchObject([
      { added: { kind: "ban", threshold: 1 } },
      { added: { kind: "ban", threshold: 1 } },
    ]);
    await appeal(line, id);
    line.pass(1);
    await settle(line, id, true);
    await line.work();
    expect([isBarred("ana"), isBarred("bob")]).toEqual([false, true]);
    expect(told(line, "ana").at(-1)).toMatch(/ban/u);
  });

  test("a decision that ends for everybody takes along every appeal that waits, and the case closes", async () => {
    const line = await openLine(lines);
    for (let nth = 0; nth <= MOST_AUTHORS; nth += 1) await post(line, LIST, `u${nth}`);
    line.platform.addMember(line.community, { id: "u7" });
    const { id } = await only(line);
    await line.decide(id, "uphold", { actions: ACTIONS });
    await line.work();
    await appeal(line, id, "not mine", "u0");
    line.pass(1);
    await appeal(line, id, "nor mine", "u7");
    const [first] = await appealIds(line, id);
    line.pass(1);
    expect(await settle(line, id, true, "kim", first)).toMatchObject({
      value: { state: "closed", decision: null },
    });
    await line.work();
    expect(await line.deps.store.appealsOf(id)).toMatchObject([
      { overturned: true },
      { authorId: "u7", overturned: true, decidedBy: "kim" },
    ]);
    expect(told(line, "u7").at(-1)).toMatch(/quotation/u);
    const decided = (await line.audit()).filter(({ type }) => type === "appeal.decided");
    expect(decided).toHaveLength(2);
  });

  test("who was erased waits for no answer, and what they wrote stays as it was decided", async () => {
    const { line, id, isHidden } = await decidedForBoth();
    await appeal(line, id);
    await appeal(line, id, "nor fair", "bob");
    await erase(line, "ana");
    line.pass(1);
    expect(await settle(line, id, true)).toMatchObject({
      value: { state: "closed", decision: { outcome: "uphold" } },
    });
    await line.work();
    expect([isHidden("ana"), isHidden("bob")]).toEqual([true, false]);
    expect((await line.deps.store.appealsOf(id)).map(({ decidedBy }) => decidedBy)).toEqual([
      "kim",
      "kim",
    ]);
    const reports = await line.deps.store.reportsOf(id);
    expect(new Map(reports.map(({ authorId, outcome }) => [authorId, outcome]))).toEqual(
      new Map([
        ["", "upheld"],
        ["bob", "dismissed"],
      ]),
    );
  });

  test("whoever is left of several answers for their own words, and reports on the others grade nobody", async () => {
    const line = await openLine(lines);
    const mild = "加我微信 abc12345 领取优惠";
    await report(line, await post(line, mild, "ana"), "rea");
    await post(line, LIST, "ana");
    await post(line, mild, "bob");
    await erase(line, "ana");
    const { id } = await only(line);
    await line.decide(id, "uphold", { actions: ACTIONS });
    await line.work();
    const { points } = policySchema.parse({}).strikes;
    expect(await line.deps.store.strikesOf(id)).toMatchObject([
      { authorId: "bob", points: points.S3 },
    ]);
    expect((await line.deps.store.reportsOf(id)).map(({ outcome }) => outcome)).toEqual(["closed"]);
    expect(told(line, "rea").at(-1)).not.toMatch(/break the rules|against the rules/u);
  });

  test("a case expires once what lasts of it weighs on nobody who is left", async () => {
    const line = await openLine(lines);
    for (const id of ["ana", "bob"]) {
      line.platform.addMember(line.community, { id });
      await post(line, PROMISE, id);
    }
    const { id } = await only(line);
    await line.decide(id, "uphold", { actions: [{ kind: "ban", minutes: null }] });
    await line.work();
    await appeal(line, id);
    line.pass(1);
    await settle(line, id, true);
    await line.work();
    line.pass(1000 * DAY);
    await line.deps.store.purgeExpired(line.now);
    expect(await line.cases()).toHaveLength(1);
    await erase(line, "bob");
    await line.deps.store.purgeExpired(line.now);
    expect(await line.cases()).toEqual([]);
  });

  test("who reported another author's message may decide an appeal", async () => {
    const line = await openLine(lines);
    await post(line, PROMISE, "ana");
    await report(line, await post(line, PROMISE, "bob"), "kim");
    const { id } = await only(line);
    await line.decide(id, "uphold", { actions: ACTIONS });
    await appeal(line, id);
    line.pass(1);
    await appeal(line, id, "nor fair", "bob");
    const [ana, bob] = await appealIds(line, id);
    expect(await settle(line, id, false, "kim", bob)).toMatchObject({
      error: { kind: "own-report" },
    });
    expect(await settle(line, id, false, "kim", ana)).toMatchObject({
      value: { state: "appealed" },
    });
  });

  test("nobody takes back a decision with an appeal that waits", async () => {
    const { line, id } = await decidedForBoth();
    await appeal(line, id);
    expect(await undoDecision(line.deps, { caseId: id, by: "mo", reason: null })).toMatchObject({
      error: { kind: "under-appeal" },
    });
  });
});
