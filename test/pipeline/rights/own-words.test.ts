import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { undoDecision } from "../../../src/pipeline/work-case.ts";
import { openLines } from "../line.ts";
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
afterEach(() => lines.clear());
afterAll(() => lines.close());

const MILD = "明天下午三点开会，电话 13900000004";

/** `ana` promises profit and posts a number, which `rea` copies half a day later: one case, an S1 by ana's words alone. */
async function mixedCase(policy: object = {}) {
  const line = await openLine(lines, {
    cases: { mergeWindowMinutes: 1440, secondModerator: { actions: [] } },
    ...policy,
  });
  await post(line, PROMISE);
  await post(line, MILD);
  line.pass(DAY / 2);
  await post(line, MILD, "rea");
  return { line, view: await only(line) };
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

async function pointsOf(line: Awaited<ReturnType<typeof openLine>>, id: string) {
  return (await line.deps.store.standing(line.community, id, line.now))?.strikePoints;
}

describe("beside others in a case, everybody answers for their own words", () => {
  test("with points, with a rule and with words of their own, and with a record about their message", async () => {
    const { line, view } = await mixedCase();
    expect(view).toMatchObject({ severity: "S1", messages: 3 });
    await line.decide(view.id, "uphold");
    await line.work();
    expect([await pointsOf(line, "ana"), await pointsOf(line, "rea")]).toEqual([4, 1]);
    const [notice = ""] = told(line, "rea");
    expect(notice).toContain("1 strike point,");
    expect(notice).toContain("Rule: Telephone number");
    expect(told(line, "ana").join("\n")).toContain("4 strike points,");
    const [theirs] = (await statements(line)).filter(({ authorId }) => authorId === "rea");
    const [anas] = (await statements(line)).filter(({ authorId }) => authorId === "ana");
    expect(theirs?.record.category).toContain("PRIVACY");
    expect(anas?.record.category).toContain("CONSUMER");
    expect(theirs?.record.content_date).toBe(day(line.now));
    expect(anas?.record.content_date).toBe(day(line.now - DAY / 2));
  });

  test("a rule that a moderator names is told to all of them", async () => {
    const { line, view } = await mixedCase();
    await line.decide(view.id, "uphold", { rule: "House rule 3" });
    await line.work();
    for (const id of ["ana", "rea"]) expect(told(line, id).join("\n")).toContain("House rule 3");
  });

  test("somebody's appeal is against what weighs on them", async () => {
    const { line, view } = await mixedCase({ strikes: { thresholds: [], points: { S3: 0 } } });
    await line.decide(view.id, "uphold", { actions: [] });
    expect(await appeal(line, view.id, "why me", "rea")).toEqual({
      ok: false,
      error: { kind: "nothing-to-appeal" },
    });
    expect(await appeal(line, view.id)).toMatchObject({ ok: true });
  });
});

test("a case that became graver is upheld under the rule of its gravest finding", async () => {
  const line = await openLine(lines);
  await post(line, MILD);
  const opened = (await only(line)).verdict.findings[0]?.rule;
  await post(line, PROMISE);
  const view = await only(line);
  expect(view.severity).toBe("S1");
  await line.decide(view.id, "uphold");
  const { decision } = await only(line);
  expect(decision?.rule).not.toBe(opened);
  expect(decision?.rule).toMatch(/^(?:INV|claim)/u);
});

test("where a dismissal is taken back, every author whose message is hidden again is told so", async () => {
  const line = await openLine(lines);
  await post(line, LIST);
  await post(line, LIST, "rea");
  const { id } = await only(line);
  await line.decide(id, "dismiss");
  await line.work();
  expect(await statements(line, false)).toEqual([]);
  await undoDecision(line.deps, { caseId: id, by: "mo", reason: null });
  await line.work();
  const again = await statements(line, false);
  expect(again.map(({ authorId }) => authorId).toSorted()).toEqual(["ana", "rea"]);
  for (const { record } of again) {
    expect(record).toMatchObject({ decision_visibility: ["DECISION_VISIBILITY_CONTENT_DISABLED"] });
  }
});

test("whoever reported something does not decide the appeal about it", async () => {
  const line = await openLine(lines);
  const message = await post(line, PROMISE);
  await report(line, message, "kim");
  const { id } = await only(line);
  await line.decide(id, "uphold");
  await appeal(line, id);
  expect(await settle(line, id, true, "kim")).toEqual({ ok: false, error: { kind: "own-report" } });
  expect(await settle(line, id, true, "max")).toMatchObject({ ok: true });
});
