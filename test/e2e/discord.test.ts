import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { APIMessage } from "discord.js";
import { z } from "zod";
import { openBase } from "../../src/composition.ts";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import { MODERATOR, soon } from "../adapters/discord/desk.ts";
import {
  type CandorProcess,
  cleanEnv,
  runCandor,
  startCandorProcess,
} from "../support/candor-process.ts";
import { type LoopbackDiscord, startLoopbackDiscord } from "../support/discord/loopback.ts";
import { seededRandom } from "../support/random.ts";

/** Messages of the run; each is one that opens a case, and every third one is hidden. */
const MESSAGES = Number(process.env["CANDOR_TEST_DISCORD_MESSAGES"] ?? 60);
const SEED = 20261125;

/** Of so many cases a moderator presses "seen". */
const PRESSED_EVERY = 10;
/** Of so many messages one meets with trouble: some twenty times in a long run, for whoever is thrown out often waits long. */
const TROUBLE_EVERY = Math.max(20, Math.floor(MESSAGES / 20));
/** The longest back-off before a connection, and the connection. */
const IN_WITHIN_MS = 120_000;
/** Discord takes 50 requests a second of a bot; a case has its card, changes of it, and a word to its author. */
const SETTLED_WITHIN_MS = 60_000 + MESSAGES * 250;

jest.setTimeout(180_000 + 3 * IN_WITHIN_MS + MESSAGES * 20 + 3 * SETTLED_WITHIN_MS);

const placeSchema = z.object({ id: z.string() });

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

test("through drops, lost sessions, refusals and two kills, each message has one case, one end, and a card that shows it", async () => {
  const { build, act, look, use, world, faults, gateway } = server;
  const guild = build.guild();
  const general = build.channel(guild, "general");
  const team = build.channel(guild, "moderators");
  const mo = build.member(guild, "mo", [build.role(guild, "Moderator", MODERATOR, 50)]);
  const deleted: string[] = [];
  world.onEvent(({ name, data }) => {
    if (name === "MESSAGE_DELETE") deleted.push(placeSchema.parse(data).id);
  });
  const policy = join(folder, "policy.json");
  await writeFile(policy, JSON.stringify(policyFor(team.id)));
  const set = await runCandor(["policy", "set", guild.id, policy, "--platform", "discord"], {
    env,
  });
  expect(set).toMatchObject({ code: 0 });

  let candor: CandorProcess = await startCandorProcess(env);
  const isIn = () => soon(() => gateway.live.length > 0, IN_WITHIN_MS);
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
  const cards = () =>
    new Map(
      look.fromBot(team.id).flatMap((card) => {
        const number = Number(/^#(\d+) /u.exec(card.embeds[0]?.title ?? "")?.[1] ?? 0);
        return number === 0 ? [] : [[number, card] as const];
      }),
    );
  const pressed = new Set<number>();
  /** Somebody presses "seen" on cards, of every tenth case in the end, and does not wait for what becomes of it. */
  const press = (cases: number) => {
    const wanted = Math.ceil(cases / PRESSED_EVERY);
    const free = [...cards()].filter(([number]) => !pressed.has(number));
    for (const [number, card] of free.slice(0, wanted - pressed.size)) pressSeen(number, card);
    return pressed.size >= wanted;
  };
  const pressSeen = (number: number, { id }: APIMessage) => {
    pressed.add(number);
    use.click({ channel: team, userId: mo.user.id }, id, `run:ack #${number}`);
  };
  const posted: { readonly id: string; readonly hidden: boolean }[] = [];
  for (let nth = 0; nth < MESSAGES; nth += 1) {
    const author = build.member(guild, `member${nth}`);
    const hidden = nth % 3 === 0;
    const text = hidden ? leak(nth) : `第${nth}期理财，保本保息，稳赚不赔`;
    posted.push({ id: act.post(general, author.user.id, text).id, hidden });
    if (nth % PRESSED_EVERY === 0) press(nth);
    if (random.between(1, TROUBLE_EVERY) === 1)
      troubles[random.between(0, troubles.length - 1)]?.();
    if (nth === Math.floor(MESSAGES / 3) || nth === Math.floor((MESSAGES * 2) / 3)) {
      await candor.kill();
      candor = await startCandorProcess(env);
    }
    await sleep(20);
  }
  await isIn();
  // Discord runs in this process: whoever looks all the time, and at every card for each message, holds it up.
  await soon(async () => {
    await sleep(500);
    return press(MESSAGES);
  }, SETTLED_WITHIN_MS);
  faults.clear();
  await soon(async () => {
    await sleep(500);
    const shown = cards();
    return posted.every((_, nth) => shown.has(nth + 1));
  }, SETTLED_WITHIN_MS);
  const hidden = posted.filter((each) => each.hidden).map(({ id }) => id);
  await soon(async () => {
    await sleep(500);
    const there = new Set(look.messages(general.id).map(({ id }) => id));
    return !hidden.some((id) => there.has(id));
  }, SETTLED_WITHIN_MS);
  // Whoever got no answer presses again; a press that had come through is answered that it did.
  await soon(async () => {
    const shown = cards();
    const isSeen = (number: number) => JSON.stringify(shown.get(number)).includes("Seen by mo");
    const unseen = [...pressed].filter((number) => !isSeen(number));
    for (const number of unseen) {
      const card = shown.get(number);
      const canPress = card && JSON.stringify(card.components).includes(`run:ack #${number}`);
      if (canPress) pressSeen(number, card);
    }
    if (unseen.length > 0) await sleep(3000);
    return unseen.length === 0;
  }, SETTLED_WITHIN_MS);
  await candor.stop();

  const base = await openBase(env, { create: false });
  try {
    const cases = await base.store.listCases({ communityId: guild.id, limit: 2 * MESSAGES });
    const opened = cases.map(({ message }) => message.messageId).toSorted();
    expect(opened).toEqual(posted.map(({ id }) => id).toSorted());
    const seen = cases.filter(({ ladder }) => ladder.acknowledged).map(({ number }) => number);
    expect(new Set(seen)).toEqual(pressed);
    const done = new Map<string, number>();
    const chain = await verifyChain(base.store, base.digests, guild.id, async (events) => {
      for (const { type } of events) done.set(type, (done.get(type) ?? 0) + 1);
    });
    expect(chain).toMatchObject({ problem: null });
    expect(done.get("message.hidden")).toBe(hidden.length);
    expect(done.get("case.shown")).toBe(MESSAGES);
    expect(done.get("case.acknowledged")).toBe(pressed.size);
    expect(done.get("action.failed")).toBeUndefined();
  } finally {
    await base.close();
  }
  // Each went once, and nothing else did.
  expect(deleted.toSorted()).toEqual(hidden.toSorted());
  const titles = look
    .fromBot(team.id)
    .flatMap(({ embeds }) => /^#\d+ /u.exec(embeds[0]?.title ?? "") ?? []);
  expect(titles.length).toBe(MESSAGES);
  expect(new Set(titles).size).toBe(MESSAGES);
  expect(server.refusals).toEqual([]);
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
    const number = `138000${String(nth).padStart(4, "0")}${row}`;
    return `客户${nth}-${row} ${number}`;
  });
  return rows.join("\n");
}
