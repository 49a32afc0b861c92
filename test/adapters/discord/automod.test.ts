import { expect, test } from "@jest/globals";
import { AutoMod, executionSchema } from "../../../adapters/discord/automod.ts";
import { Guild } from "../../../adapters/discord/guilds.ts";
import { DEFAULT_POLICY } from "../../../src/engine/policy.ts";
import { ok } from "../../../src/engine/result.ts";
import type { PlatformEvent } from "../../../src/ports/platform.ts";

test("one post that two rules stop is one post; the same words later are another", async () => {
  const told: PlatformEvent[] = [];
  const clock = { now: 0 };
  const autoMod = new AutoMod({
    api: { ask: async (_method, _route, schema) => ok(schema.parse(MEMBER)) },
    settings: { known: () => DEFAULT_POLICY } as never,
    intake: {
      tell: async (event) => {
        told.push(event);
      },
      until: (_failed, act) => act(),
    },
    now: () => clock.now,
  });
  const guild = new Guild({ id: "1", name: "Tea", owner_id: "2" });
  const stop = (rule_id: string, occasion: string) =>
    autoMod.executed(guild, executionSchema.parse({ ...EXECUTION, rule_id }), occasion);
  const posts = () =>
    new Set(told.flatMap((event) => (event.kind === "unposted" ? [event.message.id] : [])));
  await stop("7", "a");
  await stop("8", "b");
  await stop("7", "a");
  expect(posts()).toEqual(new Set(["a"]));
  await stop("7", "c");
  expect(posts()).toEqual(new Set(["a", "c"]));
  clock.now += 60_000;
  await stop("8", "d");
  expect(posts()).toEqual(new Set(["a", "c", "d"]));
  expect(told.filter(({ kind }) => kind === "filtered")).toHaveLength(5);
});

const EXECUTION = {
  guild_id: "1",
  action: { type: 1 },
  user_id: "3",
  channel_id: "4",
  content: "words",
};
const MEMBER = { roles: [], user: { id: "3", username: "lin" } };
