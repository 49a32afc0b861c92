import { expect, test } from "@jest/globals";
import { OwnDeletions } from "../../../adapters/discord/own-deletions.ts";
import { firstIdAt } from "../../../adapters/discord/translate.ts";
import { makeMemory } from "../../fakes/platform-memory.ts";
import { makeListeningLog } from "../system/silent-log.ts";

const HOUR_MS = 3_600_000;
const NOW = Date.UTC(2026, 10, 25);

const noAuthor = () => Promise.resolve(null);

const fingerprint = (id: string) => `print-${id}`;
const authorOf = (id: string) => Promise.resolve(id === "1" ? "78" : "77");

/** Processes over one memory. */
function twoProcesses() {
  const memory = makeMemory();
  const clock = { now: NOW };
  const log = makeListeningLog();
  const open = () => new OwnDeletions({ memory, log, now: () => clock.now, fingerprint });
  return { one: open(), open, memory, clock };
}

test("what Candor deletes is its own, until Discord refuses", async () => {
  const own = new OwnDeletions();
  await own.begin(deletes("2"));
  const refused = await own.begin(deletesMany("3", "4"));
  await own.begin({ method: "get", route: "/channels/1/messages/5" });
  await own.begin({ method: "delete", route: "/channels/1/messages/6/reactions/x" });
  const all = ["2", "3", "4", "5", "6"];
  expect(await own.others("9", all, noAuthor)).toEqual(["5", "6"]);
  await refused();
  expect(await own.others("9", all, noAuthor)).toEqual(["3", "4", "5", "6"]);
});

test("memory is bounded", async () => {
  const own = new OwnDeletions();
  for (let id = 0; id < 10_001; id += 1) await own.begin(deletes(String(id)));
  expect(await own.others("9", ["0", "10000"], noAuthor)).toEqual(["0"]);
});

test("another process, or this one after a restart, knows them, and they lapse", async () => {
  const { one, open, memory, clock } = twoProcesses();
  await one.begin(deletesMany("3", "4"));
  expect(await open().others("9", ["3", "4", "5"], noAuthor)).toEqual(["5"]);
  clock.now += 26 * HOUR_MS;
  await open().begin(deletes("6"));
  expect(memory.keys()).toEqual(["deleted/6"]);
});

test("what an earlier try may have deleted stays Candor's when the next finds it gone", async () => {
  const { one, open } = twoProcesses();
  await one.begin(deletes("3"));
  const next = open();
  const refused = await next.begin(deletes("3"));
  await refused();
  expect(await next.others("9", ["3"], noAuthor)).toEqual([]);
});

test("a ban that deletes messages covers those for a while", async () => {
  let now = 0;
  const own = new OwnDeletions(null, () => now);
  await own.begin(ban("2", 3600));
  await own.begin(ban("3", 0));
  await own.begin({
    method: "post",
    route: "/guilds/1/bulk-ban",
    body: { user_ids: ["4", "5"], delete_message_seconds: 60 },
  });
  expect(own.purged("1")).toEqual(["2", "4", "5"]);
  expect(own.purged("9")).toEqual([]);
  now = 11 * 60_000;
  expect(own.purged("1")).toEqual([]);
});

test("what a ban deleted is known beyond the process, by fingerprint and by when it was written", async () => {
  const { one, open, memory } = twoProcesses();
  await one.begin(ban("77", 3600));
  const [within, before] = [
    String(firstIdAt(NOW - HOUR_MS / 2)),
    String(firstIdAt(NOW - 3 * HOUR_MS)),
  ];
  expect(await open().others("1", [within, before, "1"], authorOf)).toEqual([before, "1"]);
  expect(JSON.stringify(memory.keys())).not.toContain("/77");
});

test("a deletion does not wait for a memory that is away", async () => {
  const { memory } = twoProcesses();
  const log = makeListeningLog();
  const away = { ...memory, recall: () => Promise.reject(new Error("away")) };
  const own = new OwnDeletions({ memory: away, log, now: () => NOW, fingerprint: String });
  await own.begin(deletes("3"));
  expect(log.lines).toHaveLength(1);
});

function deletes(id: string) {
  return { method: "delete", route: `/channels/1/messages/${id}` };
}

function deletesMany(...messages: readonly string[]) {
  return { method: "post", route: "/channels/1/messages/bulk-delete", body: { messages } };
}

function ban(person: string, seconds: number) {
  return {
    method: "put",
    route: `/guilds/1/bans/${person}`,
    body: { delete_message_seconds: seconds },
  };
}
