import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { verifyChain } from "../../../src/pipeline/audit-report.ts";
import type { Store } from "../../../src/ports/store.ts";
import { freshId, makeRecording, record } from "../../conformance/recordings.ts";
import { openMemory, openTestRecords, type TestDatabase, testParts } from "./databases.ts";

let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await openMemory();
  ({ store } = await openTestRecords(database));
}, 60_000);
afterAll(() => database.close());

/** Records five messages, changes the tables by hand and checks the chain. */
async function tampered(statement: string) {
  const community = freshId("c");
  for (let count = 0; count < 5; count += 1)
    await record(store, makeRecording({ community, person: "p" }));
  await database.pool.query(statement, [community]);
  return (await verifyChain(store, testParts.digests, community)).problem;
}

describe("a chain that somebody changed in the database", () => {
  test.each([
    [
      "an event's time",
      "UPDATE audit_events SET at = at + 1 WHERE community = $1 AND seq = 3",
      { kind: "changed-event", seq: 3 },
    ],
    [
      "an event's type",
      "UPDATE audit_events SET type = 'nonsense' WHERE community = $1 AND seq = 3",
      { kind: "changed-event", seq: 3 },
    ],
    [
      "a payload",
      `UPDATE audit_payloads SET payload = '{"decision":"hold"}' WHERE community = $1 AND seq = 2`,
      { kind: "changed-payload", seq: 2 },
    ],
    [
      "a link",
      "UPDATE audit_events SET previous = repeat('a', 64) WHERE community = $1 AND seq = 4",
      { kind: "broken-link", seq: 4 },
    ],
    [
      "a missing event",
      "DELETE FROM audit_events WHERE community = $1 AND seq = 2",
      { kind: "gap", expectedSeq: 2, seq: 3 },
    ],
    [
      "a missing end",
      "DELETE FROM audit_events WHERE community = $1 AND seq > 3",
      { kind: "missing-tail", expectedSeq: 5, seq: 3 },
    ],
  ])("is found out: %s", async (_, statement, problem) => {
    expect(await tampered(statement)).toEqual(problem);
  });

  test("and one that nobody changed is whole", async () => {
    expect(await tampered("SELECT 1 WHERE $1 <> ''")).toBeNull();
  });
});
