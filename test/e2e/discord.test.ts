import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { openBase } from "../../src/composition.ts";
import { MODERATOR, soon } from "../adapters/discord/desk.ts";
import {
  type CandorProcess,
  cleanEnv,
  runCandor,
  startCandorProcess,
} from "../support/candor-process.ts";
import { type LoopbackDiscord, startLoopbackDiscord } from "../support/discord/loopback.ts";
import { seededRandom } from "../support/random.ts";

/** Messages of the run; each is one that opens a case, and every third one that is hidden. */
const MESSAGES = Number(process.env["CANDOR_TEST_DISCORD_MESSAGES"] ?? 60);
const SEED = 20261125;

jest.setTimeout(180_000 + MESSAGES * 200);

let folder: string;
let server: LoopbackDiscord;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "candor-discord-"));
  server = await startLoopbackDiscord({ heartbeatIntervalMs: 1000 });
  env = cleanEnv({
    CANDOR_DATA_DIR: join(folder, "data"),
    CANDOR_HTTP_PORT: "0",
    DISCORD_TOKEN: server.token,
    DISCORD_API_URL: `${server.url}/api`,
  });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

test("through drops, lost sessions, refusals and two kills, each message has one case, one card, one end", async () => {
  const { build, act, look, faults, gateway } = server;
  const guild = build.guild();
  const general = build.channel(guild, "general");
  const team = build.channel(guild, "moderators");
  build.member(guild, "mo", [build.role(guild, "Moderator", MODERATOR, 50)]);
  const policy = join(folder, "policy.json");
  await writeFile(policy, JSON.stringify(policyFor(team.id)));
  const set = await runCandor(["policy", "set", guild.id, policy, "--platform", "discord"], {
    env,
  });
  expect(set).toMatchObject({ code: 0 });

  let candor: CandorProcess = await startCandorProcess(env);
  const isIn = () => soon(() => gateway.live.length > 0, 30_000);
  await isIn();
  faults.randomly(SEED, {
    error: 0.03,
    reset: 0.03,
    throttle: 0.03,
    path: /\/(?:messages|members|channels)/u,
  });
  const random = seededRandom(SEED);
  const troubles = [
    () => gateway.dropAll(),
    () => gateway.askToReconnect(),
    () => gateway.invalidateSessions(false),
    () => gateway.closeAll(4000, "trouble"),
  ];
  const posted: { readonly id: string; readonly hidden: boolean }[] = [];
  for (let nth = 0; nth < MESSAGES; nth += 1) {
    const author = build.member(guild, `member${nth}`);
    const hidden = nth % 3 === 0;
    const text = hidden ? leak(nth) : `第${nth}期理财，保本保息，稳赚不赔`;
    posted.push({ id: act.post(general, author.user.id, text).id, hidden });
    if (random.between(1, 20) === 1) troubles[random.between(0, troubles.length - 1)]?.();
    if (nth === Math.floor(MESSAGES / 3) || nth === Math.floor((MESSAGES * 2) / 3)) {
      await candor.kill();
      candor = await startCandorProcess(env);
    }
    await sleep(20);
  }
  await isIn();
  faults.clear();
  const cards = () => look.fromBot(team.id).map(({ embeds }) => embeds[0]?.title ?? "");
  const isShown = (number: number) => cards().some((title) => title.startsWith(`#${number} `));
  await soon(() => posted.every((_, nth) => isShown(nth + 1)), 120_000);
  await soon(
    () => posted.filter(({ hidden }) => hidden).every(({ id }) => !isThere(general.id, id)),
    60_000,
  );
  await candor.stop();

  const base = await openBase(env, { create: false });
  try {
    const cases = await base.store.listCases({ communityId: guild.id, limit: 10_000 });
    const opened = cases.map(({ message }) => message.messageId).toSorted();
    expect(opened).toEqual(posted.map(({ id }) => id).toSorted());
  } finally {
    await base.close();
  }
  for (const { number } of posted.map((_, nth) => ({ number: nth + 1 }))) {
    expect(cards().filter((title) => title.startsWith(`#${number} `))).toHaveLength(1);
  }
  expect(server.refusals).toEqual([]);

  function isThere(channelId: string, messageId: string): boolean {
    return look.messages(channelId).some(({ id }) => id === messageId);
  }
});

/** Cards only: nobody is paged, so that each case is one message in the moderators' channel. */
function policyFor(moderatorChannel: string) {
  return {
    platform: { moderatorChannel },
    escalation: {
      ladders: [{ rungs: [{ afterMinutes: 600, who: ["role:moderator"], channel: false }] }],
    },
  };
}

/** A list of invented people, as nobody should post it. */
function leak(nth: number): string {
  const rows = [1, 2, 3, 4, 5, 6].map((row) => {
    const number = `1380000${String(nth).padStart(3, "0")}${row}`;
    return `客户${nth}-${row} ${number}`;
  });
  return rows.join("\n");
}
