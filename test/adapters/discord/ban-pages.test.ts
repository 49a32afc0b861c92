import { expect, test } from "@jest/globals";
import { Bans } from "../../../adapters/discord/bans.ts";
import { ok } from "../../../src/engine/result.ts";
import { makeMemory } from "../../fakes/platform-memory.ts";
import { makeListeningLog } from "../system/silent-log.ts";

const PAGE = 1000;
const ALL = 150_500;

test("a ban that ends is found on however late a page, one that is gone is forgotten", async () => {
  const memory = makeMemory();
  const clock = { at: 1000 };
  const lifted: string[] = [];
  const last = String(ALL);
  const bans = new Bans({
    api: {
      ask: async (_method: string, _route: string, _schema: unknown, options: Asked) => {
        const after = Number(options.query.after);
        const count = Math.min(PAGE, ALL - after);
        return ok(Array.from({ length: count }, (_, nth) => banOf(String(after + nth + 1), last)));
      },
      send: async (_method: string, route: string) => {
        lifted.push(route);
        return ok(undefined);
      },
    } as never,
    memory,
    clock: { now: () => clock.at },
    log: makeListeningLog(),
    fingerprint: (id) => Number(id).toString(16),
    guarded: (_communityId, run) => run(),
  });
  await memory.remember(`ban/1/${ALL.toString(16)}`, `500 ${MARK}`, 500);
  await memory.remember("ban/1/ffffff", `500 ${MARK}`, 500);
  await bans.liftDue();
  expect(lifted).toEqual([]);
  clock.at += 61_000;
  await bans.liftDue();
  expect(lifted).toEqual([`/guilds/1/bans/${last}`]);
  expect(memory.keys()).toEqual([]);
});

interface Asked {
  readonly query: { readonly after: string };
}

/** The digest of the reason that stands with the last of them. */
const MARK = "7f9cea0b8522fb37";

function banOf(id: string, last: string) {
  return { user: { id }, reason: id === last ? "Candor" : null };
}
