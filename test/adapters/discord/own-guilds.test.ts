import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { DiscordApi } from "../../../adapters/discord/api.ts";
import { ownGuilds } from "../../../adapters/discord/own-guilds.ts";
import { type LoopbackDiscord, startLoopbackDiscord } from "../../support/discord/loopback.ts";
import { makeListeningLog } from "../system/silent-log.ts";

let server: LoopbackDiscord;
let api: DiscordApi;
beforeEach(async () => {
  server = await startLoopbackDiscord();
  api = new DiscordApi({
    token: server.token,
    apiUrl: `${server.url}/api`,
    log: makeListeningLog(),
  });
});
afterEach(async () => {
  api.close();
  await server.close();
});

test("a bot on more than 200 servers learns of all of them", async () => {
  for (let nth = 0; nth < 401; nth += 1) server.build.guild({ name: `server ${nth}` });
  const found = await ownGuilds(api);
  expect(found.ok && new Set(found.value.map(({ id }) => id)).size).toBe(401);
  expect(server.journal.find("GET", "/users/@me/guilds")).toHaveLength(3);
  expect(server.refusals).toEqual([]);
});
