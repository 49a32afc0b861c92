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
import type { APIMessage } from "discord.js";
import { bits } from "../../support/discord/permissions.ts";
import { type Desk, MODERATOR, openDesk, soon } from "./desk.ts";
import { type Ground, openGround } from "../sandbox/sandbox.ts";

// Each is a server of its own over a real database, on a machine that may be busy.
jest.setTimeout(30_000);

let ground: Ground;
let desk: Desk;
let place: ReturnType<typeof openServer>;
beforeAll(async () => {
  ground = await openGround();
}, 60_000);
afterAll(() => ground.close());
beforeEach(async () => {
  desk = await openDesk(ground);
  place = openServer();
  await desk.start();
  await soon(async () => {
    const policy = await desk.store.policyOf(place.guild.id);
    const team = await desk.platform.team(place.guild.id);
    return policy && team.ok && team.value.length > 1;
  });
}, 60_000);
afterEach(async () => {
  const { refusals } = desk.server;
  await desk.close();
  if (refusals.length > 0) throw new Error(`Discord refused: ${JSON.stringify(refusals)}`);
});

/** A server that Candor has just come to. */
function openServer() {
  const { build } = desk.server;
  const guild = build.guild({ name: "Tea friends" });
  const general = build.channel(guild, "general");
  const office = build.channel(guild, "office");
  const helpers = build.role(guild, "Helpers");
  const mods = build.role(guild, "Moderator", MODERATOR, 50);
  const mo = build.member(guild, "mo", [mods]);
  return { guild, general, office, helpers, mods, mo };
}

function policyNow() {
  return desk.store.policyOf(place.guild.id);
}

function here(userId = place.guild.ownerId) {
  return { channel: place.general, userId };
}

async function setup(options: Readonly<Record<string, string>> = {}): Promise<APIMessage> {
  return desk.server.use.slash(here(), "setup", options).replied(10_000);
}

function press(message: APIMessage, command: string): Promise<APIMessage> {
  return desk.server.use.click(here(), message.id, `run:${command}`).replied(10_000);
}

function choose(message: APIMessage, command: string, values: readonly string[]) {
  return desk.server.use.select(here(), message.id, `run:${command}`, values).replied(10_000);
}

function textOf({ embeds }: APIMessage): string {
  return embeds.map(({ title, description }) => `${title}\n${description}`).join("");
}

test("an owner is led from an empty server to a sample card, in shadow mode", async () => {
  const { look } = desk.server;
  const overview = await setup();
  expect(textOf(overview)).toContain("No moderators’ channel is set");

  const channel = await press(overview, "setup channel");
  expect(textOf(channel)).toContain("Step 1 of 7");
  const chosen = await choose(channel, "setup channel", [place.office.id]);
  expect(textOf(chosen)).toContain("#office");

  const roles = await press(chosen, "setup roles");
  const named = await choose(roles, "setup service", [place.helpers.id]);
  expect(textOf(named)).toContain("Helpers");
  await choose(roles, "setup managers", []);

  const language = await press(named, "setup language");
  const spoken = await choose(language, "setup language", ["zh-TW"]);
  const law = await press(spoken, "setup jurisdiction");
  const answers = await choose(law, "setup jurisdiction", ["HK", "EU"]);
  expect(textOf(answers)).toContain("Hong Kong, European Union");
  const emoji = await press(answers, "setup emoji");
  const reported = await choose(emoji, "setup emoji", ["🚩"]);
  expect(await policyNow()).toMatchObject({
    mode: "shadow",
    language: "zh-TW",
    jurisdictions: ["HK", "EU"],
    platform: {
      moderatorChannel: place.office.id,
      reportEmoji: "🚩",
      roles: { service: [place.helpers.id], manager: [] },
    },
  });

  const trial = await press(reported, "setup test");
  const shown = await press(trial, "setup test run");
  const [sample] = look.fromBot(place.office.id);
  expect(sample && textOf(sample)).toMatch(/範例[^]*INV-01[^]*影子模式/u);
  expect(await desk.store.listCases({ limit: 1 })).toEqual([]);
  const mode = await press(shown, "setup mode");
  expect(textOf(mode)).toContain("Shadow");

  const removed = desk.server.use.click(
    { channel: place.office, userId: place.guild.ownerId },
    sample?.id ?? "",
    "run:setup remove",
  );
  expect(textOf(await removed.replied(10_000))).toContain("gone");
  expect(look.fromBot(place.office.id)).toEqual([]);
  expect(textOf(await setup())).toContain("Nothing is missing");
});

test("a law that Candor does not know, or none beside one, is not taken", async () => {
  for (const value of ["XX", "none,EU", "EU,XX"]) {
    const said = textOf(await setup({ step: "jurisdiction", value }));
    expect(said).toContain("These are known: CN, HK");
  }
  expect(textOf(await setup({ step: "jurisdiction", value: "eu" }))).toContain("European Union");
  expect(textOf(await setup({ step: "jurisdiction", value: "none" }))).toContain("No law");
  expect((await policyNow())?.jurisdictions).toEqual([]);
});

describe("going live", () => {
  test("is asked for by itself", async () => {
    const mode = await setup({ step: "mode" });
    const asked = await press(mode, "setup live");
    expect(textOf(asked)).toMatch(/Go live now[^]*Still missing/u);
    expect(await policyNow()).toMatchObject({ mode: "shadow" });
    expect(textOf(await press(asked, "shadow off"))).toContain("live from now on");
    expect(await policyNow()).toMatchObject({ mode: "live" });
    expect(textOf(await setup({ step: "live" }))).toContain("Candor is live");
  });
});

describe("a private channel", () => {
  test("is made for those who moderate", async () => {
    await setup({ step: "moderators", value: place.mods.id });
    const made = await press(await setup({ step: "channel" }), "setup private-channel");
    expect(textOf(made)).toContain("#candor-moderators");
    const channel = place.guild.channels.get((await policyNow())?.platform.moderatorChannel ?? "");
    expect([...(channel?.overwrites.values() ?? [])]).toEqual([
      expect.objectContaining({ id: place.guild.id, deny: String(bits("viewChannel")) }),
      expect.objectContaining({ id: desk.server.botId }),
      expect.objectContaining({ id: place.mods.id }),
    ]);
  });

  test("names the permission that it lacks", async () => {
    desk.server.act.setBotPermissions(place.guild, bits("viewChannel", "sendMessages"));
    const refused = await press(await setup({ step: "channel" }), "setup private-channel");
    expect(textOf(refused)).toContain("Manage Channels");
    expect((await policyNow())?.platform.moderatorChannel).toBeUndefined();
  });
});

test.each([
  ["channel", "1", "no text channel"],
  ["managers", "1,2", "no role of this server"],
  ["language", "fr", "Choose from the menu"],
  ["emoji", "words", "no emoji"],
])("%s takes nothing that is not there", async (step, value, words) => {
  const before = await policyNow();
  expect(textOf(await setup({ step, value }))).toContain(words);
  expect(await policyNow()).toEqual(before);
});

test("everybody is no role of the team", async () => {
  await setup({ step: "managers", value: place.guild.id });
  expect((await policyNow())?.platform.roles.manager).toEqual([]);
});

/** Somebody whose one role has these permissions. */
function manager(permissions: bigint) {
  const { build } = desk.server;
  const held = build.role(place.guild, "Chief", permissions, 60);
  return { held, by: build.member(place.guild, "chief", [held]).user.id };
}

async function saySetup(by: string, options: Readonly<Record<string, string>>): Promise<string> {
  return textOf(await desk.server.use.slash(here(by), "setup", options).replied(10_000));
}

describe("a manager sets up", () => {
  test("nothing that the platform would not let them do by hand", async () => {
    const { by } = manager(bits("manageGuild"));
    const before = place.guild.channels.size;
    expect(await saySetup(by, { step: "private-channel" })).toContain("manage channels");
    expect(await saySetup(by, { step: "managers", value: place.helpers.id })).toContain(
      "manage roles",
    );
    expect(place.guild.channels.size).toBe(before);
    expect((await policyNow())?.platform.roles.manager).toEqual([]);
  });

  test("roles below their own, and neither names nor drops others", async () => {
    const { held, by } = manager(bits("manageGuild", "manageRoles"));
    expect(await saySetup(by, { step: "managers", value: held.id })).toContain("as high as yours");
    expect(await saySetup(by, { step: "service", value: place.mods.id })).toContain("Moderator");
    await setup({ step: "managers", value: held.id });
    expect(await saySetup(by, { step: "managers", value: "none" })).toContain("as high as yours");
    expect((await policyNow())?.platform.roles).toMatchObject({
      manager: [held.id],
      service: [place.mods.id],
    });
  });
});

test("a channel that everybody sees is called so", async () => {
  expect(textOf(await setup({ step: "channel", value: place.general.id }))).toContain(
    "Everybody on the server sees #general",
  );
  expect(textOf(await setup())).toContain("Everybody on the server sees #general");
});

test("whoever moderates may not set anything up", async () => {
  const refused = desk.server.use.slash({ ...here(place.mo.user.id), override: true }, "setup", {
    step: "moderators",
    value: place.helpers.id,
  });
  expect(textOf(await refused.replied(10_000))).toContain("not part of your role");
  expect((await policyNow())?.platform.roles.moderator).toEqual([]);
});

test("the doctor says what is amiss and how to mend it, in the reader's language", async () => {
  desk.server.act.setBotPermissions(place.guild, bits("viewChannel", "sendMessages", "embedLinks"));
  const asked = desk.server.use.slash({ ...here(), locale: "zh-CN" }, "doctor");
  const said = textOf(await asked.replied(10_000));
  expect(said).toMatch(/Ban Members[^]*身份组/u);
  expect(said).toContain("还没有设置管理员频道");
  expect(said).toContain("升级阶梯");
});
