import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from "@jest/globals";
import { openKysely } from "../../../adapters/postgres/kysely.ts";
import { makePlatformMemory } from "../../../adapters/postgres/platform-memory.ts";
import { bits } from "../../support/discord/permissions.ts";
import { type Desk, openCommunity, openDesk, soon } from "./desk.ts";
import { type Ground, openGround } from "../sandbox/sandbox.ts";

// Each is a server of its own over a real database, on a machine that may be busy.
jest.setTimeout(30_000);

let ground: Ground;
let desk: Desk;
beforeAll(async () => {
  ground = await openGround();
}, 60_000);
afterAll(() => ground.close());
beforeEach(async () => {
  desk = await openDesk(ground);
}, 60_000);
afterEach(() => desk.close());

type Place = Awaited<ReturnType<typeof openCommunity>>;

/** What the owner was told so far, each message as one text. */
function told(guild: Place["guild"]): readonly string[] {
  return desk.server.look.dms(guild.ownerId).map(({ embeds }) => textOf(embeds));
}

function shown(channelId: string): readonly string[] {
  return desk.server.look.fromBot(channelId).map(({ embeds }) => textOf(embeds));
}

function textOf(embeds: readonly { title?: string; description?: string }[]): string {
  return embeds
    .map(({ title, description }) => `${title ?? ""}\n${description ?? ""}`)
    .join("")
    .replaceAll("\\", "");
}

/** The troubles that are remembered as told, once they are these. */
function remembered(place: Pick<Place, "guild">, troubles: readonly string[]) {
  const memory = makePlatformMemory(openKysely(ground.pool), "discord");
  return soon(async () => {
    const kept = await memory.recall(`troubles/${place.guild.id}`);
    return (kept ?? "[]") === JSON.stringify(troubles);
  });
}

async function joined(place: Pick<Place, "guild">) {
  await soon(async () => {
    const team = await desk.platform.team(place.guild.id);
    return team.ok && team.value.length > 0;
  });
  const memory = makePlatformMemory(openKysely(ground.pool), "discord");
  await soon(async () => (await memory.recall(`server/${place.guild.id}`)) === "here");
}

describe("a trouble is told once, and again when it comes back", () => {
  let place: Place;
  beforeEach(async () => {
    place = await openCommunity(desk);
    await desk.start();
    await joined(place);
  });

  test("a missing permission by its name, to the owner and the moderators, across a restart", async () => {
    const { act } = desk.server;
    const before = [...place.guild.roles.values()].find(({ tags }) => tags?.bot_id);
    const held = BigInt(before?.permissions ?? 0);
    act.setBotPermissions(place.guild, held & ~bits("banMembers"));
    await remembered(place, ["permission/Ban Members"]);
    expect(told(place.guild)).toHaveLength(1);
    expect(told(place.guild)[0]).toMatch(/Ban Members[^]*Server Settings, Roles/u);
    expect(shown(place.team.id)).toEqual(told(place.guild));

    await desk.restart(() => undefined);
    act.renameGuild(place.guild, "Tea lovers");
    await joined(place);
    expect(told(place.guild)).toHaveLength(1);

    act.setBotPermissions(place.guild, held);
    await remembered(place, []);
    act.setBotPermissions(place.guild, held & ~bits("banMembers"));
    await remembered(place, ["permission/Ban Members"]);
    expect(told(place.guild)).toHaveLength(2);
    expect(desk.server.refusals).toEqual([]);
  });

  test("a moderators' channel that was deleted, in the channel where Discord greets people", async () => {
    place.guild.systemChannelId = place.general.id;
    desk.server.act.renameGuild(place.guild, "Tea lovers");
    desk.server.act.deleteChannel(place.team);
    await remembered(place, ["channel-gone"]);
    expect(told(place.guild)).toHaveLength(1);
    expect(shown(place.general.id)[0]).toMatch(/channel was deleted[^]*\/setup/u);
  });

  test("a permission that is missing in the moderators' channel alone", async () => {
    const { build, botId } = desk.server;
    build.overwrite(place.team, botId, { deny: bits("embedLinks") });
    await remembered(place, ["permission/Embed Links/in-channel"]);
    expect(told(place.guild)[0]).toMatch(/In #moderators[^]*Embed Links/u);
  });

  test("an outage to the owner alone, and the other troubles outlast it", async () => {
    const { act } = desk.server;
    act.deleteChannel(place.team);
    await remembered(place, ["channel-gone"]);
    act.outage(place.guild, true);
    await remembered(place, ["channel-gone", "outage"]);
    expect(told(place.guild).at(-1)).toContain("goes on by itself");
    act.outage(place.guild, false);
    await remembered(place, ["channel-gone"]);
    expect(told(place.guild)).toHaveLength(2);
  });

  test("messages without words, until one comes with some", async () => {
    const { act, build } = desk.server;
    for (let nth = 0; nth < 10; nth += 1) {
      act.post(place.general, build.member(place.guild).user.id, { content: "", force: true });
    }
    await remembered(place, ["no-words"]);
    expect(told(place.guild)[0]).toContain("Message Content Intent");
    await desk.restart(() => undefined);
    act.renameGuild(place.guild, "Tea lovers");
    await joined(place);
    expect(told(place.guild)).toHaveLength(1);
    act.post(place.general, place.lin.user.id, "words again");
    await remembered(place, []);
  });

  test("an owner who takes no direct messages reads it in the channel", async () => {
    const { act } = desk.server;
    act.closeDms(place.guild.ownerId);
    act.deleteRole(place.guild, [...place.guild.roles.values()].at(-1) as never);
    act.setBotPermissions(place.guild, 0n | bits("viewChannel", "sendMessages", "embedLinks"));
    await soon(() => shown(place.team.id).some((each) => each.includes("Manage Messages")));
    expect(told(place.guild)).toEqual([]);
  });
});

test("a role of the policy that is renamed is the same, one that is deleted is told", async () => {
  const { build, act } = desk.server;
  const place = await openCommunity(desk);
  const helpers = build.role(place.guild, "Helpers");
  await desk.setPolicy(place.guild.id, {
    platform: {
      moderatorChannel: place.team.id,
      roles: { ...EMPTY_ROLES, service: [helpers.id] },
    },
  });
  await desk.start();
  await joined(place);
  act.changeRole(place.guild, helpers, { name: "Friends" });
  await remembered(place, []);
  act.deleteRole(place.guild, helpers);
  await remembered(place, [`role-gone/service/${helpers.id}`]);
  expect(told(place.guild)).toHaveLength(1);
  expect(told(place.guild)[0]).toMatch(/service was deleted[^]*\/setup/u);
});

const EMPTY_ROLES = {
  manager: [],
  moderator: [],
  service: [],
  analyst: [],
  staff: [],
  affiliate: [],
};

test("intents that are refused are told to every owner, once", async () => {
  const place = await openCommunity(desk);
  desk.server.gateway.privileged.messageContent = false;
  await desk.start();
  await remembered(place, ["intents"]);
  expect(told(place.guild)).toHaveLength(1);
  expect(told(place.guild)[0]).toContain("Message Content Intent");
  const refused = desk.log.lines.filter(({ words }) => words.includes("does not grant"));
  expect(refused).toHaveLength(1);
  expect(desk.server.gateway.counts.identifies).toBe(1);
});

describe("a server that Candor is new on", () => {
  test("is in shadow mode from its first message, and its owner is greeted once", async () => {
    const { build, act } = desk.server;
    const guild = build.guild({ name: "Tea friends", locale: "zh-TW" });
    const general = build.channel(guild, "general");
    await desk.start();
    await joined({ guild });
    expect(told(guild)).toHaveLength(1);
    expect(told(guild)[0]).toMatch(/影子模式[^]*\/setup/u);
    expect(await desk.store.policyOf(guild.id)).toMatchObject({
      mode: "shadow",
      language: "zh-TW",
    });
    act.post(general, build.member(guild).user.id, "保本保息，年化收益稳赚不赔，最低 12%");
    await desk.restart(() => undefined);
    act.renameGuild(guild, "Tea lovers");
    await joined({ guild });
    await desk.work();
    expect(told(guild)).toHaveLength(1);
  });

  test("knows it again after it was removed and invited", async () => {
    const { build, act } = desk.server;
    const place = await openCommunity(desk);
    await desk.start();
    await joined(place);
    const before = await desk.store.policyOf(place.guild.id);
    act.kickBot(place.guild);
    await soon(() => desk.log.lines.some(({ words }) => words.includes("removed from a server")));
    build.bot(place.guild);
    await soon(() => told(place.guild).length > 0);
    expect(told(place.guild)[0]).toMatch(/back on Tea friends[^]*as they were/u);
    expect(await desk.store.policyOf(place.guild.id)).toEqual(before);
    await joined(place);
    expect(told(place.guild)).toHaveLength(1);
  });
});
