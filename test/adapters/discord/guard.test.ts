import { expect, test } from "@jest/globals";
import { Foresight, NEEDS } from "../../../adapters/discord/foresight.ts";
import { Guard } from "../../../adapters/discord/guard.ts";
import { Guild } from "../../../adapters/discord/guilds.ts";
import { channelSchema } from "../../../adapters/discord/payloads.ts";
import { fail, ok } from "../../../src/engine/result.ts";
import { bits } from "../../support/discord/permissions.ts";
import { silentLog } from "../system/silent-log.ts";

const DAY = 24 * 3_600_000;
const PLACE = { communityId: "1", channelId: "11" };
const SEEN = bits("viewChannel", "moderateMembers");

/** A server and what the guard of each process of Candor asks and tells there. */
function openPlace() {
  const guild = new Guild({ id: "1", name: "Tea friends", owner_id: "2" });
  guild.ownRoles = ["10"];
  guild.roles.set("10", { id: "10", name: "Candor", position: 5, permissions: 0n });
  guild.channels.set("11", channelSchema.parse({ id: "11", type: 0, name: "tea" }));
  const kept = new Map<string, string>();
  const place = {
    now: 0,
    told: 0,
    fails: false,
    isMemoryAway: false,
    may(permissions: bigint) {
      guild.roles.set("1", { id: "1", name: "@everyone", position: 0, permissions });
    },
    start() {
      const clock = { now: () => place.now };
      return new Guard({
        foresight: new Foresight(new Map([["1", guild]]), () => "3", clock.now),
        memory: {
          async recall(key) {
            if (place.isMemoryAway) throw new Error("away");
            return kept.get(key) ?? null;
          },
          async remember(key, value) {
            if (value === null) kept.delete(key);
            else kept.set(key, value);
          },
          due: async () => [],
        },
        clock,
        log: silentLog,
        languageOf: async () => "en",
        async announce() {
          place.told += 1;
          return place.fails ? fail({ kind: "unavailable", cause: null }) : ok({ ref: "1" });
        },
      });
    },
  };
  place.may(SEEN);
  return place;
}

const deletion = (guard: Guard) => guard.inChannel(PLACE, [NEEDS.delete], async () => ok(null));

test("a missing permission is told again after a week, and sooner where telling failed", async () => {
  const place = openPlace();
  const guard = place.start();
  place.fails = true;
  await deletion(guard);
  await deletion(guard);
  expect(place.told).toBe(1);
  place.fails = false;
  place.now += 2 * 60_000;
  await deletion(guard);
  place.now += DAY;
  await deletion(guard);
  expect(place.told).toBe(2);
  place.now += 8 * DAY;
  await deletion(guard);
  expect(place.told).toBe(3);
});

test("what was done counts as done, though that a permission is there again could not be noted", async () => {
  const place = openPlace();
  place.may(SEEN | bits("manageMessages"));
  place.isMemoryAway = true;
  expect(await deletion(place.start())).toMatchObject({ ok: true });
});

test("one that was there again is told of again, also by the next process", async () => {
  const place = openPlace();
  await deletion(place.start());
  const next = place.start();
  place.may(SEEN | bits("manageMessages"));
  expect(await deletion(next)).toMatchObject({ ok: true });
  place.may(SEEN);
  await deletion(next);
  expect(place.told).toBe(2);
});

test("what Discord refuses on people although it seemed allowed is told once and not hammered", async () => {
  const place = openPlace();
  const guard = place.start();
  let asked = 0;
  const timeOut = (id: string) =>
    guard.onMember("1", NEEDS.timeout, { id, roles: [] }, async () => {
      asked += 1;
      return fail({ kind: "forbidden", permission: NEEDS.timeout.name });
    });
  const foreseen = await timeOut("2");
  expect(foreseen).toMatchObject({ error: { where: { kind: "nowhere" } } });
  for (const id of ["20", "20", "21", "22", "23", "24"]) {
    expect(await timeOut(id)).toMatchObject({ error: { kind: "forbidden" } });
  }
  expect({ asked, told: place.told }).toEqual({ asked: 3, told: 1 });
  place.now += 11 * 60_000;
  await timeOut("25");
  expect(asked).toBe(4);
});
