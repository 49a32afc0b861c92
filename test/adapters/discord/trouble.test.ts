import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { checkDiscord } from "../../../adapters/discord/check.ts";
import { DEFAULT_POLICY, type Policy } from "../../../src/engine/policy.ts";
import { type Desk, openCommunity, openDesk, soon } from "./desk.ts";
import { type Ground, openGround } from "../sandbox/sandbox.ts";

let ground: Ground;
let desk: Desk;
beforeAll(async () => {
  ground = await openGround();
}, 60_000);
afterAll(() => ground.close());
let place: Awaited<ReturnType<typeof openCommunity>>;
beforeEach(async () => {
  desk = await openDesk(ground);
  place = await openCommunity(desk);
}, 60_000);
afterEach(() => desk.close());

/** Each opens a case of its own: another author, another text. */
function bad(nth: number): string {
  return `第${nth}期理财，保本保息，稳赚不赔`;
}

async function join() {
  await desk.start();
  await soon(async () => {
    const team = await desk.platform.team(place.guild.id);
    return team.ok && team.value.length > 0;
  });
}

function post(nth: number) {
  const { act, build } = desk.server;
  const author = build.member(place.guild, `member${nth}`);
  return act.post(place.general, author.user.id, bad(nth));
}

/** What was logged with these words in it, once it was. */
function said(words: string): Promise<string> {
  return soon(() => desk.log.lines.find((line) => line.words.includes(words))?.words);
}

async function cases(count: number) {
  const found = await soon(async () => {
    const all = await desk.store.listCases({ limit: 100 });
    return all.length >= count ? all : null;
  });
  return found.map(({ message }) => message.messageId).toSorted();
}

describe("what was said while nobody listened", () => {
  test("comes with the session that goes on", async () => {
    await join();
    const before = post(1);
    await cases(1);
    await desk.restart(() => post(2));
    const [first, second] = await cases(2);
    expect(first).toBe(before.id);
    expect(second).not.toBe(before.id);
    expect(desk.server.gateway.counts).toMatchObject({ identifies: 1, resumes: 1 });
  });

  test("is read in the channel where the session is lost, once", async () => {
    await join();
    post(1);
    await cases(1);
    await desk.restart(() => {
      desk.server.gateway.forgetSessions();
      post(2);
      post(3);
    });
    await cases(3);
    post(4);
    expect(await cases(4)).toHaveLength(4);
    expect(desk.server.gateway.counts.identifies).toBe(2);
  }, 20_000);
});

test("a payload of an unknown shape is an error of its own alone", async () => {
  await join();
  desk.server.gateway.sendEvent("MESSAGE_CREATE", { id: 5, author: null });
  desk.server.gateway.sendEvent("INTERACTION_CREATE", { type: "?" });
  post(1);
  expect(await cases(1)).toHaveLength(1);
});

test("an edit is judged, a preview that Discord adds is not", async () => {
  await join();
  const { act } = desk.server;
  const link = act.post(place.general, place.lin.user.id, "https://example.org/tea");
  act.unfurl(link, [{ type: "link" as never, title: bad(1), url: "https://example.org/tea" }]);
  act.edit(link, bad(2));
  await cases(1);
  const [item] = await desk.store.listCases({ limit: 2 });
  expect(item?.message.revisedAt).not.toBeNull();
});

describe("the owner is told in plain words", () => {
  test("that the token is wrong", async () => {
    desk.server.setToken("another");
    await desk.start();
    expect(await said("does not know the bot token")).toContain("developer portal");
  });

  test("that an intent is missing", async () => {
    desk.server.gateway.privileged.messageContent = false;
    await desk.start();
    expect(await said("Message Content")).toContain("developer portal");
  });
});

function look(token = desk.server.token, policies = new Map<string, Policy>()) {
  return checkDiscord({ token, apiUrl: `${desk.server.url}/api` }, policies);
}

describe("the doctor, without joining", () => {
  test("finds that all is well", async () => {
    expect(await look()).toMatchObject({
      ok: true,
      value: { kind: "ok", servers: [{ name: "Tea friends", troubles: [] }] },
    });
  });

  test("finds what the policy of a server names and is not there", async () => {
    const { act, build } = desk.server;
    const role = build.role(place.guild, "Helpers");
    const platform = {
      moderatorChannel: place.team.id,
      roles: { ...DEFAULT_POLICY.platform.roles, service: [role.id] },
    };
    const policies = new Map([[place.guild.id, { ...DEFAULT_POLICY, platform }]]);
    act.deleteChannel(place.team);
    act.deleteRole(place.guild, role);
    expect(await look(undefined, policies)).toMatchObject({
      value: {
        servers: [
          {
            troubles: [
              { kind: "channel-gone" },
              { kind: "role-gone", role: "service", id: role.id },
            ],
          },
        ],
      },
    });
  });

  test("finds a wrong token, missing intents and missing permissions", async () => {
    const { act, gateway } = desk.server;
    expect(await look("wrong")).toEqual({ ok: false, error: { kind: "bad-token" } });
    act.setBotPermissions(place.guild, (1n << 10n) | (1n << 11n));
    const found = await look();
    expect(found).toMatchObject({ ok: true, value: { kind: "ok" } });
    expect(JSON.stringify(found)).toContain("Ban Members");
    gateway.privileged.messageContent = false;
    expect(await look()).toEqual({
      ok: true,
      value: { kind: "intents", missing: ["Message Content"] },
    });
    expect(gateway.counts.identifies).toBe(0);
  });
});
