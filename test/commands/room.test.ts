import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { commandsOf } from "../../src/commands/index.ts";
import { DEFAULT_POLICY } from "../../src/engine/policy.ts";
import { type Right, TEAM_ROLES, type TeamRole } from "../../src/engine/roles.ts";
import type { PlatformPort } from "../../src/ports/platform.ts";
import type { PlatformExtras } from "../../src/ports/platform-extras.ts";
import { fail, ok } from "../../src/engine/result.ts";
import { room } from "../../src/pipeline/room.ts";
import { openLines } from "../pipeline/line.ts";
import { Desk } from "./desk.ts";

/** What each command is typed as, and the right of the platform that it takes. */
const LINES: Readonly<Record<string, readonly [line: string, right: Right]>> = {
  slowmode: ["slowmode 30s", "manage-channels"],
  lock: ["lock", "manage-channels"],
  unlock: ["unlock", "manage-channels"],
  calm: ["calm on 2h", "manage-server"],
  nick: ["nick @wei Wei", "manage-names"],
  role: ["role @wei give Guest", "manage-roles"],
  pin: ["pin 1", "pin-messages"],
};
const MAY: readonly TeamRole[] = ["owner", "manager", "moderator"];

jest.setTimeout(30_000);

let lines: Awaited<ReturnType<typeof openLines>>;
let desk: Desk;
let calls: string[];
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());
beforeEach(async () => {
  await lines.clear();
  const line = lines.makeLine();
  calls = [];
  desk = new Desk(line);
});

function does(name: string) {
  return async () => {
    calls.push(name);
    return ok(undefined);
  };
}

/** What the platform can beyond the rest, written down instead of done. */
function extras(): Partial<PlatformExtras> {
  return {
    lock: does("lock"),
    unlock: does("unlock"),
    calm: does("calm"),
    pinAnswer: does("pin"),
    slowDown: async (_, seconds) => {
      calls.push(`slow ${seconds}`);
      return ok(5);
    },
    rename: async (_, name) => {
      calls.push(`name ${name}`);
      return ok("before");
    },
    changeRole: async ({ role, give }) => {
      calls.push(`role ${role} ${give}`);
      return ok({ id: `9${role.length}`, name: role });
    },
  };
}

/** What a moderator's line offers to type next. */
async function back(line: string) {
  return (await desk.type("mo", line)).buttons[0]?.command;
}

/** The platform is one whose commands these are. */
function asDiscord(more: Partial<PlatformExtras> = extras()): void {
  Object.assign(desk.line.platform, { name: "discord", extras: more });
}

/** A case whose decision has published an official answer. */
async function openAnswered(): Promise<void> {
  await desk.openCase();
  await desk.type("mo", "answer 1 uphold we never promise returns");
}

const everybody = Object.entries(LINES).flatMap(([name, [line, right]]) =>
  TEAM_ROLES.map((role) => ({ name, line, right, role })),
);

test.each(everybody)("$name by $role", async ({ line, right, role }) => {
  asDiscord();
  await openAnswered();
  const reply = await desk.type(role, line);
  expect(reply.kind).toBe(MAY.includes(role) ? "done" : "refused");
  expect(calls).toHaveLength(MAY.includes(role) ? 1 : 0);
  if (!MAY.includes(role)) return;
  desk.join(role, role, []);
  const [words] = (await desk.type(role, line)).lines;
  expect(words).toContain("The platform does not let you do this");
  expect((await desk.refusals()).at(-1)).toMatchObject({ refusal: "no-right" });
  expect(calls).toHaveLength(1);
  expect(right).toMatch(/^(?:manage|pin)-/u);
});

test("each is Discord's alone, and named here", () => {
  const own = commandsOf("discord").map(({ name }) => name);
  expect(own).toEqual(expect.arrayContaining(Object.keys(LINES)));
  expect(commandsOf("sandbox").some(({ name }) => name in LINES)).toBe(false);
});

describe("what was done", () => {
  test("is in the record by whom and where, without what anybody is called", async () => {
    asDiscord();
    await desk.type("mo", "slowmode 30s");
    await desk.type("mo", "unlock");
    await desk.type("mo", "nick @wei Wei the Great");
    const events = (await desk.line.audit()).filter(({ type }) => type.startsWith("action."));
    expect(events).toMatchObject([
      { type: "action.done", payload: { action: "slow", channel: "general", seconds: 30 } },
      { type: "action.undone", payload: { action: "lock", channel: "general" } },
      { type: "action.done", payload: { action: "nick" } },
    ]);
    expect(JSON.stringify(events)).not.toMatch(/Great|"mo"|"wei"/u);
  });

  test("is offered to be taken back", async () => {
    asDiscord();
    await openAnswered();
    expect(await back("slowmode 1m")).toBe("slowmode 5s");
    expect(await back("lock")).toBe("unlock");
    expect(await back("calm 2h")).toBe("calm off");
    expect(await back("nick @wei")).toBe("nick <@wei> before");
    expect(await back("role @wei give Tea friend")).toBe("role <@wei> withdraw 910");
    expect(await back("pin 1")).toBe("pin #1 off");
    expect(calls).toEqual(["slow 60", "lock", "calm", "name null", "role Tea friend true", "pin"]);
  });
});

describe("nothing is done", () => {
  test("to somebody of one's own rank or above", async () => {
    asDiscord();
    for (const line of ["nick @manager Boss", "role @moderator give Guest"]) {
      expect((await desk.type("mo", line)).kind).toBe("refused");
    }
    expect(calls).toEqual([]);
  });

  test("in shadow mode, and on a platform that cannot", async () => {
    asDiscord();
    await desk.policy({ ...DEFAULT_POLICY, mode: "shadow" });
    for (const [line] of Object.values(LINES).slice(0, -1)) {
      expect((await desk.type("mo", line)).kind).toBe("bad-input");
    }
    await desk.policy(DEFAULT_POLICY);
    asDiscord({});
    for (const [line] of Object.values(LINES).slice(0, -1)) {
      expect((await desk.type("mo", line)).lines).toEqual(["This platform cannot do that."]);
    }
    expect(calls).toEqual([]);
  });

  test("where the words are none that are accepted", async () => {
    asDiscord();
    const wrong = ["slowmode", "slowmode 7h", "calm on 2d", "role @wei give", "nick"];
    for (const line of wrong) expect((await desk.type("mo", line)).kind).toBe("bad-input");
    expect((await desk.type("mo", `nick @wei ${"x".repeat(33)}`)).kind).toBe("bad-input");
    expect((await desk.type("mo", "lock", { channelId: null })).kind).toBe("bad-input");
    expect(calls).toEqual([]);
  });
});

test("a number in the reason of a ban deletes nothing; days:2 does", async () => {
  await desk.openCase();
  const deleted: unknown[] = [];
  const banMember: PlatformPort["banMember"] = async (...[, , , seconds]) => {
    deleted.push(seconds);
    return ok(undefined);
  };
  Object.assign(desk.line.platform, { banMember });
  await desk.type("mo", 'ban @lin rule:"be kind" for 3 times the same');
  await desk.type("manager", "confirm 2");
  await desk.type("mo", 'ban @wei 1d days:2 rule:"be kind" the same');
  await desk.type("manager", "confirm 3");
  await desk.line.work();
  expect(deleted).toEqual([0, 2 * 86_400]);
});

function later() {
  return fail({ kind: "unavailable", cause: new Error("down") } as const);
}

/** Why each order that was not carried out was not. */
async function refusedBecause(): Promise<readonly unknown[]> {
  const failed = (await desk.line.audit()).filter(({ type }) => type === "action.failed");
  return failed.map(({ payload }) => payload?.["refused"]);
}

describe("an order that has to wait", () => {
  let isDown: boolean;
  beforeEach(() => {
    isDown = true;
    const tries = (name: string) => async () => (isDown ? later() : does(name)());
    asDiscord({
      lock: tries("lock"),
      unlock: tries("unlock"),
      slowDown: async (_, seconds) => {
        if (isDown) return later();
        calls.push(`slow ${seconds}`);
        return ok(0);
      },
    });
  });

  /** Runs what waits, the platform answering again. */
  async function runWaiting(): Promise<void> {
    isDown = false;
    const waiting = (await desk.line.jobs()).filter(({ name }) => name === "room");
    for (const job of waiting) await room(desk.deps, job);
  }

  test("is not carried out after a later one about the same", async () => {
    await desk.type("mo", "lock");
    await desk.type("mo", "slowmode 6h");
    isDown = false;
    await desk.type("manager", "slowmode off");
    await desk.type("mo", "unlock");
    await runWaiting();
    expect(calls).toEqual(["slow 0", "unlock"]);
    expect((await refusedBecause()).slice(-2)).toEqual(["superseded", "superseded"]);
  });

  test("makes way for a later one that waits too, and not for one about something else", async () => {
    await desk.type("mo", "lock");
    await desk.type("mo", "slowmode 1m");
    await desk.type("mo", "slowmode 5m");
    await desk.type("mo", "lock", { channelId: "other" });
    await runWaiting();
    expect(calls.toSorted()).toEqual(["lock", "lock", "slow 300"]);
  });

  test("is not carried out for somebody who moderates no longer, whatever the platform lets them do", async () => {
    await desk.type("mo", "lock");
    desk.join("mo", "analyst");
    await runWaiting();
    expect(calls).toEqual([]);
    expect((await refusedBecause()).at(-1)).toBe("role");
  });
});

test("the platform's own log names who ordered it", async () => {
  const reasons: string[] = [];
  const lock = async (_: unknown, reason: string) => {
    reasons.push(reason);
    return ok(undefined);
  };
  asDiscord({ lock });
  await desk.type("mo", "lock");
  expect(reasons).toEqual(["Candor: /lock by mo"]);
});

test("a channel is locked and opened only by whoever may change the permissions of its roles", async () => {
  asDiscord();
  desk.join("mo", "moderator", ["manage-channels"]);
  for (const line of ["lock", "unlock"]) expect((await desk.type("mo", line)).kind).toBe("refused");
  expect(calls).toEqual([]);
});
