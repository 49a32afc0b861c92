import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { verifyChain } from "../../../src/pipeline/audit-report.ts";
import { acknowledgeCase } from "../../../src/pipeline/work-case.ts";
import { CHANNEL } from "../../../src/ports/attempts.ts";
import { type Line, openLines } from "../line.ts";
import {
  appeal,
  DAY,
  HOUR,
  LIST,
  type Lines,
  only,
  openLine,
  post,
  PROMISE,
  settle,
  statements,
  told,
} from "./rights-line.ts";

let lines: Lines;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());

async function decided(text = PROMISE, policy: object = {}) {
  const line = await openLine(lines, policy);
  await post(line, text);
  const { id } = await only(line);
  await line.decide(id, "uphold", {
    actions: [{ kind: "delete" }, { kind: "timeout", minutes: 7 * 24 * 60 }],
  });
  await line.work();
  await line.work();
  return { line, id };
}

async function work(line: Line) {
  await line.work();
  await line.work();
}

describe("from hiding to overturning", () => {
  test("the message comes back, the strike is gone, the author is told, and the chain is whole", async () => {
    const { line, id } = await decided(LIST);
    const points = async () =>
      (await line.deps.store.standing(line.community, "ana", line.now))?.strikePoints;
    expect(await points()).toBe(4);
    line.pass(HOUR);
    expect(await appeal(line, id)).toMatchObject({
      value: { kind: "appealed", dueAt: line.now + 72 * HOUR, case: { state: "appealed" } },
    });
    line.pass(HOUR);
    expect(await settle(line, id, true)).toMatchObject({
      value: { state: "closed", decision: null, ladder: { nextAt: null } },
    });
    await work(line);
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false }]);
    const member = { communityId: line.community, memberId: "ana" };
    expect(line.platform.barOf(member)).toBeNull();
    expect(await points()).toBe(0);
    expect(await statements(line, false)).toEqual([]);
    expect(await statements(line)).toHaveLength(2);
    expect(told(line, "ana").at(-1)).toBe(
      "#1 — your appeal was decided\nSomebody else has looked at it, and you were right. The decision was taken back and does not count against you.\nThis no longer stands: the hiding of your message, the removal of your message, and your timeout.\nWhy: it was a quotation",
    );
    expect(await line.deps.store.appealsOf(id)).toMatchObject([
      { decidedBy: "kim", overturned: true, answer: "it was a quotation", decidedAt: line.now },
    ]);
    const types = await line.auditTypes();
    expect(types).toEqual(expect.arrayContaining(["case.appealed", "appeal.decided"]));
    const { problem } = await verifyChain(line.deps.store, line.deps.digests, line.community);
    expect(problem).toBeNull();
  });

  test("what was held comes back also where the decision had deleted nothing", async () => {
    const line = await openLine(lines);
    await post(line, LIST);
    const { id } = await only(line);
    await line.decide(id, "uphold", { actions: [] });
    expect(await appeal(line, id)).toMatchObject({ ok: true });
    await settle(line, id, true);
    await work(line);
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false }]);
  });
});

test("an upheld decision stands, with its reasons, and the author is told why", async () => {
  const { line, id } = await decided();
  await appeal(line, id);
  expect(await settle(line, id, false)).toMatchObject({
    value: { state: "closed", decision: { outcome: "uphold" } },
  });
  await work(line);
  expect(line.platform.messages("example")).toMatchObject([{ hidden: true }]);
  expect(await statements(line, false)).toHaveLength(1);
  expect(told(line, "ana").at(-1)).toContain("The decision stands.\nWhy: it was no joke");
  expect(await appeal(line, id)).toMatchObject({ error: { kind: "already-appealed" } });
});

describe("who may", () => {
  test("appeal: the author, once, with a reason, of a decision that stands, in time", async () => {
    const { line, id } = await decided();
    expect(await appeal(line, id, "not fair", "bob")).toMatchObject({
      error: { kind: "nothing-to-appeal" },
    });
    expect(await appeal(line, id, "  ")).toMatchObject({ error: { kind: "reason-required" } });
    expect(await appeal(line, id, "x".repeat(1001))).toMatchObject({
      error: { kind: "reason-too-long" },
    });
    const both = await Promise.all([appeal(line, id), appeal(line, id)]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await appeal(line, "no-such-case")).toMatchObject({ error: { kind: "not-found" } });
  });

  test("appeal: not after the time", async () => {
    const { line, id } = await decided();
    line.pass(14 * DAY + 1);
    expect(await appeal(line, id)).toMatchObject({ error: { kind: "too-late" } });
    await line.live(1);
    expect(await only(line)).toMatchObject({ state: "closed" });
    expect(await appeal(line, id)).toMatchObject({ error: { kind: "too-late" } });
  });

  test("appeal: not what was a false alarm, nor a case of which they know nothing", async () => {
    const line = await openLine(lines);
    await post(line, PROMISE);
    const { id } = await only(line);
    expect(await appeal(line, id)).toMatchObject({ error: { kind: "nothing-to-appeal" } });
    await line.decide(id, "dismiss");
    expect(await appeal(line, id)).toMatchObject({ error: { kind: "nothing-to-appeal" } });
  });

  test("decide: neither who decided nor who confirmed, and nobody without a reason", async () => {
    const { line, id } = await decided();
    await appeal(line, id);
    expect(await settle(line, id, true, "mo")).toMatchObject({ error: { kind: "needs-another" } });
    expect(await line.deps.store.appealsOf(id)).toMatchObject([{ decidedAt: null }]);
    const both = await Promise.all([settle(line, id, true), settle(line, id, false)]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
  });
});

test("of an author who says ten things at once about an undecided case three are noted", async () => {
  const line = await openLine(lines);
  await post(line, LIST);
  const { id } = await only(line);
  const said = await Promise.all(
    Array.from({ length: 10 }, (_, nth) => appeal(line, id, `no ${nth}`)),
  );
  expect(said.filter(({ ok }) => ok)).toHaveLength(3);
  expect(await line.deps.store.caseNotes(id)).toHaveLength(3);
});

test("while nobody has decided, the author's words are a note, redacted and not without end", async () => {
  const line = await openLine(lines);
  await post(line, LIST);
  const { id } = await only(line);
  const said = await appeal(line, id, "these are made up, ask 13900000009");
  expect(said).toMatchObject({ value: { kind: "noted", case: { state: "open" } } });
  const [note] = await line.deps.store.caseNotes(id);
  expect(note).toMatchObject({ by: "ana", audience: "team" });
  expect(note?.text).not.toContain("13900000009");
  await appeal(line, id);
  await appeal(line, id);
  expect(await appeal(line, id)).toMatchObject({ error: { kind: "said-enough" } });
});

function pages(line: Line, id: string): readonly string[] {
  return told(line, id).filter((words) => words.includes("appeal is to be decided"));
}

describe("the ladder of an appeal", () => {
  const policy = { escalation: { digest: { times: ["09:00"] } } };

  test("gathers it for the moderators, and calls managers at the deadline and the owner a day later", async () => {
    const { line, id } = await decided(PROMISE, {
      ...policy,
      appeals: { decideWithinHours: 48 },
      actions: { claim: { S1: "escalate" } },
    });
    await appeal(line, id, "look again");
    await line.live(47 * HOUR);
    expect(pages(line, "max")).toEqual([]);
    await line.live(HOUR + 1);
    expect(pages(line, "max")).toHaveLength(1);
    expect(pages(line, "max")[0]).toContain("The author objects: “look again”");
    expect(pages(line, "olga")).toEqual([]);
    await line.live(DAY);
    expect(pages(line, "olga")).toHaveLength(1);
    // Whoever decided first is not asked while others can be.
    expect(pages(line, "mo")).toEqual([]);
    expect(pages(line, "kim").length).toBeGreaterThan(0);
    expect(pages(line, CHANNEL).length).toBeGreaterThan(0);
  }, 60_000);

  test("rests while somebody has acknowledged, and not beyond the deadline", async () => {
    const { line, id } = await decided(PROMISE, { appeals: { decideWithinHours: 48 } });
    await appeal(line, id);
    await line.live(1);
    const seen = await acknowledgeCase(line.deps, { caseId: id, by: "kim" });
    expect(seen).toMatchObject({ value: { state: "appealed", ladder: { nextAt: null } } });
    await line.live(47 * HOUR);
    expect(pages(line, "max")).toEqual([]);
    expect(told(line, "kim").some((words) => words.includes("still waits"))).toBe(true);
    await line.live(2 * HOUR);
    expect(await only(line)).toMatchObject({ state: "appealed", ladder: { acknowledged: null } });
    expect(pages(line, "max")).toHaveLength(1);
  }, 60_000);
});
