import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { bits } from "../../support/discord/permissions.ts";
import { commandsOf } from "../../../src/commands/index.ts";
import { groupsOf } from "../../../adapters/discord/command-definitions.ts";
import { menuName, namesIn } from "../../../adapters/discord/command-names.ts";
import { type Desk, isThere, openCommunity, openDesk, soon } from "./desk.ts";
import { type Ground, openGround } from "../sandbox/sandbox.ts";

jest.setTimeout(30_000);

let ground: Ground;
let desk: Desk;
let place: Awaited<ReturnType<typeof openCommunity>>;
beforeAll(async () => {
  ground = await openGround();
}, 60_000);
afterAll(() => ground.close());
beforeEach(async () => {
  desk = await openDesk(ground);
  place = await openCommunity(desk);
  await desk.start();
  await isThere(desk, place);
}, 60_000);
afterEach(() => desk.close());

const PROMISE = "保本保息，年化收益稳赚不赔，最低 12%";

/** A member's post that became case #1, and was upheld. */
async function decided() {
  const { act, use } = desk.server;
  const post = act.post(place.general, place.lin.user.id, PROMISE);
  await soon(async () => (await desk.store.listCases({ limit: 1 }))[0]);
  await desk.work();
  const where = { channel: place.team, userId: place.mo.user.id, locale: "en-US" };
  const given = { case: "#1", outcome: "uphold", reason: "nobody can keep that" };
  await use.slash(where, "mod decide", given).replied();
  await desk.work();
  return post;
}

function fromBot(userId: string) {
  return desk.server.look.dms(userId).filter(({ author }) => author.id !== userId);
}

/** The newest direct message of the bot, as it is read. */
function told(userId: string): string {
  const [embed] = fromBot(userId).at(-1)?.embeds ?? [];
  return `${embed?.title ?? ""}\n${embed?.description ?? ""}`.replaceAll("\\", "");
}

/** What is answered to a direct message. */
async function answeredTo(line: string): Promise<string> {
  const userId = place.lin.user.id;
  const before = fromBot(userId).length;
  desk.server.act.dm(userId, line);
  await soon(() => fromBot(userId).length > before);
  return told(userId);
}

test("a command is called as its reader chooses it", () => {
  const nameOf = namesIn(groupsOf(commandsOf("discord")));
  expect(nameOf("appeal", "en")).toBe("/candor appeal");
  expect(nameOf("decide", "en")).toBe("/mod decide");
  expect(nameOf("timeout", "en")).toBe("/team timeout");
  expect(nameOf("setup", "en")).toBe("/setup");
  expect(nameOf("appeal", "zh-TW")).toMatch(/^\/社群助理 申訴$/u);
  expect(menuName("report", "en")).toBe("Report message");
  expect(menuName("decide", "en")).toBeNull();
});

test("a notice names the appeal as Discord has it, and the line that it names is run in the conversation", async () => {
  await decided();
  expect(told(place.lin.user.id)).toContain("write /candor appeal #1 and why");
  expect(await answeredTo("/candor appeal")).toContain("/candor appeal");
  await answeredTo("/candor appeal #1 it was a joke");
  const item = await desk.store.findCaseByNumber(place.guild.id, 1);
  expect(item?.state).toBe("appealed");
});

test("so is one as others call it, and what is none is said", async () => {
  await decided();
  expect(await answeredTo("/xyz")).toContain("/candor help");
  await answeredTo("/社区助手 申诉 #1 开玩笑的");
  expect((await desk.store.findCaseByNumber(place.guild.id, 1))?.state).toBe("appealed");
});

test("a message is reported by its link, and only where whoever reports can read it", async () => {
  const { act, use } = desk.server;
  const calm = act.post(place.other, place.lin.user.id, "meet me at the old mill at nine");
  await soon(() => desk.store.newestMessage(place.guild.id, place.other.id));
  const link = `https://discord.com/channels/${place.guild.id}/${place.other.id}/${calm.data.id}`;
  const where = { channel: place.general, userId: place.mei.user.id, locale: "en-US" };
  const report = (message: string) =>
    use.slash(where, "candor report", { message, reason: "a stranger" }).replied();
  const reportedBy = async () => (await desk.store.listCases({ limit: 1 })).length;
  const [mods = place.guild.id] = place.mei.roles;
  desk.server.build.overwrite(place.other, mods, { deny: bits("viewChannel") });
  const asked = { communityId: place.guild.id, memberId: place.mei.user.id };
  const sees = async () => {
    const found = await desk.platform.inChannel(asked, place.other.id);
    return found.ok && found.value?.sees;
  };
  await soon(async () => !(await sees()));
  await report(link);
  expect(await reportedBy()).toBe(0);
  desk.server.build.overwrite(place.other, mods, { deny: 0n });
  await soon(sees);
  await report(link.replace(place.guild.id, "123456789012345678"));
  expect(await reportedBy()).toBe(0);
  await report(link);
  expect((await desk.store.listCases({ limit: 1 }))[0]?.source).toBe("report");
});
