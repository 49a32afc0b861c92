import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { recordsOver } from "../../adapters/postgres/records.ts";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import { personOf } from "../../src/pipeline/deps.ts";
import { openMemory, testParts } from "../adapters/postgres/databases.ts";
import { BAD_TEXT, Desk, GOOD_TEXT } from "../commands/desk.ts";
import { shippedRuleSet } from "../support/rules.ts";
import { Line } from "./line.ts";

// One test here is many transactions, on a machine that may be busy.
jest.setTimeout(60_000);

const clock = { at: testParts.clock.now() };
let database: Awaited<ReturnType<typeof openMemory>>;
let openDesk: () => Desk;
beforeAll(async () => {
  database = await openMemory();
  const parts = { ...testParts, clock: { now: () => clock.at } };
  const records = await recordsOver(database.pool, parts);
  if (!records.ok) throw new Error(records.error.kind);
  const ruleSet = await shippedRuleSet();
  openDesk = () => new Desk(new Line(records.value, clock, ruleSet));
}, 60_000);
afterAll(() => database.close());

function erase({ deps, line }: Desk, id: string) {
  const print = personOf(deps, line.platform.name, id);
  const event = { type: "person.erased", at: line.now, person: null, payload: {} } as const;
  return deps.store.erasePerson(line.community, id, print, event);
}

/** Rows of every table that hold one of these words, but for what is kept of reports against abuse. */
async function rowsWith(words: readonly string[]): Promise<readonly string[]> {
  const { rows: tables } = await database.pool.query<{ tablename: string }>(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'candor' AND tablename <> 'erased_reports'",
  );
  const found: string[] = [];
  for (const { tablename } of tables) {
    const { rows } = await database.pool.query<{ line: string }>(
      `SELECT row_to_json(t)::text AS line FROM candor.${tablename} AS t`,
    );
    for (const { line } of rows) {
      if (words.some((word) => line.includes(word))) found.push(`${tablename} ${line}`);
    }
  }
  return found;
}

test("nothing is left by which an author, one among several and a reporter are found again", async () => {
  const desk = openDesk();
  const people = ["lin-4711", "wei-4712", "rob-4713"] as const;
  const [lin, wei, rob] = people;
  for (const id of people) desk.join(id, "member");
  await desk.openCase(lin, BAD_TEXT);
  const message = await desk.post(wei, BAD_TEXT);
  await desk.type("mo", `note 1 team ${wei} is known`);
  await desk.type("mo", `decide 1 uphold seen:2 delete,timeout ${lin} and ${wei} again`);
  await desk.line.work();
  await desk.type(lin, "appeal 1 it was a joke");
  await desk.type("moderator", "decide 1 uphold it was none");
  const said = await desk.post(lin, GOOD_TEXT);
  const replyTo = { channelId: "general", messageId: said.id };
  await desk.type(rob, "report rude", { replyTo });
  await desk.type("mo", "decide 2 dismiss fine");
  await desk.line.work();
  expect(message.author.id).toBe(wei);
  const { store, digests } = desk.deps;
  const filter = { communityId: desk.line.community, includeRevoked: true, limit: 99 };
  const statements = await store.statements(filter);
  const attempts = await store.attempts(filter);
  expect(statements.map(({ authorId }) => authorId)).toEqual(expect.arrayContaining([lin, wei]));
  expect(attempts.map(({ personId }) => personId)).toEqual(expect.arrayContaining([...people]));
  // Whoever knows the way in which the ids are made, and guesses whom, but has no key.
  const ids = new Set([...statements, ...attempts].map(({ id }) => id.slice(2)));
  for (const { decisionId, authorId } of statements) {
    const guess = digests.hash(["statement", "decision", decisionId, authorId]).slice(0, 32);
    expect(ids).not.toContain(guess);
  }
  const prints = people.map((id) => personOf(desk.deps, desk.line.platform.name, id).slice(0, 32));
  expect(await rowsWith([...people, ...prints])).not.toEqual([]);
  for (const id of people) expect(await erase(desk, id)).not.toBeNull();
  expect(await rowsWith([...people, ...prints])).toEqual([]);
  await desk.line.live(60 * 60_000);
  expect(await rowsWith([...people, ...prints])).toEqual([]);
  expect((await verifyChain(store, digests, desk.line.community)).problem).toBeNull();
});

test("whoever is erased while the platform acts on them does not come back with what it did", async () => {
  const desk = openDesk();
  const id = "lin-4721";
  desk.join(id, "member");
  await desk.openCase(id, BAD_TEXT);
  await desk.type("mo", "decide 1 uphold delete,timeout scam");
  const { platform } = desk.line;
  const timeout = platform.timeoutMember.bind(platform);
  platform.timeoutMember = async (...args) => {
    await erase(desk, id);
    return timeout(...args);
  };
  await desk.line.work();
  const print = personOf(desk.deps, platform.name, id).slice(0, 32);
  expect(await rowsWith([id, print])).toEqual([]);
  expect(await desk.line.auditTypes()).toContain("action.done");
});
