import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { type Ground, openGround } from "../sandbox/sandbox.ts";
import { type Desk, isThere, openCommunity, openDesk } from "./desk.ts";

jest.setTimeout(60_000);

let ground: Ground;
let desk: Desk;
let place: Awaited<ReturnType<typeof openCommunity>>;
let old: { readonly id: string };
beforeAll(async () => {
  ground = await openGround();
}, 60_000);
afterAll(() => ground.close());
beforeEach(async () => {
  desk = await openDesk(ground);
  place = await openCommunity(desk);
  const { act, clock } = desk.server;
  clock.advance(Math.max(0, Date.now() - clock.now()) + 3_600_000);
  old = act.post(place.general, place.lin.user.id, "buy my course");
  clock.advance(3_600_000);
  await desk.start();
  await isThere(desk, place);
}, 60_000);
afterEach(() => desk.close());

function recorded() {
  return desk.store.findMessage({
    communityId: place.guild.id,
    channelId: place.general.id,
    messageId: old.id,
  });
}

test("a message that is older than Candor is judged and recorded when it is reported by its menu", async () => {
  const { use, journal } = desk.server;
  expect(await recorded()).toBeNull();
  const where = { channel: place.general, userId: place.mei.user.id };
  const opened = use.messageMenu(where, "Report message", old.id);
  await opened.answered();
  expect(await recorded()).toBeNull();
  const sent = use.submitModal(opened, { reason: "an advert" });
  expect(JSON.stringify(await sent.replied())).not.toContain("not on record");
  expect(await recorded()).toMatchObject({ authorId: place.lin.user.id, authorRole: "member" });
  expect(journal.find("GET", new RegExp(`messages/${old.id}$`, "u"))).toHaveLength(0);
});

test("by its id it is asked for, and one that is nowhere is refused as before", async () => {
  const { use } = desk.server;
  const where = { channel: place.general, userId: place.mei.user.id };
  const unknown = use.slash(where, "candor report", {
    message: "12345678901234567",
    reason: "spam",
  });
  expect(JSON.stringify(await unknown.replied())).toContain("not on record");
  await use.slash(where, "candor report", { message: old.id, reason: "spam" }).replied();
  expect(await recorded()).not.toBeNull();
});
