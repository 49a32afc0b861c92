import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { acknowledgeCase, confirmDecision, undoDecision } from "../../../src/pipeline/work-case.ts";
import { personOf } from "../../../src/pipeline/deps.ts";
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
  report,
  settle,
  told,
} from "./rights-line.ts";

let lines: Lines;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());

const ACTIONS = [{ kind: "delete" }, { kind: "timeout", minutes: 600 }] as const;
/** Nobody is paged about the case itself, so that every page is of an appeal. */
const QUIET = { actions: { claim: { S1: "escalate" } } };

/** One text of two authors, decided by `mo` for both. */
async function decidedForBoth(policy: object = QUIET) {
  const line = await openLine(lines, policy);
  for (const id of ["ana", "bob"]) {
    line.platform.addMember(line.community, { id });
    await post(line, PROMISE, id);
  }
  const { id } = await only(line);
  await line.decide(id, "uphold", { actions: ACTIONS });
  await line.work();
  return { line, id };
}

function pages(line: Line, id: string): readonly string[] {
  return told(line, id).filter((words) => words.includes("appeal is to be decided"));
}

function erase(line: Line, id: string) {
  const print = personOf(line.deps, line.platform.name, id);
  const event = { type: "person.erased", at: line.now, person: null, payload: {} } as const;
  return line.deps.store.erasePerson(line.community, id, print, event);
}

describe("of two appeals", () => {
  test("each is announced, and neither deadline passes unheard", async () => {
    const { line, id } = await decidedForBoth();
    await appeal(line, id, "ana says");
    await line.live(HOUR);
    const announced = pages(line, CHANNEL).length;
    expect(announced).toBe(1);
    await line.live(DAY - HOUR);
    await appeal(line, id, "bob says", "bob");
    await line.live(HOUR);
    const [, second = ""] = pages(line, CHANNEL);
    expect(pages(line, CHANNEL)).toHaveLength(2);
    expect(second).toMatch(/2 appeals wait.+appeal:1.+ana says.+appeal:2.+bob says/su);
    expect(second).toContain("uphold appeal:1");
    // Three days after ana's: a page for the managers. A day later bob's own, and the owner hears of ana's.
    await line.live(2 * DAY - HOUR + 1);
    expect(pages(line, "max")).toHaveLength(1);
    await line.live(DAY);
    expect(pages(line, "max")).toHaveLength(2);
    expect(pages(line, "olga")).toHaveLength(1);
    await line.live(DAY);
    expect(pages(line, "olga")).toHaveLength(2);
  }, 60_000);

  test("one that comes when the other's ladder has ended has a deadline of its own", async () => {
    const { line, id } = await decidedForBoth();
    await appeal(line, id);
    await line.live(5 * DAY);
    const before = { max: pages(line, "max").length, olga: pages(line, "olga").length };
    await appeal(line, id, "bob says", "bob");
    await line.live(HOUR);
    // What is late of the other is not told again because of it.
    expect(pages(line, "max")).toHaveLength(before.max);
    expect(pages(line, CHANNEL).at(-1)).toContain("bob says");
    await line.live(3 * DAY);
    expect(pages(line, "max").length).toBe(before.max + 1);
  }, 60_000);

  test("an acknowledgement of the first does not hush the second, and the deadline left is that of whoever waits", async () => {
    const { line, id } = await decidedForBoth();
    await appeal(line, id);
    await line.live(1);
    await acknowledgeCase(line.deps, { caseId: id, by: "kim" });
    await line.live(DAY);
    expect(await appeal(line, id, "bob says", "bob")).toMatchObject({
      value: { case: { ladder: { acknowledged: null } } },
    });
    await line.live(1);
    expect(pages(line, CHANNEL).at(-1)).toContain("2 appeals wait");
    const [ana, bob] = await line.deps.store.appealsOf(id);
    await settle(line, id, false, "kim", ana?.id);
    const { ladder } = await only(line);
    expect(ladder).toMatchObject({ startedAt: bob?.at, nextAt: bob?.dueAt });
    await line.live(2 * DAY);
    expect(pages(line, "max")).toEqual([]);
    await line.live(DAY);
    expect(pages(line, "max")).toHaveLength(1);
    expect(pages(line, "max")[0]).toMatch(/bob says.+uphold appeal:2/su);
    expect(pages(line, "max")[0]).not.toContain("appeals wait");
  }, 60_000);

  test("late ones are told of together, each rung once in a round", async () => {
    const { line, id } = await decidedForBoth();
    await appeal(line, id);
    line.pass(1000);
    await appeal(line, id, "bob says", "bob");
    await line.live(5 * DAY);
    const before = pages(line, "olga").length;
    await line.live(4 * DAY);
    expect(pages(line, "olga")).toHaveLength(before + 1);
  }, 60_000);
});

/** `mo` decides; everybody else of the team but those who are named has reported. */
async function reported(by: readonly string[]) {
  const line = await openLine(lines, QUIET);
  const message = await post(line, PROMISE);
  for (const id of by) await report(line, message, id);
  const { id } = await only(line);
  await line.decide(id, "uphold", { actions: ACTIONS });
  await line.work();
  await appeal(line, id);
  return { line, id };
}

describe("with nobody of the team left", () => {
  test("the owner decides, which is said and recorded", async () => {
    const { line, id } = await reported(["kim", "max", "olga"]);
    expect(await settle(line, id, true, "kim")).toMatchObject({ error: { kind: "own-report" } });
    expect(await settle(line, id, true, "mo")).toMatchObject({ error: { kind: "needs-another" } });
    await line.live(3 * DAY + HOUR);
    expect([pages(line, "kim"), pages(line, "max")]).toEqual([[], []]);
    expect(pages(line, "olga").at(-1)).toContain("So the owner may decide this appeal");
    expect(await settle(line, id, true, "olga")).toMatchObject({ value: { state: "closed" } });
    const decided = (await line.audit()).findLast(({ type }) => type === "appeal.decided");
    expect(decided).toMatchObject({ payload: { leftToOwner: true } });
  }, 60_000);

  test("while somebody is left, not even the owner judges what they had a part in", async () => {
    const { line, id } = await reported(["kim", "olga"]);
    expect(await settle(line, id, true, "olga")).toMatchObject({ error: { kind: "own-report" } });
    expect(await settle(line, id, true, "max")).toMatchObject({ value: { state: "closed" } });
    const decided = (await line.audit()).findLast(({ type }) => type === "appeal.decided");
    expect(decided?.payload).not.toHaveProperty("leftToOwner");
  });

  test("nor while the platform does not say who is in the team", async () => {
    const { line, id } = await reported(["kim", "max", "olga"]);
    line.platform.refuse = { kind: "unavailable", cause: "down" };
    expect(await settle(line, id, true, "olga")).toMatchObject({ error: { kind: "own-report" } });
  });

  test("where there is no owner, the page at the deadline says that nobody may", async () => {
    const { line, id } = await reported(["kim", "max"]);
    line.platform.addMember(line.community, { id: "olga", roles: ["member"] });
    await line.live(3 * DAY + HOUR);
    expect(pages(line, CHANNEL).at(-1)).toContain("Nobody may decide this appeal");
    expect(await settle(line, id, true, "kim")).toMatchObject({ error: { kind: "own-report" } });
  }, 60_000);
});

test("a case that an earlier version left without a decision is ended, and whoever waited has won", async () => {
  const { line, id } = await decidedForBoth();
  await appeal(line, id);
  line.pass(1);
  await appeal(line, id, "bob says", "bob");
  const [ana] = await line.deps.store.appealsOf(id);
  const view = await only(line);
  await line.deps.store.changeCase(view, { at: line.now }, (current) => ({
    ok: true,
    value: {
      case: { ...current, decision: null },
      events: [],
      jobs: [],
      undone: { decisionId: current.decision?.id ?? "", by: "kim", at: line.now },
      appeal: {
        ...ana!,
        decidedBy: "kim",
        overturned: true,
        answer: "a quote",
        decidedAt: line.now,
      },
    },
  }));
  await line.live(HOUR);
  expect(await only(line)).toMatchObject({ state: "closed", decision: null });
  expect((await line.deps.store.appealsOf(id))[1]).toMatchObject({
    authorId: "bob",
    overturned: true,
    decidedBy: "kim",
    answer: "a quote",
  });
  expect(told(line, "bob").at(-1)).toContain("a quote");
  const repaired = (await line.audit()).filter(({ payload }) => payload?.["repaired"] === true);
  expect(repaired.map(({ type }) => type)).toEqual(["case.closed", "appeal.decided"]);
});

test("won by one alone and lost by the other, each has what is theirs", async () => {
  const { line, id } = await decidedForBoth();
  const hidden = () =>
    line.platform
      .messages("example")
      .filter((each) => each.hidden)
      .map(({ message }) => message.author.id);
  const barred = () =>
    ["ana", "bob"].filter((memberId) =>
      line.platform.barOf({ communityId: line.community, memberId }),
    );
  const points = async (who: string) =>
    (await line.deps.store.standing(line.community, who, line.now))?.strikePoints ?? 0;
  await appeal(line, id);
  line.pass(HOUR);
  await appeal(line, id, "nor fair", "bob");
  const [ana, bob] = await line.deps.store.appealsOf(id);
  expect(await settle(line, id, true, "kim", ana?.id)).toMatchObject({
    value: { state: "appealed", decision: { outcome: "uphold" } },
  });
  await line.work();
  expect([hidden(), barred()]).toEqual([["bob"], ["bob"]]);
  line.pass(HOUR);
  expect(await settle(line, id, false, "max", bob?.id)).toMatchObject({
    value: { state: "closed", decision: { outcome: "uphold" }, ladder: { nextAt: null } },
  });
  await line.work();
  expect([hidden(), barred()]).toEqual([["bob"], ["bob"]]);
  expect([await points("ana"), (await points("bob")) > 0]).toEqual([0, true]);
  expect(
    told(line, "ana").filter((words) => words.includes("your appeal was decided")),
  ).toHaveLength(1);
  expect(told(line, "bob").at(-1)).toMatch(/The decision stands.+no joke/su);
  expect(await appeal(line, id, "again", "ana")).toMatchObject({
    error: { kind: "already-appealed" },
  });
});

test("a second moderator may confirm what a threshold adds for whoever is left of several", async () => {
  const line = await openLine(lines, {
    cases: { secondModerator: { severities: [], actions: ["ban"] } },
    strikes: { thresholds: [{ points: 1, action: { kind: "ban", minutes: null } }] },
  });
  for (const id of ["ana", "bob"]) await post(line, LIST, id);
  const { id } = await only(line);
  await line.decide(id, "uphold", { actions: [{ kind: "delete" }] });
  expect((await only(line)).proposal?.added).toHaveLength(2);
  await erase(line, "ana");
  expect(await confirmDecision(line.deps, { caseId: id, by: "kim" })).toMatchObject({
    value: { state: "decided" },
  });
  await line.work();
  const bob = { communityId: line.community, memberId: "bob" };
  expect(line.platform.barOf(bob)).not.toBeNull();
});

test("where points of one of several fell, it is said whose, for each of them", async () => {
  const line = await openLine(lines, {
    cases: { secondModerator: { severities: [], actions: [] }, mergeWindowMinutes: 1 },
    strikes: { thresholds: [{ points: 5, action: { kind: "ban", minutes: null } }] },
  });
  for (const id of ["ana", "bob"]) {
    line.platform.addMember(line.community, { id, name: `${id} of the club` });
    await post(line, LIST, id);
  }
  const first = await only(line);
  await line.decide(first.id, "uphold", { actions: [{ kind: "delete" }] });
  line.pass(HOUR);
  for (const id of ["ana", "bob"]) await post(line, LIST, id);
  const second = (await line.cases()).find(({ id }) => id !== first.id)!;
  await line.decide(second.id, "uphold", { actions: [{ kind: "delete" }] });
  await confirmDecision(line.deps, { caseId: second.id, by: "kim" });
  await line.work();
  await undoDecision(line.deps, { caseId: first.id, by: "mo", reason: null });
  await line.work();
  const notes = (await line.deps.store.caseNotes(second.id)).map(({ text }) => text);
  expect(notes).toHaveLength(2);
  expect(notes.toSorted().join("\n")).toMatch(
    /points of ana of the club.+points of bob of the club/su,
  );
  expect(notes[0]).toContain(`/decide #${second.number} dismiss`);
});
