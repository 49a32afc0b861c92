import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { addRotaEntries } from "../../conformance/recordings.ts";
import { fail } from "../../../src/engine/result.ts";
import { CHANNEL } from "../../../src/ports/attempts.ts";
import { sweepOverdue } from "../../../src/pipeline/escalation/index.ts";
import { noteCase } from "../../../src/pipeline/work-case.ts";
import { type Desk, HOUR, MINUTE, MONDAY, openDesks, run } from "./desk.ts";
import { mortal } from "./mortal.ts";

let desks: Awaited<ReturnType<typeof openDesks>>;
beforeAll(async () => {
  desks = await openDesks();
}, 120_000);
afterAll(() => desks.close());

const TEAM = [
  { id: "mod", role: "moderator", email: "mod@club.example" },
  { id: "boss", role: "manager", language: "zh-TW", timeZone: "Asia/Taipei" },
];
const S1_LADDER = {
  rungs: [
    { afterMinutes: 0, who: ["role:moderator"], repeat: { everyMinutes: 5, times: 1 } },
    { afterMinutes: 15, who: ["role:manager"] },
  ],
};
const policyWith = (escalation: object, more: object = {}) => ({
  team: TEAM,
  escalation: { ladders: [S1_LADDER], ...escalation },
  ...more,
});

const rung = (afterMinutes: number, who: string) => ({ afterMinutes, who: [who] });
const ladder = (rungs: readonly object[]) =>
  policyWith({ ladders: [{ rungs }] }, { team: [...TEAM, { id: "ceo", role: "owner" }] });

async function deskWith(policy: object = policyWith({})): Promise<Desk> {
  const desk = await desks.makeDesk();
  await desk.open(policy);
  return desk;
}

describe("a ladder", () => {
  test("shows the case anew after each step: it says when the next is due", async () => {
    const desk = await deskWith();
    await desk.openCase();
    const shows = () => desk.jobs.all().filter(({ job }) => job.name === "show").length;
    const before = shows();
    await desk.pass(5 * MINUTE);
    expect(shows()).toBe(before + 1);
  });

  test("is climbed step by step while nobody acknowledges", async () => {
    const desk = await deskWith();
    await desk.openCase();
    expect(desk.titles("mod")).toEqual(["#1 S1 leak + claim — please look at it"]);
    expect(desk.titles()).toHaveLength(1);
    await desk.pass(5 * MINUTE);
    expect(desk.titles("mod")).toHaveLength(2);
    expect(desk.titles()).toHaveLength(1);
    expect(desk.titles("boss")).toEqual([]);
    await desk.pass(10 * MINUTE);
    expect(desk.titles("boss")).toEqual(["#1 S1 資訊外洩 + 不實承諾 — 請處理"]);
    await desk.pass(59 * MINUTE);
    expect(desk.titles("mod")).toHaveLength(2);
    expect(await desk.events("case.escalated")).toHaveLength(3);
    const told = await desk.events("people.told");
    expect(told).toHaveLength(3);
    expect(told[0]).toMatchObject({
      round: 1,
      step: 0,
      unreachable: [],
      ways: ["announce", "direct"],
    });
  });

  test("begins again an hour after the last rung of an S1, as long as nobody has seen it", async () => {
    const desk = await deskWith();
    const { id } = await desk.openCase();
    await desk.pass(HOUR + 15 * MINUTE - 1);
    expect(desk.titles("mod")).toHaveLength(2);
    await desk.pass(1);
    expect(desk.titles("mod")).toHaveLength(3);
    await desk.pass(24 * HOUR);
    const told = desk.titles("boss").length;
    expect(told).toBeGreaterThan(18);
    await desk.step(id, { kind: "acknowledge", by: "mod" });
    await desk.pass(20 * MINUTE);
    expect(desk.titles("boss")).toHaveLength(told);
  });

  test("begins again a day after the last rung of anything milder", async () => {
    const desk = await deskWith();
    await desk.openCase({ severity: "S3" });
    await desk.pass(24 * HOUR + 15 * MINUTE - 1);
    expect(desk.titles("mod")).toHaveLength(2);
    await desk.pass(1);
    expect(desk.titles("mod")).toHaveLength(3);
  });

  test("of a policy that was edited goes on after the step that was taken last", async () => {
    const before = [
      { ...rung(0, "role:moderator"), repeat: { everyMinutes: 5, times: 3 } },
      rung(30, "role:manager"),
    ];
    for (const [rungs, boss, ceo] of [
      // Fewer steps than were taken; the next rung sooner, later, and gone.
      [[rung(0, "role:moderator"), rung(30, "role:manager"), rung(60, "role:owner")], 30, 60],
      [[rung(0, "role:moderator"), rung(20, "role:manager"), rung(60, "role:owner")], 30, 60],
      [[rung(0, "role:moderator"), rung(45, "role:manager"), rung(60, "role:owner")], 45, 60],
      [[rung(0, "role:moderator"), rung(25, "role:owner")], null, 30],
    ] as const) {
      const desk = await deskWith(ladder(before));
      await desk.openCase();
      await desk.pass(16 * MINUTE);
      await desk.usePolicy(ladder(rungs));
      await desk.pass(50 * MINUTE);
      const firstTo = async (who: string) => {
        const page = (await desk.attempts()).find(({ personId }) => personId === who);
        return page ? (page.requestedAt - MONDAY) / MINUTE : null;
      };
      expect([await firstTo("boss"), await firstTo("ceo")]).toEqual([boss, ceo]);
    }
  });

  test("says what, how grave, who, the words and since when, in the reader's time", async () => {
    const desk = await deskWith();
    await desk.openCase();
    await desk.pass(15 * MINUTE);
    const [notice] = desk.platform.inbox(desk.community, "boss");
    expect(notice?.lines).toEqual([
      "資訊外洩 + 不實承諾（等級 S1，成員發言；規則偵測）",
      "A list of people's telephone numbers",
      "「see ███████████ for the list」",
      "訊息已隱藏，等待處置決定。",
      "自 2026年3月2日 18:00 GMT+8 起等待處理。",
      "第 2 級通知，共 2 級。",
    ]);
    expect(notice?.buttons.map(({ command }) => command)).toEqual(["ack #1", "take #1", "case #1"]);
  });

  test("stops when somebody acknowledges, and when it is decided", async () => {
    const desk = await deskWith();
    const seen = await desk.openCase();
    const done = await desk.openCase();
    await desk.step(seen.id, { kind: "acknowledge", by: "mod" });
    await desk.decide(done.id);
    await desk.pass(20 * MINUTE);
    expect(desk.titles("mod")).toHaveLength(2);
    expect(desk.titles("boss")).toEqual([]);
  });

  test("leaves out who proposed the decision that waits for a second", async () => {
    const who = { rungs: [{ afterMinutes: 0, who: ["everyone"] }] };
    const desk = await deskWith(policyWith({ ladders: [who] }));
    const { id } = await desk.openCase();
    const decision = {
      id: "d-proposed",
      outcome: "uphold",
      rule: "rule",
      reason: "a list",
      actions: [],
      moderatorId: "mod",
      decidedAt: MONDAY,
      confirmedBy: null,
      strikePoints: 0,
    } as const;
    await desk.step(id, { kind: "decide", by: "mod", decision, needsSecond: true });
    expect(desk.titles("mod")).toHaveLength(1);
    expect(desk.titles("boss").at(-1)).toContain("待第二位管理員確認");
  });

  test("rests in shadow mode and goes on afterwards", async () => {
    const desk = await deskWith();
    await desk.usePolicy(policyWith({}, { mode: "shadow" }));
    await desk.openCase();
    await desk.pass(HOUR);
    expect(await desk.attempts()).toEqual([]);
    await desk.usePolicy(policyWith({}));
    await desk.pass(15 * MINUTE);
    expect(desk.titles("mod")).toHaveLength(1);
  });

  test("knows the policy's team where the platform does not answer", async () => {
    const desk = await deskWith();
    desk.platform.team = async () => fail({ kind: "unavailable", cause: null });
    await desk.openCase();
    expect(desk.titles("mod")).toHaveLength(1);
  });
});

describe("whoever must not look at it", () => {
  const RUNGS = [
    { afterMinutes: 0, who: ["role:moderator"] },
    { afterMinutes: 240, who: ["role:manager"] },
  ];

  test("the author of a case: the next rung is due at once, the author is told nothing", async () => {
    const desk = await deskWith(policyWith({ ladders: [{ rungs: RUNGS }] }));
    await desk.openCase({ authorId: "mod" });
    expect(desk.titles("mod")).toEqual([]);
    expect(desk.titles("boss")).toHaveLength(1);
  });

  test("where no rung has anybody else, the channel is told, whatever the rung says of it", async () => {
    const rungs = RUNGS.map((each) => ({ ...each, who: ["role:moderator"], channel: false }));
    const desk = await deskWith(policyWith({ ladders: [{ rungs }] }));
    await desk.openCase({ authorId: "mod" });
    expect(desk.titles("mod")).toEqual([]);
    expect(desk.titles()).toEqual(["#1 S1 leak + claim — please look at it"]);
  });
});

describe("somebody who cannot be reached", () => {
  test("is told by the next way", async () => {
    const desk = await deskWith();
    desk.platform.unreachable.add("mod");
    await desk.openCase();
    expect(desk.letters("mod@club.example")).toHaveLength(1);
    const page = (await desk.attempts()).find(({ personId }) => personId === "mod");
    expect(page).toMatchObject({
      outcome: "delivered",
      way: "email",
      refused: ["direct: unreachable"],
    });
  });

  test("makes the next rung due at once, and the channel says so", async () => {
    const desk = await deskWith();
    desk.platform.unreachable.add("mod");
    desk.email.fault = { kind: "unreachable" };
    await desk.openCase();
    expect(desk.titles("boss")).toHaveLength(1);
    expect(desk.titles()).toContain("#1 S1 leak + claim — cannot reach 1 person");
    await desk.pass(HOUR);
    // The repetition of the rung that reached nobody is left out.
    expect((await desk.events("case.escalated")).map((payload) => payload?.["rung"])).toEqual([
      1, 2,
    ]);
    expect(desk.titles("boss")).toHaveLength(1);
  });

  test("is tried again where the platform is only busy; the others are told once", async () => {
    const desk = await deskWith(
      policyWith({ ladders: [{ rungs: [{ afterMinutes: 0, who: ["everyone"] }] }] }),
    );
    const direct = desk.platform.direct.bind(desk.platform);
    let busy = 3;
    const calls: string[] = [];
    desk.platform.direct = async (target, notice) => {
      calls.push(target.memberId);
      if (target.memberId !== "boss") return direct(target, notice);
      busy -= 1;
      return busy > 0 ? fail({ kind: "throttled", retryAfterMs: 1000 }) : direct(target, notice);
    };
    await desk.openCase();
    expect(desk.titles("boss")).toEqual([]);
    await desk.pass(MINUTE);
    expect(desk.titles("boss")).toHaveLength(1);
    expect(calls.filter((id) => id === "mod")).toHaveLength(1);
    const outcomes = (await desk.attempts()).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(["delivered", "delivered", "delivered"]);
  });

  test("is not told of a case that was decided meanwhile", async () => {
    const desk = await deskWith();
    desk.email.fault = { kind: "unavailable", cause: null };
    desk.platform.unreachable.add("mod");
    const { id } = await desk.openCase();
    await desk.decide(id);
    desk.platform.unreachable.delete("mod");
    await desk.pass(HOUR);
    expect(desk.titles("mod")).toEqual([]);
    const page = (await desk.attempts()).find(({ personId }) => personId === "mod");
    expect(page?.outcome).toBe("dropped");
  });
});

describe("nobody on call", () => {
  const shift = { days: ["mon", "tue"], from: "12:00", to: "20:00", people: ["mod"] };
  const waiting = (rungs: readonly object[]) =>
    policyWith({ ladders: [{ rungs }] }, { rotas: { desk: { shifts: [shift] } } });

  test("the last rung waits until somebody is, and says so once", async () => {
    const desk = await deskWith(waiting([{ afterMinutes: 0, who: ["on-call:desk"] }]));
    await desk.openCase();
    expect(desk.titles()).toEqual(["#1 S1 leak + claim — nobody is on call"]);
    await desk.pass(2 * HOUR - 1);
    const [item] = await desk.deps.store.listCases({ communityId: desk.community, limit: 1 });
    expect(item?.ladder).toMatchObject({ step: 0, waiting: true });
    expect(desk.titles("mod")).toEqual([]);
    await desk.pass(1);
    expect(desk.titles("mod")).toHaveLength(1);
    expect(await desk.events("case.waiting")).toHaveLength(1);
  });

  test("the next rung is taken at its own time", async () => {
    const desk = await deskWith(
      waiting([
        { afterMinutes: 0, who: ["on-call:desk"] },
        { afterMinutes: 20, who: ["role:manager"] },
      ]),
    );
    await desk.openCase();
    await desk.pass(20 * MINUTE - 1);
    expect(desk.titles("boss")).toEqual([]);
    await desk.pass(1);
    expect(desk.titles("boss")).toHaveLength(1);
  });

  test("an override brings somebody on call at once", async () => {
    const desk = await deskWith(waiting([{ afterMinutes: 0, who: ["on-call:desk"] }]));
    const entry = { from: MONDAY, to: MONDAY + HOUR, personId: "boss", replaces: null };
    const event = { type: "rota.changed", at: MONDAY, person: null, payload: {} } as const;
    const entries = [{ ...entry, kind: "override" }] as const;
    await addRotaEntries(desk.deps.store, desk.community, "desk", entries, event);
    await desk.openCase();
    expect(desk.titles("boss")).toHaveLength(1);
  });
});

describe("whatever happens to the process", () => {
  test("killed at every call in turn, each person is told once and each step is taken once", async () => {
    for (let atCall = 1; atCall <= 12; atCall += 1) {
      for (const after of [false, true]) {
        const desk = await desks.makeDesk();
        let lives = 0;
        let sent = 0;
        const die = () => {
          sent = desk.platform.sends.length;
          desk.jobs.kill();
        };
        await desk.open(policyWith({}), (deps, job) => {
          lives += 1;
          return run(lives > 1 ? deps : mortal(deps, { atCall, after }, die), job);
        });
        await desk.openCase();
        // Whoever died had claimed what it was sending.
        await desk.pass(4 * MINUTE);
        // Only what it had sent and could not note any more is sent again.
        expect(desk.sentTwice().length).toBeLessThanOrEqual(sent);
        expect([atCall, after, desk.titles("mod").length, desk.titles().length]).toEqual([
          atCall,
          after,
          1,
          1,
        ]);
        expect(await desk.events("case.escalated")).toHaveLength(1);
        const left = (await desk.attempts()).filter(({ outcome }) => outcome !== "delivered");
        expect(left).toEqual([]);
      }
    }
  });

  test("a timer that fires early waits for its time", async () => {
    const desk = await deskWith();
    await desk.openCase();
    await desk.pass(2 * MINUTE);
    const [early] = desk.jobs.all().filter(({ job }) => job.id.endsWith("-climb-1-1"));
    if (early) await run(desk.deps, early.job);
    expect(desk.titles("mod")).toHaveLength(1);
    await desk.pass(3 * MINUTE);
    expect(desk.titles("mod")).toHaveLength(2);
    expect(await desk.events("case.escalated")).toHaveLength(2);
  });

  test("a clock that is set back by hours keeps nobody waiting for them", async () => {
    const desk = await deskWith();
    await desk.openCase();
    desk.clock.at -= 3 * HOUR;
    const [fired] = desk.jobs.all().filter(({ job }) => job.id.endsWith("-climb-1-1"));
    // The queue has counted the five minutes by a clock of its own.
    if (fired) await run(desk.deps, fired.job);
    expect(desk.titles("mod")).toHaveLength(2);
    await desk.pass(10 * MINUTE);
    expect(desk.titles("boss")).toHaveLength(1);
  });

  test("where the queue waits by the clock that was set back, the sweep does not", async () => {
    const desk = await deskWith();
    await desk.openCase();
    desk.clock.at -= 3 * HOUR;
    await sweepOverdue(desk.deps);
    await desk.pass(5 * MINUTE - 1);
    expect(desk.titles("mod")).toHaveLength(1);
    await desk.pass(1);
    expect(desk.titles("mod")).toHaveLength(2);
    await desk.pass(10 * MINUTE);
    expect(desk.titles("boss")).toHaveLength(1);
    expect(await sweepOverdue(desk.deps)).toBe(0);
  });

  test("what a queue has lost is written again", async () => {
    const desk = await deskWith();
    await desk.openCase();
    desk.jobs.loseAll();
    await desk.pass(20 * MINUTE);
    expect(desk.titles("mod")).toHaveLength(1);
    expect(await sweepOverdue(desk.deps)).toBeGreaterThan(0);
    await desk.pass(0);
    expect(desk.titles("mod")).toHaveLength(2);
    expect(desk.titles("boss")).toHaveLength(1);
    expect(await sweepOverdue(desk.deps)).toBe(0);
  });
});

test("a note for the author reaches them without the case's words", async () => {
  const desk = await deskWith();
  desk.platform.addMember(desk.community, { id: "author" });
  const { id } = await desk.openCase();
  await noteCase(desk.deps, {
    caseId: id,
    by: "mod",
    audience: "author",
    text: "Please mind rule 3.",
  });
  await desk.pass(0);
  expect(desk.platform.inbox(desk.community, "author")).toMatchObject([
    { title: "#1 — a note from the team", lines: ["Please mind rule 3."], buttons: [] },
  ]);
  expect(desk.titles(CHANNEL)).toHaveLength(1);
});
