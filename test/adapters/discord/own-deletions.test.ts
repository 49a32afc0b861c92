import { expect, test } from "@jest/globals";
import { OwnDeletions } from "../../../adapters/discord/own-deletions.ts";

test("what Candor deletes is its own, until Discord refuses", () => {
  const own = new OwnDeletions();
  const one = { method: "delete", route: "/channels/1/messages/2" };
  const many = {
    method: "post",
    route: "/channels/1/messages/bulk-delete",
    body: { messages: ["3", "4"] },
  };
  own.begin(one);
  own.begin(many);
  own.begin({ method: "get", route: "/channels/1/messages/5" });
  own.begin({ method: "delete", route: "/channels/1/messages/6/reactions/x" });
  expect(["2", "3", "4", "5", "6"].filter((id) => own.has(id))).toEqual(["2", "3", "4"]);
  own.refused(many);
  expect(own.has("3")).toBe(false);
});

test("memory is bounded", () => {
  const own = new OwnDeletions();
  for (let id = 0; id < 10_001; id += 1) {
    own.begin({ method: "delete", route: `/channels/1/messages/${id}` });
  }
  expect(own.has("0")).toBe(false);
  expect(own.has("10000")).toBe(true);
});

test("a ban that deletes messages covers those for a while", () => {
  let now = 0;
  const own = new OwnDeletions(() => now);
  own.begin(ban("2", 3600));
  own.begin(ban("3", 0));
  own.begin({
    method: "post",
    route: "/guilds/1/bulk-ban",
    body: { user_ids: ["4", "5"], delete_message_seconds: 60 },
  });
  expect(own.purged("1")).toEqual(["2", "4", "5"]);
  expect(own.purged("9")).toEqual([]);
  now = 11 * 60_000;
  expect(own.purged("1")).toEqual([]);
});

function ban(person: string, seconds: number) {
  return {
    method: "put",
    route: `/guilds/1/bans/${person}`,
    body: { delete_message_seconds: seconds },
  };
}
