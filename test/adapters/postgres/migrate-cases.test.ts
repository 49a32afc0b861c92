import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Kysely } from "kysely";
import { migrate } from "../../../adapters/postgres/migrate.ts";
import { MIGRATIONS } from "../../../adapters/postgres/migrations/index.ts";
import { openKysely } from "../../../adapters/postgres/kysely.ts";
import type { Pool } from "../../../adapters/postgres/pool.ts";
import type { Tables } from "../../../adapters/postgres/tables.ts";
import { priorityOf } from "../../../src/engine/case/case.ts";
import {
  changeCase,
  CLEAN,
  DAY,
  decide,
  HELD,
  makeDecision,
  makeRecording,
  NOW,
  record,
} from "../../conformance/recordings.ts";
import { openMemory, openServer, openTestRecords, type TestDatabase } from "./databases.ts";

const BEFORE_CASES = ["0001-records", "0002-audit", "0003-outbox"];
const serverUrl = process.env["DATABASE_URL"];
const kinds: [string, () => Promise<TestDatabase>][] = [["PGlite", openMemory]];
if (serverUrl !== undefined) kinds.push(["PostgreSQL", () => openServer(serverUrl)]);

/** Written as the versions before 0004 did, for their tables are in no type any more. */
async function writeOldRecords(pool: Pool): Promise<void> {
  await pool.query(
    "INSERT INTO communities (id, platform, name, messages, cases) VALUES ('c', 'sandbox', NULL, 5, 4)",
  );
  await pool.query(
    `INSERT INTO standing (community_id, author_id, messages, flagged, upheld, dismissed, first_seen_at, last_seen_at)
      VALUES ('c', 'author-1', 4, 4, 1, 1, $1, $1)`,
    [NOW],
  );
  const cases = [
    { id: "open", state: "open", rung: 2, severity: "S2", role: "staff", shadow: false, at: 1 },
    {
      id: "upheld",
      state: "decided",
      rung: 0,
      severity: "S1",
      role: "member",
      shadow: false,
      at: 2,
    },
    {
      id: "dismissed",
      state: "decided",
      rung: 1,
      severity: "S4",
      role: "bot",
      shadow: false,
      at: 3,
    },
    { id: "shadow", state: "open", rung: 0, severity: null, role: "member", shadow: true, at: 4 },
  ];
  for (const [nth, { id, state, rung, severity, role, shadow, at }] of cases.entries()) {
    const decidedAt = state === "decided" ? NOW + at + 10 : null;
    await writeOldMessage(pool, id, role, NOW + at, id);
    await pool.query(
      `INSERT INTO cases (id, community_id, number, message_key, state, severity, families, shadow, held, rung, opened_at, decided_at)
        VALUES ($1, 'c', $2, $3, $4, $5, '{leak}', $6, true, $7, $8, $9)`,
      [id, nth + 1, `key-${id}`, state, severity, shadow, rung, NOW + at, decidedAt],
    );
    if (decidedAt === null) continue;
    await pool.query(
      `INSERT INTO decisions (id, case_id, outcome, reason, moderator_id, decided_at)
        VALUES ($1, $2, $3, 'as it was', 'mod-1', $4)`,
      [`of-${id}`, id, id === "upheld" ? "uphold" : "dismiss", decidedAt],
    );
  }
  await writeOldMessage(pool, "joined", "member", NOW + 7, "open");
  await writeOldMessage(pool, "clean", "member", NOW + 8, null);
}

async function writeOldMessage(
  pool: Pool,
  name: string,
  role: string,
  receivedAt: number,
  caseId: string | null,
): Promise<void> {
  await pool.query(
    `INSERT INTO messages (key, platform, community_id, channel_id, message_id, author_id, author_role,
        evidence, text_fingerprint, sent_at, received_at, expires_at)
      VALUES ($1, 'sandbox', 'c', 'general', $1, 'author-1', $2, $3, $1, $4, $4, $5)`,
    [`key-${name}`, role, caseId && "see ███", receivedAt, NOW + 30 * DAY],
  );
  await pool.query(
    "INSERT INTO verdicts (message_key, verdict, rules_version, mode, case_id) VALUES ($1, $2, '1', 'live', $3)",
    [`key-${name}`, JSON.stringify(caseId === null ? CLEAN : HELD), caseId],
  );
}

describe.each(kinds)("records of before on %s", (_, open) => {
  let database: TestDatabase;
  let db: Kysely<Tables>;
  beforeAll(async () => {
    database = await open();
    db = openKysely(database.pool);
  }, 60_000);
  afterAll(() => database.close());

  const migrateTo = (version: string) => {
    const steps = Object.entries(MIGRATIONS).filter(([name]) => name <= version);
    return migrate(db, Object.fromEntries(steps));
  };

  const writtenAt = async (version: string) => {
    await database.pool.query("DROP SCHEMA candor CASCADE; CREATE SCHEMA candor");
    await migrateTo(version);
    await writeOldRecords(database.pool);
  };

  /** A database that stood at one of the earlier versions, brought up to date. */
  const migrated = async (version: string) => {
    await writtenAt(version);
    return (await openTestRecords(database)).store;
  };

  test("with a ladder that has ended while nobody had seen its case begin the next round", async () => {
    await writtenAt("0003-outbox");
    await migrateTo("0006-strikes");
    await database.pool.query("UPDATE cases SET ladder_next_at = NULL");
    const { store } = await openTestRecords(database);
    const ladderOf = async (id: string) => (await store.findCase(id))?.ladder;
    const resting = { nextAt: expect.any(Number), plannedMs: null };
    expect(await ladderOf("open")).toMatchObject(resting);
    for (const id of ["shadow", "upheld"])
      expect(await ladderOf(id)).toMatchObject({ nextAt: null });
  });

  test.each(BEFORE_CASES)("are carried over from %s", async (version) => {
    const store = await migrated(version);
    expect(await store.findCase("open")).toMatchObject({
      platform: "sandbox",
      communityId: "c",
      number: 1,
      source: "rule",
      messageKey: "key-open",
      authorId: "author-1",
      speaker: "staff",
      state: "open",
      severity: "S2",
      families: ["leak"],
      shadow: false,
      held: true,
      messages: 2,
      reports: 0,
      reach: null,
      assignment: null,
      onHoldUntil: null,
      proposal: null,
      decision: null,
      ladder: {
        round: 1,
        startedAt: NOW + 1,
        step: 2,
        nextAt: NOW + 1,
        acknowledged: null,
        waiting: false,
      },
      openedAt: NOW + 1,
      lastSeenAt: NOW + 7,
      decidedAt: null,
      closedAt: null,
      message: { key: "key-open", evidence: "see ███", contextUntil: null },
      verdict: HELD,
    });
    expect(await store.findCase("upheld")).toMatchObject({
      state: "decided",
      messages: 1,
      ladder: { step: 0, nextAt: null },
      decidedAt: NOW + 12,
      decision: {
        id: "of-upheld",
        outcome: "uphold",
        rule: "",
        reason: "as it was",
        actions: [],
        moderatorId: "mod-1",
        decidedAt: NOW + 12,
        confirmedBy: null,
        strikePoints: 0,
      },
    });
    const kept = await store.caseMessages("open", 9);
    expect(kept.map(({ message, held }) => [message.key, held])).toEqual([
      ["key-open", true],
      ["key-joined", false],
    ]);
    expect((await store.findJudged("key-joined"))?.case?.id).toBe("open");
    expect((await store.findJudged("key-clean"))?.case).toBeNull();
    expect((await store.overdueCases(NOW + DAY, 9)).map(({ id }) => id)).toEqual(["open"]);
    // Nothing was planned for them then: the sweep closes what was decided before.
    const before = NOW + DAY;
    const late = { communityId: "c", appealedBefore: 0, aheadOf: NOW + 2 * DAY, limit: 9 };
    const timers = await store.lateTimers({ ...late, kind: "close", before });
    expect(timers.map(({ caseId }) => caseId)).toContain("upheld");
    const listed = await store.listCases({ communityId: "c", limit: 9 });
    expect(listed.map(({ id }) => id)).toEqual(["open", "shadow", "dismissed", "upheld"]);
    const stored = await db.selectFrom("cases").select(["id", "priority"]).execute();
    for (const item of listed) {
      const priority = stored.find(({ id }) => id === item.id)?.priority;
      expect(priority).toBeCloseTo(priorityOf(item), 6);
    }
  });

  test("go on: a case of before is decided, one is undone, and another is opened", async () => {
    const store = await migrated("0003-outbox");
    await decide(store, "open");
    await changeCase(store, "upheld", { at: NOW + 20 }, (current) => ({
      ok: true,
      value: {
        case: { ...current, state: "reopened", decision: null, decidedAt: null },
        events: [],
        jobs: [],
        undone: { decisionId: "of-upheld", by: "mod-2", at: NOW + 20 },
      },
    }));
    await decide(store, "upheld", makeDecision({ outcome: "dismiss" }));
    expect(await store.standing("c", "author-1", NOW)).toMatchObject({ upheld: 1, dismissed: 2 });
    const next = await record(store, makeRecording({ community: "c", caseId: "new" }));
    expect(next.case?.number).toBe(5);
  });
});
