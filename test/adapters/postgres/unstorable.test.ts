import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { openKysely } from "../../../adapters/postgres/kysely.ts";
import { MIGRATIONS } from "../../../adapters/postgres/migrations/index.ts";
import type { Store } from "../../../src/ports/store.ts";
import {
  DAY,
  decide,
  freshId,
  makeDecision,
  makeRecording,
  NOW,
  record,
  step,
} from "../../conformance/recordings.ts";
import { openMemory, openTestRecords, type TestDatabase } from "./databases.ts";

let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await openMemory();
  ({ store } = await openTestRecords(database));
}, 60_000);
afterAll(() => database.close());

const TEXT = "fix \ud800 this \u0000 now, not \\\\ud800";
const KEPT = "fix \ufffd this \ufffd now, not \\\\ud800";
const asking = [{ kind: "ask-correction", text: TEXT }] as const;
const erased = { type: "person.erased", at: NOW, person: null, payload: {} } as const;

let community: string;
let caseId: string;
let decision: ReturnType<typeof makeDecision>;
beforeEach(async () => {
  [community, caseId] = [freshId("c"), freshId("case")];
  decision = makeDecision({ actions: asking });
  const message = { expiresAt: NOW };
  await record(store, makeRecording({ community, caseId, message }));
});

/** Whatever reads the whole table: erasing, the record of somebody else, and the purge. */
async function readAll(): Promise<void> {
  const asked = { communityId: community, personId: "somebody", fingerprint: "f", at: NOW };
  await store.personRecord(asked);
  expect(await store.erasePerson(community, "author-1", "f", erased)).not.toBeNull();
  await store.purgeExpired(NOW + 400 * DAY);
}

test("a decision with such words stops nobody", async () => {
  await decide(store, caseId, decision);
  expect((await store.findCase(caseId))?.decision?.actions).toEqual([
    { kind: "ask-correction", text: KEPT },
  ]);
  await step(store, caseId, { kind: "close" });
  await readAll();
  expect(await store.findCase(caseId)).toBeNull();
});

test("nor does one that is proposed", async () => {
  const by = decision.moderatorId;
  await step(store, caseId, { kind: "decide", by, decision, needsSecond: true });
  expect((await store.findCase(caseId))?.proposal?.actions).toMatchObject([{ text: KEPT }]);
  await readAll();
  expect((await store.findCase(caseId))?.proposal?.actions).toMatchObject([{ text: "█" }]);
});

test("what a version before wrote is mended, and what it did is known by its decision", async () => {
  const late = makeRecording({ community, caseId, message: { expiresAt: NOW + DAY } });
  await record(store, late);
  await decide(store, caseId, decision);
  const { pool } = database;
  await pool.query("ALTER TABLE effects DROP COLUMN decision_id");
  await pool.query("UPDATE decisions SET actions = $1 WHERE id = $2", [
    JSON.stringify(asking),
    decision.id,
  ]);
  await pool.query("UPDATE messages SET expires_at = $1 WHERE community_id = $2", [NOW, community]);
  await pool.query("UPDATE messages SET expires_at = $1 WHERE key = $2", [
    NOW + DAY,
    late.message.key,
  ]);
  const effect = `${decision.id}-act-0-abc`;
  await pool.query("INSERT INTO effects (id, community_id, noted_at) VALUES ($1, $2, 0)", [
    effect,
    community,
  ]);
  await MIGRATIONS["0014-decision-effects"]?.up(openKysely(pool));
  const found = await store.findCase(caseId);
  expect(found?.decision?.actions).toEqual([{ kind: "ask-correction", text: KEPT }]);
  expect(found?.message.expiresAt).toBe(NOW + DAY);
  await store.purgeExpired(NOW);
  expect(await store.hasEffect(effect)).toBe(true);
  await readAll();
});
