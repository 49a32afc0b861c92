import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { policySchema } from "../../src/engine/policy.ts";
import {
  acknowledgeCase,
  handOverCase,
  holdCase,
  noteCase,
  releaseCase,
  reopenCase,
  takeCase,
  undoDecision,
} from "../../src/pipeline/work-case.ts";
import { type Line, openLines } from "./line.ts";

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterEach(() => lines.clear());
afterAll(() => lines.close());

const PROMISE = "加群稳赚不赔，保本保息，年化30%";
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function withCase() {
  const line = lines.makeLine();
  await line.start();
  for (const id of ["mo", "kim"]) line.platform.addMember(line.community, { id });
  await line.platform.post(line.message(PROMISE));
  await line.work();
  const { id: caseId } = await only(line);
  return { line, caseId, mo: { caseId, by: "mo" }, kim: { caseId, by: "kim" } };
}

async function only(line: Line) {
  const [view] = await line.cases();
  return view!;
}

async function expireJobs(line: Line) {
  return (await line.jobs()).filter(({ name }) => name === "expire");
}

describe("a lease", () => {
  test("is taken, seen on the card, and over when its owner does nothing", async () => {
    const { line, caseId, mo, kim } = await withCase();
    const until = line.now + 15 * MINUTE;
    expect(await takeCase(line.deps, mo)).toMatchObject({
      ok: true,
      value: { state: "assigned", assignment: { moderatorId: "mo", until } },
    });
    await line.work();
    expect(line.platform.cases.get(caseId)).toMatchObject({ state: "assigned" });
    expect(await takeCase(line.deps, kim)).toEqual({
      ok: false,
      error: { kind: "assigned-to-other", moderatorId: "mo", until },
    });
    await line.live(15 * MINUTE);
    expect(await only(line)).toMatchObject({
      state: "open",
      assignment: null,
      ladder: { round: 2 },
    });
    expect(await takeCase(line.deps, kim)).toMatchObject({ ok: true });
  });

  test("is renewed by taking it again and by a note; the older timer does nothing", async () => {
    const { line, mo } = await withCase();
    await takeCase(line.deps, mo);
    await line.live(10 * MINUTE);
    await noteCase(line.deps, { ...mo, audience: "team", text: "still at it" });
    await line.live(10 * MINUTE);
    expect(await only(line)).toMatchObject({ state: "assigned" });
    await takeCase(line.deps, mo);
    await line.live(14 * MINUTE);
    expect(await only(line)).toMatchObject({ state: "assigned" });
    await line.live(MINUTE);
    expect(await only(line)).toMatchObject({ state: "open" });
  });

  test("given back, the ladder begins again at once", async () => {
    const { line, mo } = await withCase();
    await takeCase(line.deps, mo);
    expect(await releaseCase(line.deps, mo)).toMatchObject({
      ok: true,
      value: { state: "open", ladder: { round: 2, acknowledged: null, nextAt: line.now } },
    });
    expect(await releaseCase(line.deps, mo)).toMatchObject({ error: { kind: "wrong-state" } });
  });

  test("is handed over by its owner only", async () => {
    const { line, mo, kim } = await withCase();
    await takeCase(line.deps, mo);
    expect(await handOverCase(line.deps, { ...kim, to: "kim" })).toMatchObject({ ok: false });
    line.pass(MINUTE);
    const until = line.now + 15 * MINUTE;
    expect(await handOverCase(line.deps, { ...mo, to: "kim" })).toMatchObject({
      ok: true,
      value: { assignment: { moderatorId: "kim", since: line.now, until } },
    });
  });

  test("that is handed over is told of, and waits for nobody whom nothing reaches", async () => {
    const { line, mo } = await withCase();
    await takeCase(line.deps, mo);
    line.pass(MINUTE);
    await handOverCase(line.deps, { ...mo, to: "kim" });
    await line.work();
    const [notice] = line.platform.inbox(line.community, "kim");
    expect(notice?.title).toBe("#1 S1 claim — handed over to you");
    expect(await only(line)).toMatchObject({ state: "assigned" });
    line.platform.unreachable.add("lee");
    await handOverCase(line.deps, { caseId: mo.caseId, by: "kim", to: "lee" });
    await line.work();
    expect(await only(line)).toMatchObject({
      state: "open",
      assignment: null,
      ladder: { round: 2, acknowledged: null },
    });
  });

  test("a timer that fires early writes itself again with what is left", async () => {
    const { line, mo } = await withCase();
    await takeCase(line.deps, mo);
    const [first] = await expireJobs(line);
    await line.deps.store.markEnqueued([first!], line.now);
    line.pass(5 * MINUTE);
    await line.run(first!);
    const again = await expireJobs(line);
    expect(again).toMatchObject([{ payload: first!.payload, delayMs: 10 * MINUTE }]);
    expect(again[0]?.id).not.toBe(first!.id);
    expect(await only(line)).toMatchObject({ state: "assigned" });
  });
});

test("of two who take a case at once, one has it", async () => {
  const { line, mo, kim } = await withCase();
  const both = await Promise.all([takeCase(line.deps, mo), takeCase(line.deps, kim)]);
  const kinds = both.map((taken) => (taken.ok ? "taken" : taken.error.kind));
  expect(kinds.toSorted()).toEqual(["assigned-to-other", "taken"]);
});

test("an acknowledgement stops the ladder, and has its own timers once", async () => {
  const { line, mo } = await withCase();
  await acknowledgeCase(line.deps, mo);
  await acknowledgeCase(line.deps, mo);
  expect(await only(line)).toMatchObject({
    state: "open",
    ladder: { acknowledged: { by: "mo", at: line.now }, nextAt: null },
  });
  const names = (await line.jobs()).map(({ name }) => name);
  expect(names.filter((name) => name === "remind")).toHaveLength(1);
  expect(names.filter((name) => name === "unacknowledge")).toHaveLength(1);
});

test("a hold ends after its time, and the case is open again", async () => {
  const { line, mo } = await withCase();
  await holdCase(line.deps, { ...mo, hours: 2 });
  expect(await only(line)).toMatchObject({
    state: "on-hold",
    onHoldUntil: line.now + 120 * MINUTE,
  });
  await line.live(119 * MINUTE);
  expect(await only(line)).toMatchObject({ state: "on-hold" });
  await line.live(MINUTE);
  expect(await only(line)).toMatchObject({ state: "open", onHoldUntil: null });
  const events = await line.audit();
  expect(events.filter(({ type }) => type === "case.released")).toMatchObject([
    { payload: { because: "hold-over" } },
  ]);
});

describe("an S1", () => {
  test("rests no longer in one round than the policy lets it, however often it is held", async () => {
    const { line, mo } = await withCase();
    const until = line.now + 120 * MINUTE;
    await holdCase(line.deps, { ...mo, hours: null });
    await line.live(110 * MINUTE);
    const again = await holdCase(line.deps, { ...mo, hours: null });
    expect(again).toMatchObject({ value: { onHoldUntil: until } });
    await takeCase(line.deps, mo);
    await line.live(10 * MINUTE);
    expect(await holdCase(line.deps, { ...mo, hours: 1 })).toMatchObject({
      error: { kind: "rested-enough" },
    });
  });

  test("that is held and taken in turn calls for others all the same", async () => {
    const { line, mo } = await withCase();
    for (let i = 0; i < 12; i += 1) {
      await takeCase(line.deps, mo);
      await line.live(14 * MINUTE);
      await holdCase(line.deps, { ...mo, hours: 1 / 60 });
    }
    const events = await line.audit();
    const first = events.find(({ type }) => type === "case.unacknowledged");
    expect((first?.at ?? line.now) - events[0]!.at).toBeLessThanOrEqual(150 * MINUTE);
    expect(line.platform.inbox(line.community, "mo").map(({ title }) => title)).toContain(
      "#1 S1 claim — still waits for your decision",
    );
  });
});

describe("a note", () => {
  test("for the team is kept without personal values, and its words are in no audit event", async () => {
    const { line, mo, caseId } = await withCase();
    await noteCase(line.deps, { ...mo, audience: "team", text: "打 13900000009 问过" });
    const [note] = await line.deps.store.caseNotes(caseId);
    expect(note?.text).toMatch(/^打 █+ 问过$/u);
    expect(JSON.stringify(await line.audit())).not.toContain("问过");
    expect(
      await line.deps.store.attempts({ communityId: line.community, caseId, limit: 10 }),
    ).not.toContainEqual(expect.objectContaining({ kind: "note" }));
  });

  test("for the author is also sent, once", async () => {
    const { line, mo, caseId } = await withCase();
    const noted = await noteCase(line.deps, { ...mo, audience: "author", text: "please wait" });
    expect(noted).toMatchObject({ ok: true });
    const { authorId } = await only(line);
    const filter = { communityId: line.community, caseId, personId: authorId, limit: 10 };
    const [note] = await line.deps.store.caseNotes(caseId);
    expect(await line.deps.store.attempts(filter)).toMatchObject([
      { id: note?.id, kind: "note", outcome: "pending" },
    ]);
    expect(await line.job("deliver")).toMatchObject({
      id: `${note?.id}-deliver`,
      payload: { community: line.community, attempt: note?.id },
    });
  });

  test("without words, or with too many, is refused", async () => {
    const { line, mo } = await withCase();
    const note = (text: string) => noteCase(line.deps, { ...mo, audience: "team", text });
    expect(await note(" ")).toMatchObject({ error: { kind: "reason-required" } });
    expect(await note("a".repeat(1001))).toMatchObject({ error: { kind: "reason-too-long" } });
  });
});

describe("closing", () => {
  test("a decision that nobody undid closes after the policy's days, and can be taken up again", async () => {
    const { line, mo, caseId } = await withCase();
    await line.decide(caseId, "uphold", { actions: [{ kind: "delete" }] });
    await line.work();
    await line.live(14 * DAY - 1);
    expect(await only(line)).toMatchObject({ state: "decided" });
    await line.live(1);
    expect(await only(line)).toMatchObject({ state: "closed", closedAt: line.now });
    expect(await undoDecision(line.deps, { ...mo, reason: null })).toMatchObject({
      error: { kind: "closed" },
    });
    await reopenCase(line.deps, { ...mo, reason: "new facts" });
    await line.work();
    expect(await only(line)).toMatchObject({ state: "reopened", decision: null, closedAt: null });
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false }]);
  });

  test("the timer of an undone decision does not close the next one; a longer policy waits", async () => {
    const { line, mo, caseId } = await withCase();
    await line.decide(caseId, "uphold", { actions: [] });
    await line.live(7 * DAY);
    await undoDecision(line.deps, { ...mo, reason: null });
    await line.decide(caseId, "dismiss");
    await line.usePolicy(policySchema.parse({ cases: { closeAfterDays: 20 } }));
    await line.live(20 * DAY - 1);
    expect(await only(line)).toMatchObject({ state: "decided" });
    await line.live(1);
    expect(await only(line)).toMatchObject({ state: "closed" });
  });
});
