import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { policySchema } from "../../src/engine/policy.ts";
import { ALL_SEVERITIES } from "../../src/engine/seen/figures.ts";
import type { SeenQuestion } from "../../src/engine/seen/fold.ts";
import { personOf } from "../../src/pipeline/deps.ts";
import { seenReport } from "../../src/pipeline/seen-report.ts";
import { acknowledgeCase, noteCase } from "../../src/pipeline/work-case.ts";
import type { Store } from "../../src/ports/store.ts";
import { type Line, openLines } from "./line.ts";

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
  const { store } = line.deps;
  const expired = { ...store, caseFacts: async () => new Map() };
  expect(await report(line, {}, expired)).toMatchObject({ holds: true, missed: [] });
});

test("what was erased with its author is in no figure, and said by what is left", async () => {
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
    holds: true,
    missed: [],
    erased: { cases: 1, messages: 2, inTime: 1 },
    chain: { problem: null },
  });
  expect((await report(line, { severities: ["S3"] })).erased.cases).toBe(0);
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
