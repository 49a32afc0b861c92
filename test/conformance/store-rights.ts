import { expect, test } from "@jest/globals";
import type { Case } from "../../src/engine/case/case.ts";
import { fail, ok } from "../../src/engine/result.ts";
import { toTransparencyRecord } from "../../src/engine/statement/transparency-record.ts";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import type {
  Appeal,
  KnownInReport,
  KnownRights,
  Report,
  Statement,
} from "../../src/ports/rights.ts";
import type { CaseChange, OpenRequest, StoredMessage } from "../../src/ports/store.ts";
import {
  changeCase,
  DAY,
  decide,
  freshId,
  HOUR,
  makeAttempt,
  makeCase,
  makeDecision,
  makeRecording,
  NOW,
  opening,
  record,
  step,
} from "./recordings.ts";
import type { Under } from "./store-under-test.ts";

const ERASED = { type: "person.erased", at: NOW, person: null, payload: {} } as const;

export function makeStatement(community: string, caseId: string, more: Partial<Statement> = {}) {
  const id = more.id ?? freshId("r");
  const statement: Statement = {
    id,
    communityId: community,
    caseId,
    decisionId: null,
    authorId: "author-1",
    at: NOW,
    record: toTransparencyRecord({
      id,
      restrictions: [{ kind: "hide" }],
      source: "rule",
      family: "leak",
      ground: "A list of people",
      explanation: "Numbers of several people",
      facts: "An automatic rule flagged the message.",
      byMachine: true,
      sentAt: NOW,
      decidedAt: NOW,
    }),
    revokedAt: null,
    ...more,
  };
  return statement;
}

function makeAppeal(community: string, caseId: string, decisionId: string): Appeal {
  return {
    id: freshId("appeal"),
    communityId: community,
    caseId,
    decisionId,
    authorId: "author-1",
    reason: "not fair\u0000",
    at: NOW + 6,
    dueAt: NOW + 3 * DAY,
    decidedBy: null,
    overturned: null,
    answer: null,
    decidedAt: null,
  };
}

/** The part of the store's suite about members' rights. */
export function rights(under: Under): void {
  const recorded = async (community = freshId("c")) => {
    const caseId = freshId("case");
    await record(under().store, makeRecording({ community, caseId }));
    return { community, caseId };
  };
  const knownRights = async (caseId: string, asks = true) => {
    let known: KnownRights | null = null;
    await changeCase(under().store, caseId, { at: NOW, rights: asks }, (_, { rights: found }) => {
      known = found;
      return fail("only asked");
    });
    return known as KnownRights | null;
  };

  test("what follows from an effect is written with it, and only once", async () => {
    const { store } = under();
    const { community, caseId } = await recorded();
    const statement = makeStatement(community, caseId);
    const attempt = makeAttempt(community, caseId, { kind: "statement", ways: ["direct"] });
    const event = { type: "message.hidden", at: NOW, person: null, payload: {} } as const;
    const job = { queue: "escalations", name: "deliver", payload: {} } as const;
    const follow = (id: string) => ({
      statements: [statement],
      attempts: [attempt],
      jobs: [{ ...job, id }],
    });
    const [one, two] = [freshId("deliver"), freshId("deliver")];
    const effect = freshId("effect");
    expect(await store.noteEffect(effect, community, event, follow(one))).toBe(true);
    expect(await store.noteEffect(effect, community, event, follow(two))).toBe(false);
    const filter = { communityId: community, includeRevoked: true, limit: 9 };
    expect(await store.statements(filter)).toEqual([statement]);
    expect(await store.attempts({ communityId: community, limit: 9 })).toEqual([attempt]);
    const ids = (await store.pendingJobs(10_000)).map(({ id }) => id);
    expect([ids.includes(one), ids.includes(two)]).toEqual([true, false]);
    const later = { revoked: { ids: [statement.id], at: NOW + 1 } };
    await store.noteEffect(freshId("effect"), community, event, later);
    expect(await store.statements({ ...filter, includeRevoked: false })).toEqual([]);
    expect(await store.statements(filter)).toEqual([{ ...statement, revokedAt: NOW + 1 }]);
  });

  test("a record that is none of the database's is not written, nor what came with it", async () => {
    const { store } = under();
    const { community, caseId } = await recorded();
    const good = makeStatement(community, caseId);
    const bad = { ...good, record: { ...good.record, content_date: "yesterday" } };
    const event = { type: "message.hidden", at: NOW, person: null, payload: {} } as const;
    const effect = freshId("effect");
    const follows = { statements: [bad] };
    await expect(store.noteEffect(effect, community, event, follows)).rejects.toThrow("date");
    expect(await store.hasEffect(effect)).toBe(false);
  });

  test("statements are found by time, page by page, whatever the community", async () => {
    const { store } = under();
    const { community, caseId } = await recorded();
    const at = NOW + 400 * DAY;
    const made = [0, 0, 1, 2, 3].map((ms) => makeStatement(community, caseId, { at: at + ms }));
    await decide(store, caseId, makeDecision(), { statements: made });
    const filter = { from: at, until: at + 3, includeRevoked: false, limit: 2 };
    const first = await store.statements(filter);
    const second = await store.statements({ ...filter, after: first[1]! });
    expect(await store.statements({ ...filter, after: second[1]! })).toEqual([]);
    const ids = [...first, ...second].map(({ id }) => id);
    expect(ids.toSorted()).toEqual(
      made
        .slice(0, 4)
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(await store.statements({ ...filter, communityId: "another" })).toEqual([]);
    expect(await store.statements({ ...filter, caseId, limit: 9 })).toHaveLength(4);
  });

  test("an appeal is one for each decision and author, is known under the lock, and keeps what was decided", async () => {
    const { store } = under();
    const { community, caseId } = await recorded();
    expect(await knownRights(caseId, false)).toBeNull();
    const decision = makeDecision();
    const statement = makeStatement(community, caseId, { decisionId: decision.id });
    await decide(store, caseId, decision, { statements: [statement] });
    expect(await knownRights(caseId)).toEqual({
      authors: ["author-1"],
      statements: [statement],
      notes: new Map(),
      reports: [],
      appeals: [],
    });
    const appeal = makeAppeal(community, caseId, decision.id);
    await step(store, caseId, { kind: "appeal" }, NOW + 6, { appeal });
    const kept = { ...appeal, reason: "not fair\uFFFD" };
    expect((await knownRights(caseId))?.appeals).toEqual([kept]);
    const second = { ...appeal, id: freshId("appeal") };
    await expect(
      step(store, caseId, { kind: "acknowledge", by: "mod-2" }, NOW + 6, { appeal: second }),
    ).rejects.toThrow("unique");
    const decided = { decidedBy: "mod-2", overturned: true, answer: "right", decidedAt: NOW + 9 };
    const undone = { decisionId: decision.id, by: "mod-2", at: NOW + 9 };
    await step(store, caseId, { kind: "decide-appeal", by: "mod-2", overturn: true }, NOW + 9, {
      appeal: { ...kept, ...decided },
      undone,
      revoked: { ids: [statement.id], at: NOW + 9 },
    });
    expect(await store.appealsOf(caseId)).toEqual([{ ...kept, ...decided }]);
    expect(await knownRights(caseId)).toMatchObject({ statements: [], appeals: [] });
  });

  test("an appealed case whose step is late is found", async () => {
    const { store } = under();
    const { caseId } = await recorded();
    await decide(store, caseId);
    await changeCase(store, caseId, { at: NOW }, (current) =>
      ok({
        case: { ...current, state: "appealed", ladder: { ...current.ladder, nextAt: 7 } },
        events: [],
        jobs: [],
      }),
    );
    const late = await store.overdueCases(8, 10_000);
    expect(late.map(({ id }) => id)).toContain(caseId);
  });

  reporting(under);
  erasing(under);
}

function requestFor(message: StoredMessage, id: string, reports = 1): OpenRequest {
  const opens = makeCase(id, message, { source: "report", severity: "S3", reports, held: false });
  return { ...opening(opens, false, NOW), messageKeys: [message.key], written: null, joins: true };
}

function onlyJoined(existing: Case): Pick<CaseChange, "case" | "events" | "jobs"> {
  return { case: existing, events: [], jobs: [] };
}

function reportOf(message: StoredMessage, reporterId: string): Report {
  return {
    id: freshId("report"),
    communityId: message.communityId,
    messageKey: message.key,
    caseId: null,
    reporterId,
    reason: "a scam",
    at: NOW,
    outcome: null,
  };
}

function targetOf(message: StoredMessage, reporterId: string, at = NOW) {
  const { communityId, channelId, messageId } = message;
  return {
    communityId,
    channelId,
    messageId,
    reporterId,
    fingerprintOf: printOf,
    at,
    joinsSince: at - HOUR,
  };
}

function printOf(personId: string): string {
  return `print-${personId}`;
}

function reporting(under: Under): void {
  const reportedBy = async (
    message: StoredMessage,
    reporterId: string,
    opens: OpenRequest | null,
  ) => {
    const report = reportOf(message, reporterId);
    const event = {
      type: "report.made",
      at: NOW,
      person: `print-${reporterId}`,
      payload: {},
    } as const;
    let known: KnownInReport | null = null;
    const taken = await under().store.addReport(targetOf(message, reporterId), (seen) => {
      known = seen;
      return ok({ report, events: [event], opens });
    });
    if (!taken.ok) throw new Error("a report was not taken");
    return { report, taken: taken.value, known: known as KnownInReport | null };
  };

  test("reports wait together, open a case in one transaction, and are decided with it", async () => {
    const { store, hashing } = under();
    const community = freshId("c");
    const made = makeRecording({ community });
    const { message } = made;
    await record(store, made);
    const first = await reportedBy(message, "rea", null);
    expect(first.known).toEqual({
      message,
      verdict: made.verdict,
      case: null,
      cleared: false,
      undecided: [],
      reports: [],
      record: { upheld: 0, dismissed: 0 },
      inLastHour: 0,
    });
    expect(first.taken).toEqual({ report: first.report, case: null });
    // An edit is the same message: what was said of it before counts.
    const edited = { ...message, key: freshId("key"), revisedAt: NOW + 1 };
    await record(store, makeRecording({ community, message: edited }));
    const caseId = freshId("case");
    const second = await reportedBy(edited, "rob", requestFor(edited, caseId, 2));
    expect(second.known?.reports).toEqual([
      { ...first.report, record: { upheld: 0, dismissed: 0 } },
    ]);
    expect(second.taken.case).toMatchObject({
      id: caseId,
      number: 1,
      source: "report",
      reports: 2,
    });
    expect(new Set(await store.reportsOf(caseId))).toEqual(
      new Set([
        { ...first.report, caseId, authorId: edited.authorId },
        { ...second.report, caseId, authorId: edited.authorId },
      ]),
    );
    const settled = [first, second].map(({ report }, nth) => ({
      id: report.id,
      caseId,
      outcome: nth === 0 ? ("upheld" as const) : ("dismissed" as const),
    }));
    await decide(store, caseId, makeDecision(), { reports: settled });
    const third = await reportedBy(edited, "rea", null);
    expect(third.known).toMatchObject({
      case: { id: caseId, state: "decided" },
      record: { upheld: 1, dismissed: 0 },
      inLastHour: 1,
    });
    expect((await verifyChain(store, hashing, community)).problem).toBeNull();
    const later = await store.addReport(targetOf(edited, "rea", NOW + HOUR), ({ inLastHour }) =>
      fail(inLastHour),
    );
    expect(later).toEqual({ ok: false, error: 0 });
  });

  test("a report joins the undecided case that has the message; a refused one writes nothing", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const made = makeRecording({ community, caseId });
    await record(store, made);
    const { taken } = await reportedBy(
      made.message,
      "rea",
      requestFor(made.message, freshId("case")),
    );
    expect(taken.case?.id).toBe(caseId);
    const before = (await store.auditHeads()).get(community)?.seq;
    const target = targetOf({ ...made.message, messageId: "unknown" }, "rea");
    const refused = await store.addReport(target, ({ message }) => fail(message));
    expect(refused).toEqual({ ok: false, error: null });
    expect((await store.auditHeads()).get(community)?.seq).toBe(before);
  });

  test("a case of an older revision is none of the newer one", async () => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const made = makeRecording({ community, caseId });
    await record(store, made);
    await decide(store, caseId);
    const knownOf = async () => {
      let seen: KnownInReport | null = null;
      await store.addReport(targetOf(made.message, "rea"), (known) => {
        seen = known;
        return fail("not now");
      });
      return seen as KnownInReport | null;
    };
    expect(await knownOf()).toMatchObject({ case: { id: caseId, state: "decided" } });
    const edited = { ...made.message, key: freshId("key"), revisedAt: NOW + 1 };
    await record(store, makeRecording({ community, message: edited }));
    expect(await knownOf()).toMatchObject({ message: { key: edited.key }, case: null });
  });

  test("of reports that race each sees the other", async () => {
    const { store } = under();
    const community = freshId("c");
    const made = makeRecording({ community });
    await record(store, made);
    const seen: number[] = [];
    await Promise.all(
      Array.from({ length: 6 }, (_, nth) =>
        store.addReport(targetOf(made.message, `r-${nth}`), ({ reports }) => {
          seen.push(reports.length);
          return ok({ report: reportOf(made.message, `r-${nth}`), events: [], opens: null });
        }),
      ),
    );
    expect(seen.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
  });
}

function erasing(under: Under): void {
  const prepared = async (expiresAt = NOW + 30 * DAY) => {
    const { store } = under();
    const community = freshId("c");
    const caseId = freshId("case");
    const made = makeRecording({ community, caseId, message: { expiresAt } });
    await record(store, made);
    const report = reportOf(made.message, "rea");
    await store.addReport(targetOf(made.message, "rea"), () =>
      ok({ report, events: [], opens: requestFor(made.message, freshId("case")) }),
    );
    const decision = makeDecision({ actions: [{ kind: "delete" }] });
    const statement = makeStatement(community, caseId, { decisionId: decision.id });
    await decide(store, caseId, decision, { statements: [statement] });
    const appeal = { ...makeAppeal(community, caseId, decision.id), reason: "not fair" };
    await step(store, caseId, { kind: "appeal" }, NOW + 6, { appeal });
    const decided = { decidedBy: "mod-2", overturned: false, answer: "fair", decidedAt: NOW + 9 };
    await step(store, caseId, { kind: "decide-appeal", by: "mod-2", overturn: false }, NOW + 9, {
      appeal: { ...appeal, ...decided },
    });
    return { community, caseId, statement, appeal: { ...appeal, ...decided }, report };
  };

  test("an erased author keeps no word of an appeal, and a statement that is nobody's", async () => {
    const { store } = under();
    const { community, caseId, statement, appeal } = await prepared();
    expect(await store.erasePerson(community, "author-1", "print", ERASED)).not.toBeNull();
    const filter = { communityId: community, includeRevoked: true, limit: 9 };
    expect(await store.statements(filter)).toEqual([{ ...statement, authorId: "" }]);
    expect(await store.appealsOf(caseId)).toEqual([
      { ...appeal, authorId: "", reason: "", answer: "" },
    ]);
    expect(await store.reportsOf(caseId)).toMatchObject([{ reporterId: "rea", reason: "" }]);
    expect(await store.erasePerson(community, "author-1", "print", ERASED)).toBeNull();
  });

  test("an appeal by another in a case with a message of theirs keeps its words, and stays that one's", async () => {
    const { store } = under();
    const { community, caseId, appeal } = await prepared();
    const other = { authorId: "author-2" };
    const joining = makeRecording({ community, message: other });
    await record(store, joining);
    await store.addReport(targetOf(joining.message, "rea"), () => {
      const { message } = joining;
      const opens = { ...requestFor(message, caseId), onJoin: onlyJoined };
      return ok({ report: reportOf(message, "rea"), events: [], opens });
    });
    expect(await store.erasePerson(community, "author-2", "print", ERASED)).not.toBeNull();
    expect(await store.appealsOf(caseId)).toEqual([appeal]);
    expect(await store.erasePerson(community, "author-2", "print", ERASED)).toBeNull();
  });

  test("an erased reporter and an erased moderator leave what was decided", async () => {
    const { store } = under();
    const { community, caseId, appeal } = await prepared();
    expect(await store.erasePerson(community, "rea", "print", ERASED)).not.toBeNull();
    expect(await store.reportsOf(caseId)).toMatchObject([{ reporterId: "", reason: "", caseId }]);
    expect(await store.erasePerson(community, "mod-2", "print", ERASED)).not.toBeNull();
    expect(await store.appealsOf(caseId)).toEqual([{ ...appeal, decidedBy: "" }]);
    expect(await store.erasePerson(community, "rea", "print", ERASED)).toBeNull();
  });

  test("how an erased reporter reported still counts for a time, without their name", async () => {
    const { store } = under();
    const community = freshId("c");
    const at = NOW - 140 * DAY;
    const made = makeRecording({ community });
    await record(store, made);
    const report = { ...reportOf(made.message, "rea"), at, outcome: "dismissed" } as const;
    await store.addReport(targetOf(made.message, "rea", at), () =>
      ok({ report, events: [], opens: null }),
    );
    const other = makeRecording({ community });
    await record(store, other);
    const knownAt = async (time: number, reporter = "rea") => {
      let seen: Pick<KnownInReport, "record" | "inLastHour"> | null = null;
      await store.addReport(
        targetOf(other.message, reporter, time),
        ({ record: of, inLastHour }) => {
          seen = { record: of, inLastHour };
          return fail("not now");
        },
      );
      return seen;
    };
    const before = { record: { upheld: 0, dismissed: 1 }, inLastHour: 1 };
    const nothing = { record: { upheld: 0, dismissed: 0 }, inLastHour: 0 };
    expect(await knownAt(at + 20)).toEqual(before);
    const erased = { ...ERASED, at: at + 10 };
    await store.erasePerson(community, "rea", "print-rea", erased);
    expect(await knownAt(at + 20)).toEqual(before);
    expect(await knownAt(at + 20, "rob")).toEqual(nothing);
    expect(await knownAt(at + 2 * HOUR)).toEqual({ ...before, inLastHour: 0 });
    expect(await store.erasePerson(community, "rea", "print-rea", erased)).toBeNull();
    await store.purgeExpired(at + 90 * DAY - 1);
    expect(await knownAt(at + 20)).toEqual(before);
    await store.purgeExpired(at + 90 * DAY);
    expect(await knownAt(at + 20)).toEqual(nothing);
  });

  test("reports and appeals go with their case; a statement stays, as nobody's", async () => {
    const { store } = under();
    const expiresAt = NOW - 36 * DAY;
    const { community, caseId, statement } = await prepared(expiresAt);
    expect(await store.purgeExpired(expiresAt + 1)).toBeGreaterThan(0);
    expect(await store.findCase(caseId)).toBeNull();
    expect(await store.appealsOf(caseId)).toEqual([]);
    expect(await store.reportsOf(caseId)).toEqual([]);
    await store.purgeExpired(expiresAt + 1);
    const filter = { communityId: community, includeRevoked: true, limit: 9 };
    expect(await store.statements(filter)).toEqual([{ ...statement, authorId: "" }]);
  });
}
