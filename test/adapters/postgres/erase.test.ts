import { describe, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import {
  decide,
  freshId,
  makeDecision,
  makeRecording,
  NOW,
  record,
} from "../../conformance/recordings.ts";
import { openServer, openTestRecords } from "./databases.ts";

const url = process.env["DATABASE_URL"];
const ERASED = { type: "person.erased", at: NOW, person: null, payload: {} } as const;

/** An embedded database has one session: there nothing meets. */
const onServer = url === undefined ? describe.skip : describe;

onServer("erasing beside the purge", () => {
  test("waits for a message that is being deleted before it holds anything that hangs on it", async () => {
    const database = await openServer(url ?? "");
    try {
      const { store } = await openTestRecords(database);
      const community = freshId("c");
      const caseId = freshId("case");
      await record(store, makeRecording({ community, caseId }));
      const note = { id: freshId("note"), caseId, by: "mod-1", audience: "team", at: NOW } as const;
      await decide(store, caseId, makeDecision(), { note: { ...note, text: "words" } });
      const purge = await database.pool.connect();
      await purge.query("BEGIN");
      await purge.query("SELECT key FROM messages FOR UPDATE");
      const erased = ["author-1", "mod-1"].map((person) =>
        store.erasePerson(community, person, `print-${person}`, ERASED),
      );
      await untilBlocked(database.pool);
      // What a deletion goes on to: each would wait for ever if the erasure held it.
      for (const table of ["case_notes", "decisions", "cases"]) {
        await purge.query(`SELECT * FROM ${table} FOR UPDATE NOWAIT`);
      }
      await purge.query("DELETE FROM messages");
      await purge.query("COMMIT");
      purge.release();
      await Promise.all(erased);
      expect(await store.findCase(caseId)).toBeNull();
    } finally {
      await database.close();
    }
  }, 60_000);
});

async function untilBlocked(pool: { query(text: string): Promise<{ rows: unknown[] }> }) {
  const waiting = `SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await pool.query(waiting)).rows.length === 0) await sleep(5);
}
