import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { seenLines } from "../../src/cli/seen-words.ts";
import { policySchema } from "../../src/engine/policy.ts";
import { ALL_SEVERITIES } from "../../src/engine/seen/figures.ts";
import type { SeenQuestion } from "../../src/engine/seen/fold.ts";
import { personOf } from "../../src/pipeline/deps.ts";
import { openReview } from "../../src/pipeline/open-review.ts";
import { seenReport } from "../../src/pipeline/seen-report.ts";
import { acknowledgeCase, noteCase, undoDecision } from "../../src/pipeline/work-case.ts";
import type { Store } from "../../src/ports/store.ts";
import { type Line, openLines } from "./line.ts";
import { report as reportTo } from "./rights/rights-line.ts";

jest.setTimeout(60_000);

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterEach(() => lines.clear());
afterAll(() => lines.close());

const PROMISE = "加群稳赚不赔，保本保息，年化30%";
const MINUTE = 60_000;

async function start(): Promise<Line> {
  const line = lines.makeLine();
  await line.start();
  for (const id of ["mo", "kim"]) line.platform.addMember(line.community, { id });
  return line;
}

async function post(line: Line, author: string, text = PROMISE): Promise<void> {
  const message = line.message(text);
  await line.platform.post({ ...message, author: { ...message.author, id: author } });
}

async function newest(line: Line): Promise<string> {
  const cases = await line.cases();
  return cases.toSorted((a, b) => b.number - a.number)[0]?.id ?? "";
}

function report(line: Line, asked: Partial<SeenQuestion> = {}, store: Store = line.deps.store) {
  const { clock, digests: hashing } = line.deps;
  return seenReport({ store, hashing, clock }, line.community, {
    withinMs: 15 * MINUTE,
    from: 0,
    until: Number.MAX_SAFE_INTEGER,
    severities: ALL_SEVERITIES,
    ...asked,
  });
}

async function grave(line: Line, asked: Partial<SeenQuestion> = {}) {
  const { severities } = await report(line, { severities: ["S1"], ...asked });
  return severities[0]?.messages;
}

test("a message is seen when somebody acknowledges its case, and one that joins later when somebody comes back", async () => {
  const line = await start();
  await post(line, "ann");
  line.pass(10 * MINUTE);
  await acknowledgeCase(line.deps, { caseId: await newest(line), by: "mo" });
  line.pass(MINUTE);
  await post(line, "ann");
  expect(await grave(line)).toEqual({ "in-time": 1, waiting: 1, late: 0, unseen: 0 });
  expect(await report(line)).toMatchObject({ holds: true, missed: [] });
  line.pass(20 * MINUTE);
  expect(await grave(line)).toEqual({ "in-time": 1, waiting: 0, late: 0, unseen: 1 });
  await noteCase(line.deps, {
    caseId: await newest(line),
    by: "kim",
    audience: "team",
    text: "again",
  });
  const after = await report(line);
  expect(after).toMatchObject({
    holds: false,
    missed: [{ number: 1, severity: "S1", outcome: "late", messages: 1, waitedMs: 20 * MINUTE }],
    chain: { problem: null },
  });
  const heads = await line.deps.store.auditHeads();
  expect(after.chain.head).toEqual(heads.get(line.community));
  expect(JSON.stringify(after)).not.toMatch(/ann|mo|kim|稳赚/u);
});

test("that a page reached somebody is said apart, and is nobody seeing anything", async () => {
  const line = await start();
  await line.usePolicy(
    policySchema.parse({
      mode: "live",
      team: [{ id: "mo", role: "moderator" }],
      escalation: {
        ladders: [{ rungs: [{ afterMinutes: 0, who: ["role:moderator"], ways: ["direct"] }] }],
      },
    }),
  );
  await post(line, "ann");
  await line.work({ delayed: true });
  line.pass(16 * MINUTE);
  const { severities, missed } = await report(line);
  expect(missed).toMatchObject([{ outcome: "unseen", why: ["told"] }]);
  expect(severities.find(({ severity }) => severity === "S1")?.reached).toEqual({
    inTime: 1,
    late: 0,
    never: 0,
  });
});

test("shadow mode does not count, before and after its case has expired", async () => {
  const line = await start();
  await line.usePolicy(policySchema.parse({ mode: "shadow" }));
  await post(line, "ann");
  line.pass(60 * MINUTE);
  expect(await report(line)).toMatchObject({ holds: true, missed: [] });
  expect(await report(line, {}, expired(line))).toMatchObject({ holds: true, missed: [] });
});

test("what was erased with its author is in no figure, proves nothing, and is said by what is left", async () => {
  const line = await start();
  await post(line, "ann");
  await acknowledgeCase(line.deps, { caseId: await newest(line), by: "mo" });
  line.pass(1);
  await post(line, "ann");
  line.pass(60 * MINUTE);
  const { store } = line.deps;
  const print = personOf(line.deps, line.platform.name, "ann");
  const event = { type: "person.erased", at: line.now, person: null, payload: {} } as const;
  await store.erasePerson(line.community, "ann", print, event);
  await noteCase(line.deps, {
    caseId: await newest(line),
    by: "kim",
    audience: "team",
    text: "erased since",
  });
  expect(await report(line)).toMatchObject({
    holds: false,
    verdict: "not-proven",
    missed: [],
    erased: { cases: 1, messages: 2, inTime: 1 },
    chain: { problem: null },
  });
  expect(await report(line, { severities: ["S3"] })).toMatchObject({
    verdict: "in-time",
    erased: { cases: 0 },
  });
});

test("to erase whoever wrote what nobody saw makes nothing seen in time", async () => {
  const line = await start();
  await post(line, "ann");
  line.pass(3 * 60 * MINUTE);
  expect(await report(line)).toMatchObject({ verdict: "missed", holds: false });
  const print = personOf(line.deps, line.platform.name, "ann");
  const event = { type: "person.erased", at: line.now, person: null, payload: {} } as const;
  await line.deps.store.erasePerson(line.community, "ann", print, event);
  const after = await report(line);
  expect(after).toMatchObject({ verdict: "not-proven", holds: false, missed: [] });
  const asked = { withinMs: 15 * MINUTE, from: 0, until: line.now, severities: ALL_SEVERITIES };
  const [headline] = seenLines(after, asked);
  expect(headline).toBe(
    `${line.community}: NOT PROVEN: 1 message erased, 0 of them in time by what is left`,
  );
});

/** The store as it is once every case's record has expired. */
function expired({ deps: { store } }: Line): Store {
  return { ...store, caseFacts: async () => new Map() };
}

test("a case that became graver is as grave when its record has expired", async () => {
  const line = await start();
  await post(line, "ann", "加我微信 abc12345 领取优惠");
  line.pass(MINUTE);
  await post(line, "ann", "客户名单\n张三 13900000001\n李四 13900000002\n王五 13900000003");
  line.pass(3 * 60 * MINUTE);
  const before = await report(line, { severities: ["S1"] });
  expect(before.missed).toMatchObject([{ severity: "S1", messages: 2 }]);
  expect(await report(line, { severities: ["S1"] }, expired(line))).toMatchObject({
    verdict: "missed",
    missed: before.missed,
  });
});

test("a report opens a case in the mode of now: not that in which its message was judged, nor another once its record has expired", async () => {
  const line = await start();
  const usePolicy = (mode: string) =>
    line.usePolicy(policySchema.parse({ mode, reports: { openAt: 0.1 } }));
  const reported = async (by: string) => {
    const message = line.message(PROMISE, { author: { id: `author-of-${by}`, role: "member" } });
    await line.platform.post(message);
    return () => reportTo(line, message, by, "this is a scam");
  };
  await usePolicy("shadow");
  const tell = await reported("rea");
  await usePolicy("live");
  const live = await tell();
  expect(live).toMatchObject({ ok: true, value: { case: { shadow: false } } });
  line.pass(5 * 60 * MINUTE);
  for (const store of [line.deps.store, expired(line)]) {
    expect(await report(line, {}, store)).toMatchObject({ verdict: "missed", missed: [{}] });
  }
  const { missed } = await report(line);
  await usePolicy("shadow");
  const hidden = await (await reported("rob"))();
  expect(hidden).toMatchObject({ ok: true, value: { case: { shadow: true } } });
  line.pass(5 * 60 * MINUTE);
  const numbers = (await report(line, {}, expired(line))).missed.map(({ number }) => number);
  expect(numbers).toEqual(missed.map(({ number }) => number));
});

test("messages that a moderator acted on are seen, and none of them comes again when it is reported", async () => {
  const line = await start();
  const messages = ["一", "二", "三"].map((text) => line.message(`谁要买二手车 ${text}`));
  for (const message of messages) await line.platform.post(message);
  const recorded = await Promise.all(
    messages.map(({ channel, id: messageId }) =>
      line.deps.store.findMessage({
        communityId: line.community,
        channelId: channel.id,
        messageId,
      }),
    ),
  );
  const [first] = messages;
  if (!first) throw new Error("nothing was written");
  const reviewed = await openReview(line.deps, {
    by: "mo",
    outcome: "uphold",
    platform: line.platform.name,
    communityId: line.community,
    channelId: first.channel.id,
    author: first.author,
    messageKeys: recorded.map((each) => each?.key ?? ""),
    severity: null,
    requestId: "r-1",
    reason: "adverts",
    rule: "no adverts",
    actions: [{ kind: "warn" }],
  });
  expect(reviewed).toMatchObject({ ok: true, value: { messages: 3 } });
  await undoDecision(line.deps, { caseId: await newest(line), by: "mo", reason: null });
  line.pass(MINUTE);
  expect(await reportTo(line, first, "rea")).toMatchObject({ value: { case: { messages: 3 } } });
  line.pass(60 * MINUTE);
  const { severities, verdict } = await report(line, { severities: ["S3"] });
  expect(verdict).toBe("in-time");
  expect(severities[0]?.messages).toEqual({ "in-time": 3, waiting: 0, late: 0, unseen: 0 });
});

test("a chain that is broken proves nothing, however soon people were there", async () => {
  const line = await start();
  await post(line, "ann");
  await acknowledgeCase(line.deps, { caseId: await newest(line), by: "mo" });
  const { store } = line.deps;
  const forged: Store = {
    ...store,
    auditEvents: async (...asked) =>
      (await store.auditEvents(...asked)).map((event) =>
        event.type === "case.acknowledged" ? { ...event, at: event.at - MINUTE } : event,
      ),
  };
  const { chain, holds, severities } = await report(line, {}, forged);
  expect({ holds, problem: chain.problem?.kind }).toEqual({
    holds: false,
    problem: "changed-event",
  });
  // The event that was changed is not read.
  expect(severities.find(({ severity }) => severity === "S1")?.messages["in-time"]).toBe(0);
});

test("more events than one page holds are read in their order", async () => {
  const line = await start();
  await post(line, "ann");
  const { store } = line.deps;
  for (let i = 0; i < 1100; i += 100) {
    await Promise.all(
      Array.from({ length: 100 }, (_, nth) =>
        store.noteEffect(`e-${i + nth}-${line.community}`, line.community, {
          type: "action.done",
          at: line.now,
          person: null,
          payload: {},
        }),
      ),
    );
  }
  line.pass(5 * MINUTE);
  await acknowledgeCase(line.deps, { caseId: await newest(line), by: "mo" });
  expect(await grave(line)).toEqual({ "in-time": 1, waiting: 0, late: 0, unseen: 0 });
});
