import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Message } from "../../../src/engine/message.ts";
import { personOf } from "../../../src/pipeline/deps.ts";
import { tellClosed } from "../../../src/pipeline/rights/closed-reports.ts";
import { undoDecision } from "../../../src/pipeline/work-case.ts";
import type { Report } from "../../../src/ports/rights.ts";
import type { Line } from "../line.ts";
import { openLines } from "../line.ts";
import {
  appeal,
  DAY,
  HOUR,
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

/** Where members report and nothing is found, whoever upholds it names the rule. */
const RULE = "be kind";
const PLAIN = "谁要买二手车找我";

/** Decides as many reports of somebody as are given, one message each. */
async function withRecord(line: Line, by: string, outcomes: readonly ("uphold" | "dismiss")[]) {
  const policy = (await line.deps.store.policyOf(line.community))!;
  await line.usePolicy({ ...policy, reports: { ...policy.reports, openAt: 0 } });
  for (const outcome of outcomes) {
    const message = await post(line, `${PLAIN} ${line.now}`, "bob");
    const taken = await report(line, message, by);
    if (!taken.ok) throw new Error(taken.error.kind);
    const [view] = await line.deps.store.listCases({
      communityId: line.community,
      states: ["open"],
      limit: 1,
    });
    const upheld = { rule: RULE, actions: [] };
    if (view) await line.decide(view.id, outcome, outcome === "uphold" ? upheld : {});
    line.pass(HOUR);
  }
  await line.usePolicy(policy);
}

test("a newcomer's report opens a case, whose decision answers it without a word of the author", async () => {
  const line = await openLine(lines);
  const message = await post(line, PLAIN);
  expect(await report(line, message, "rea", "call 13900000009 for this")).toMatchObject({
    value: { light: false, case: { source: "report", severity: "S3", reports: 1, number: 1 } },
  });
  const { id } = await only(line);
  expect(await line.job("climb")).toMatchObject({ payload: { case: id } });
  const [kept] = await line.deps.store.reportsOf(id);
  expect(kept).toMatchObject({ reporterId: "rea", outcome: null, caseId: id });
  expect(kept?.reason).not.toContain("13900000009");
  const actions = [{ kind: "delete" }, { kind: "kick" }] as const;
  await line.decide(id, "uphold", { rule: RULE, actions });
  await line.work();
  await line.work();
  expect(told(line, "rea")).toEqual([
    "#1 — your report was looked at\nYou reported: “call ███████████ for this”\nThank you for your report. A person looked at the message: it does break the rules.",
  ]);
  expect(told(line, "ana")[0]).toContain(
    "What was relied on: other members reported the message, and a moderator looked at it",
  );
  expect(told(line, "ana")[0]).not.toMatch(/\brea\b/u);
  expect(await line.deps.store.reportsOf(id)).toMatchObject([{ outcome: "upheld" }]);
});

test("below the threshold it waits for others, who are answered together", async () => {
  const line = await openLine(lines, { reports: { openAt: 1.2 } });
  const message = await post(line, PLAIN);
  expect(await report(line, message, "rea")).toMatchObject({ value: { case: null } });
  expect(await report(line, message, "rob")).toMatchObject({ value: { case: null } });
  expect(await line.cases()).toEqual([]);
  expect(await report(line, message, "ruth")).toMatchObject({ value: { case: { reports: 3 } } });
  const { id } = await only(line);
  expect(await line.deps.store.reportsOf(id)).toMatchObject([
    { caseId: id },
    { caseId: id },
    { caseId: id },
  ]);
  await line.decide(id, "dismiss");
  await line.work();
  await line.work();
  for (const who of ["rea", "rob", "ruth"]) {
    expect(told(line, who)[0]).toContain("nothing against the rules");
  }
});

test("many make the case graver, with a new round of its ladder, and join what a rule has opened", async () => {
  const line = await openLine(lines, { reports: { graveAt: 1.5 } });
  const message = await post(line, PLAIN);
  await report(line, message, "rea");
  await report(line, message, "rob");
  expect(await only(line)).toMatchObject({ severity: "S3", reports: 2, ladder: { round: 1 } });
  await report(line, message, "ruth");
  expect(await only(line)).toMatchObject({ severity: "S2", reports: 3, ladder: { round: 2 } });
  const flagged = await post(line, PROMISE, "bob");
  await report(line, flagged, "rea");
  const [first] = await line.cases();
  expect(first).toMatchObject({ source: "rule", severity: "S1", reports: 1, ladder: { round: 1 } });
  expect(await line.cases()).toHaveLength(2);
});

test("what cannot be reported is said", async () => {
  const line = await openLine(lines, { reports: { perReporterPerHour: 2 } });
  const message = await post(line, PLAIN);
  const gone = { ...message, id: "no-such-message" };
  expect(await report(line, gone, "rea")).toMatchObject({ error: { kind: "unknown-message" } });
  expect(await report(line, message, "ana")).toMatchObject({ error: { kind: "own-message" } });
  expect(await report(line, message, "rea", " ")).toMatchObject({
    error: { kind: "reason-required" },
  });
  const twice = await Promise.all([report(line, message, "rea"), report(line, message, "rea")]);
  expect(twice.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await report(line, message, "rea")).toMatchObject({ error: { kind: "already-reported" } });
  await report(line, await post(line, `${PLAIN}！`), "rea");
  const third = await post(line, `${PLAIN}？`);
  expect(await report(line, third, "rea")).toMatchObject({ error: { kind: "too-many", most: 2 } });
  line.pass(HOUR);
  expect(await report(line, third, "rea")).toMatchObject({ ok: true });
});

test("a person's decision answers for a week, and then the message may be reported anew", async () => {
  const line = await openLine(lines);
  const message = await post(line, PLAIN);
  await report(line, message, "rea");
  const { id } = await only(line);
  await line.decide(id, "dismiss");
  expect(await report(line, message, "rob")).toMatchObject({
    error: { kind: "decided-recently", upheld: false },
  });
  line.pass(7 * DAY);
  expect(await report(line, message, "rob")).toMatchObject({ value: { case: { number: 2 } } });
  const second = (await line.cases()).find(({ number }) => number === 2);
  await line.decide(second!.id, "uphold", { rule: RULE });
  // What the first case answered stays as it was answered.
  expect(await line.deps.store.reportsOf(id)).toMatchObject([
    { reporterId: "rea", outcome: "dismissed" },
    { reporterId: "rob", outcome: "upheld" },
  ]);
});

describe("who was wrong again and again", () => {
  test("weighs little alone, is told so kindly, and is heard with others", async () => {
    const line = await openLine(lines);
    await withRecord(line, "ron", ["dismiss", "dismiss", "dismiss", "dismiss"]);
    const before = (await line.cases()).length;
    const message = await post(line, PLAIN);
    expect(await report(line, message, "ron")).toMatchObject({
      value: { light: true, case: null },
    });
    expect(await line.cases()).toHaveLength(before);
    expect(await report(line, message, "rea")).toMatchObject({ value: { case: { reports: 2 } } });
  }, 60_000);

  test("and whoever was right opens a case alone where a newcomer would not", async () => {
    const line = await openLine(lines);
    await withRecord(line, "ray", ["uphold", "uphold"]);
    await line.usePolicy({
      ...(await line.deps.store.policyOf(line.community))!,
      reports: { openAt: 0.7, graveAt: 2, perReporterPerHour: 5 },
    });
    const message = await post(line, PLAIN);
    expect(await report(line, message, "rea")).toMatchObject({ value: { case: null } });
    const other = await post(line, `${PLAIN}～`);
    expect(await report(line, other, "ray")).toMatchObject({ value: { case: { reports: 1 } } });
  }, 60_000);
});

test("neither a decision nor a report of an older text answers for a newer one", async () => {
  const line = await openLine(lines);
  const message = await post(line, PLAIN);
  await report(line, message, "rea");
  const { id } = await only(line);
  await line.decide(id, "dismiss");
  line.pass(HOUR);
  const { platform, now } = line;
  await platform.post({ ...message, text: `${PLAIN}，不然打死你`, revisedAt: now });
  // She was wrong once, so that hers waits for another.
  expect(await report(line, message, "rea")).toMatchObject({ value: { case: null } });
  expect(await report(line, message, "rob")).toMatchObject({ value: { case: { number: 2 } } });
  for (const who of ["rea", "rob"]) {
    expect(await report(line, message, who)).toMatchObject({ error: { kind: "already-reported" } });
  }
  expect(await line.deps.store.reportsOf(id)).toMatchObject([
    { outcome: "dismissed" },
    { outcome: null },
    { outcome: null },
  ]);
  expect((await line.cases()).find(({ number }) => number === 2)).toMatchObject({ reports: 2 });
});

test("a decision that is taken back leaves the report open, and one overturned makes it wrong", async () => {
  const line = await openLine(lines);
  const message = await post(line, PLAIN);
  await report(line, message, "rea");
  const { id } = await only(line);
  const outcome = async () => (await line.deps.store.reportsOf(id))[0]?.outcome;
  await line.decide(id, "uphold", { rule: RULE });
  await undoDecision(line.deps, { caseId: id, by: "mo", reason: null });
  expect(await outcome()).toBeNull();
  await line.decide(id, "uphold", { rule: RULE });
  expect(await appeal(line, id)).toMatchObject({ ok: true });
  await settle(line, id, true);
  expect(await outcome()).toBe("dismissed");
});

test("in shadow mode reports open cases that wake nobody", async () => {
  const line = await openLine(lines, { mode: "shadow" });
  const message = await post(line, PLAIN);
  expect(await report(line, message, "rea")).toMatchObject({ value: { case: { shadow: true } } });
  await line.decide((await only(line)).id, "dismiss");
  expect(await line.jobs()).toEqual([]);
});

/** The same message once more, with other words. */
async function edit(line: Line, message: Message, words: string): Promise<void> {
  line.pass(1);
  await line.platform.post({ ...message, text: `${PLAIN} ${words}`, revisedAt: line.now });
}

test("whoever reports one revision after another is one reporter, of one case", async () => {
  const line = await openLine(lines, { reports: { graveAt: 1.5 } });
  const message = await post(line, PLAIN);
  for (const words of ["one", "two", "three"]) {
    expect(await report(line, message, "rea")).toMatchObject({ value: { case: { number: 1 } } });
    await edit(line, message, words);
  }
  expect(await only(line)).toMatchObject({ reports: 1, messages: 3, severity: "S3" });
  await report(line, message, "rob");
  expect(await line.cases()).toMatchObject([{ reports: 2, messages: 4, severity: "S3" }]);
  const { id } = await only(line);
  const seen = await line.deps.store.caseMessages(id, 9);
  expect(seen.map((each) => each.message.revisedAt !== null)).toEqual([false, true, true, true]);
  await report(line, message, "ruth");
  expect(await only(line)).toMatchObject({ reports: 3, messages: 4, severity: "S2" });
});

test("one reporter does not open a case alone by reporting each revision, nor count twice in it", async () => {
  const line = await openLine(lines, { reports: { openAt: 1 } });
  const message = await post(line, PLAIN);
  for (const words of ["one", "two"]) {
    expect(await report(line, message, "rea")).toMatchObject({ value: { case: null } });
    await edit(line, message, words);
  }
  expect(await report(line, message, "rea")).toMatchObject({ value: { case: null } });
  expect(await report(line, message, "rob")).toMatchObject({ value: { case: { reports: 2 } } });
});

test("who was erased adds nothing to their own later report of the message", async () => {
  const line = await openLine(lines, { reports: { openAt: 1 } });
  const message = await post(line, PLAIN);
  expect(await report(line, message, "rea")).toMatchObject({ value: { case: null } });
  const { store } = line.deps;
  const print = personOf(line.deps, line.platform.name, "rea");
  const event = { type: "person.erased", at: line.now, person: null, payload: {} } as const;
  expect(await store.erasePerson(line.community, "rea", print, event)).not.toBeNull();
  expect(await report(line, message, "rea")).toMatchObject({ value: { case: null } });
  expect(await report(line, message, "rob")).toMatchObject({ value: { case: { reports: 2 } } });
});

describe("reports that belong together", () => {
  test("of two messages of one author within the window are one case, whose decision answers everybody", async () => {
    const line = await openLine(lines);
    const first = await post(line, PLAIN);
    const second = await post(line, "再说一遍：谁要买二手车");
    await report(line, first, "rea");
    line.pass(1);
    expect(await report(line, second, "rob")).toMatchObject({ value: { case: { number: 1 } } });
    line.pass(1);
    // Whoever reports more of it is one reporter.
    await report(line, second, "rea");
    expect(await line.cases()).toMatchObject([{ source: "report", reports: 2, messages: 2 }]);
    const { id } = await only(line);
    expect(await line.deps.store.reportsOf(id)).toMatchObject([
      { reporterId: "rea", caseId: id },
      { reporterId: "rob", caseId: id },
      { reporterId: "rea", caseId: id },
    ]);
    expect((await line.audit()).filter(({ type }) => type === "case.joined")).toHaveLength(2);
    await line.decide(id, "uphold", { rule: RULE });
    await line.work();
    for (const who of ["rea", "rob"]) {
      expect(told(line, who)).toEqual([expect.stringContaining("it does break the rules")]);
    }
  });

  test("of one text by several are one case; those of another author and another text are not", async () => {
    const line = await openLine(lines);
    await report(line, await post(line, PLAIN), "rea");
    await report(line, await post(line, PLAIN, "bob"), "rob");
    expect(await line.cases()).toMatchObject([{ authorId: "ana", messages: 2, reports: 2 }]);
    await report(line, await post(line, "谁要租房找我", "cleo"), "rea");
    expect(await line.cases()).toHaveLength(2);
  });

  test("join what a rule has opened where it found something in them, whose source and severity stay", async () => {
    const line = await openLine(lines);
    await post(line, PROMISE);
    const other = await post(line, `${PROMISE}！`);
    expect(await report(line, other, "rea")).toMatchObject({ value: { case: { number: 1 } } });
    expect(await line.cases()).toMatchObject([
      { source: "rule", severity: "S1", reports: 1, messages: 2 },
    ]);
  });

  test("of what nothing was found in are not decided with what a rule found, whichever came first", async () => {
    const line = await openLine(lines);
    await post(line, PROMISE);
    const plain = await post(line, PLAIN);
    expect(await report(line, plain, "rea")).toMatchObject({ value: { case: { number: 2 } } });
    await post(line, `${PROMISE}！`);
    const cases = await line.cases();
    const [found, reported] = cases.toSorted((a, b) => a.number - b.number);
    expect(found).toMatchObject({ number: 1, source: "rule", messages: 2, reports: 0 });
    expect(reported).toMatchObject({ number: 2, source: "report", messages: 1, reports: 1 });
    if (!found || !reported) throw new Error("there are two");
    await line.decide(found.id, "uphold");
    await line.work();
    expect(line.platform.messages("example")).toMatchObject([
      { hidden: true },
      { hidden: false },
      { hidden: true },
    ]);
    await line.decide(reported.id, "dismiss", { rule: RULE });
    await line.work();
    expect(await line.deps.store.reportsOf(reported.id)).toMatchObject([{ outcome: "dismissed" }]);
  });

  test("stay apart after the window, below the threshold, and once the first was decided", async () => {
    const line = await openLine(lines, { reports: { openAt: 0.9 } });
    const { cases } = (await line.deps.store.policyOf(line.community))!;
    const first = await post(line, PLAIN);
    await report(line, first, "rea");
    await report(line, first, "rob");
    const second = await post(line, `${PLAIN} 二`);
    expect(await report(line, second, "rea")).toMatchObject({ value: { case: null } });
    expect(await only(line)).toMatchObject({ messages: 1, reports: 2 });
    line.pass(cases.mergeWindowMinutes * 60_000 + 1);
    expect(await report(line, second, "rob")).toMatchObject({ value: { case: { number: 2 } } });
    for (const { id } of await line.cases()) await line.decide(id, "dismiss");
    const third = await post(line, `${PLAIN} 三`);
    await report(line, third, "ruth");
    expect(await report(line, third, "ray")).toMatchObject({ value: { case: { number: 3 } } });
  });
});

test("a report that waited for others is closed when its author is erased, and its reporter hears so", async () => {
  const line = await openLine(lines, { reports: { openAt: 2 } });
  const { store } = line.deps;
  await report(line, await post(line, PLAIN), "rea");
  await report(line, await post(line, `${PLAIN} 二`), "rea");
  // A case that somebody must decide answers what was reported of it, though the author is gone.
  const flagged = await post(line, PROMISE);
  await report(line, flagged, "rob");
  const print = personOf(line.deps, line.platform.name, "ana");
  const event = { type: "person.erased", at: line.now, person: null, payload: {} } as const;
  const tells = (closed: readonly Report[]) => tellClosed(closed, line.now);
  expect(await store.erasePerson(line.community, "ana", print, event, { tells })).not.toBeNull();
  await line.work();
  expect(told(line, "rea")).toEqual([
    "A report of yours is closed\nWhat you reported is no longer kept, so nobody can look at it any more, and nothing was decided. Thank you for your report.",
  ]);
  expect(told(line, "rob")).toEqual([]);
  await line.decide((await only(line)).id, "dismiss");
  await line.work();
  expect(told(line, "rob")).toEqual([expect.stringContaining("nobody can look at it any more")]);
  // Whoever was right or wrong about it is not known: it counts neither way.
  const other = await post(line, PLAIN, "bob");
  await line.usePolicy({
    ...(await store.policyOf(line.community))!,
    reports: { openAt: 0.5, graveAt: 2, perReporterPerHour: 9 },
  });
  expect(await report(line, other, "rea")).toMatchObject({ value: { light: false, case: {} } });
});

test("a raid stays one case when one of those who wrote its words is erased", async () => {
  const line = await openLine(lines);
  const erase = (id: string) => {
    const print = personOf(line.deps, line.platform.name, id);
    const event = { type: "person.erased", at: line.now, person: null, payload: {} } as const;
    return line.deps.store.erasePerson(line.community, id, print, event);
  };
  await post(line, PROMISE);
  await post(line, PROMISE, "bob");
  await erase("bob");
  await post(line, PROMISE, "cleo");
  expect(await line.cases()).toMatchObject([{ number: 1, messages: 3 }]);
  for (const id of ["ana", "cleo"]) await erase(id);
  await post(line, PROMISE, "dan");
  expect(new Set((await line.cases()).map(({ number }) => number))).toEqual(new Set([1, 2]));
});

test("a case answers what was reported with it, and not what another has that is undecided beside it", async () => {
  const line = await openLine(lines);
  const message = await post(line, PLAIN);
  await report(line, message, "rea");
  const first = await only(line);
  await line.decide(first.id, "dismiss");
  line.pass(8 * DAY);
  expect(await report(line, message, "rob")).toMatchObject({ value: { case: { number: 2 } } });
  expect(await undoDecision(line.deps, { caseId: first.id, by: "mo", reason: null })).toMatchObject(
    { ok: true },
  );
  const second = (await line.cases()).find(({ number }) => number === 2);
  await line.decide(second?.id ?? "", "uphold", { rule: RULE });
  const outcomes = (await line.deps.store.reportsOf(first.id)).map(({ reporterId, outcome }) => [
    reporterId,
    outcome,
  ]);
  expect(outcomes).toEqual([
    ["rea", null],
    ["rob", "upheld"],
  ]);
});

test("a report of which nothing came is closed when its message expires, and its reporter hears so once", async () => {
  const line = await openLine(lines, { reports: { openAt: 2 } });
  const { store } = line.deps;
  await report(line, await post(line, PLAIN), "rea");
  const flagged = await post(line, PROMISE);
  await report(line, flagged, "rob");
  const { retentionDays } = (await store.policyOf(line.community))!;
  line.pass((retentionDays.messages + 1) * DAY);
  await report(line, await post(line, `${PLAIN} 三`, "bob"), "ruth");
  for (let time = 0; time < 2; time += 1) {
    await store.closeExpiredReports(line.now, (closed) => tellClosed(closed, line.now));
    await line.work();
  }
  expect(told(line, "rea")).toEqual([expect.stringContaining("A report of yours is closed")]);
  // A case that waits answers the one, and the other's message is young.
  expect([told(line, "rob"), told(line, "ruth")]).toEqual([[], []]);
});
