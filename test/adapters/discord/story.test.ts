import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Desk, openCommunity, openDesk, soon } from "./desk.ts";
import { type Ground, openGround } from "../sandbox/sandbox.ts";

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

const PROMISE = "保本保息，年化收益稳赚不赔，最低 12%";

test("from a member's post to a moderator's press to the author's appeal", async () => {
  const place = await openCommunity(desk);
  const { act, use, look } = desk.server;
  const { general, team, lin, mo } = place;
  await desk.start();
  await soon(() =>
    desk.platform
      .team(place.guild.id)
      .then((found) => found.ok && found.value.some(({ id }) => id === mo.user.id)),
  );

  act.post(general, lin.user.id, PROMISE);
  const item = await soon(async () => (await desk.store.listCases({ limit: 1 }))[0]);
  expect(item).toMatchObject({ number: 1, authorId: lin.user.id, severity: "S1" });
  await desk.work();

  const [card] = look.fromBot(team.id);
  expect(card?.embeds[0]?.title).toContain("#1");
  const page = look.dms(mo.user.id).at(-1);
  expect(JSON.stringify(page)).toContain("ack #1");

  const taken = use.click({ channel: team, userId: mo.user.id }, card?.id ?? "", "run:take #1");
  expect((await taken.replied()).embeds[0]?.description).toContain("#1");
  await desk.work();

  const decided = use.slash({ channel: team, userId: mo.user.id }, "mod decide", {
    case: "#1",
    outcome: "uphold",
    actions: "delete",
    reason: "a promise nobody can keep",
  });
  expect((await decided.replied()).embeds[0]?.description).toMatch(/upheld/u);
  await desk.work();
  expect(look.messages(general.id)).toHaveLength(0);
  expect(look.fromBot(team.id)).not.toHaveLength(0);
  const notice = look.dms(lin.user.id).at(-1);
  expect(JSON.stringify(notice)).toContain("#1");

  const appeal = use.slash({ channel: general, userId: lin.user.id }, "candor appeal", {
    number: "1",
    reason: "this was a joke",
  });
  await appeal.replied();
  await desk.work();
  expect((await desk.store.findCaseByNumber(place.guild.id, 1))?.state).toBe("appealed");
  // Nothing of ours was refused by Discord's own document.
  expect(desk.server.refusals).toEqual([]);
}, 60_000);
