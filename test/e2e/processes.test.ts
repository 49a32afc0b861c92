import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { z } from "zod";
import { type Base, openBase } from "../../src/composition.ts";
import { shareOf } from "../../src/engine/share.ts";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import { MODERATOR, soon } from "../adapters/discord/desk.ts";
import { openServer, type TestDatabase } from "../adapters/postgres/databases.ts";
import {
  type CandorProcess,
  cleanEnv,
  runCandor,
  startCandorProcess,
} from "../support/candor-process.ts";
import { type LoopbackDiscord, startLoopbackDiscord } from "../support/discord/loopback.ts";
import type { Channel, Guild, Member } from "../support/discord/world-types.ts";

const PROCESSES = 2;
/** Discord names so many, of which two processes make four. */
const NAMED_SHARDS = 3;
const SHARDS = 4;
const SERVERS_EACH = 2;
/** In all servers together; each is one that opens a case, and every third one of a server is hidden. */
const MESSAGES = Number(process.env["CANDOR_TEST_PROCESS_MESSAGES"] ?? 120);
const WITHIN_MS = 60_000;

jest.setTimeout(300_000);

interface Place {
  readonly guild: Guild;
  readonly general: Channel;
  readonly team: Channel;
  readonly mo: Member;
  readonly posted: { readonly id: string; readonly hidden: boolean }[];
}

const { REDIS_URL = "", DATABASE_URL = "" } = process.env;

(REDIS_URL && DATABASE_URL ? describe : describe.skip)("two processes on four servers", () => {
  let folder: string;
  let server: LoopbackDiscord;
  let database: TestDatabase & { readonly url: string };
  let env: Record<string, string>;
  let places: readonly Place[];
  const deleted: string[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "candor-processes-"));
    server = await startLoopbackDiscord({ heartbeatIntervalMs: 1000 });
    Object.assign(server.gateway.sessionStart, { shards: NAMED_SHARDS, maxConcurrency: SHARDS });
    database = await openServer(DATABASE_URL);
    env = cleanEnv({
      CANDOR_DATA_DIR: join(folder, "data"),
      CANDOR_HTTP_PORT: "0",
      DISCORD_TOKEN: server.token,
      DISCORD_API_URL: `${server.url}/api`,
      DISCORD_PROCESSES: String(PROCESSES),
      REDIS_URL,
      DATABASE_URL: database.url,
    });
    server.world.onEvent(({ name, data }) => {
      if (name === "MESSAGE_DELETE") deleted.push(z.object({ id: z.string() }).parse(data).id);
    });
    places = await openPlaces(server);
    for (const { guild, team } of places) {
      const policy = join(folder, `${guild.id}.json`);
      await writeFile(policy, JSON.stringify(policyFor(team.id)));
      const set = ["policy", "set", guild.id, policy, "--platform", "discord"];
      const { code, stderr } = await runCandor(set, { env });
      if (code !== 0) throw new Error(stderr);
    }
  });
  afterAll(async () => {
    await server.close();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("through a restart of one after the other and a kill of one, each message has one case, one end and one card", async () => {
    const candor = await startCandorProcess(env);
    try {
      await soon(() => server.gateway.live.length === SHARDS, WITHIN_MS);
      await expectOthersRefused(env);
      await postThroughTrouble(candor);
      await soonAll(({ posted, team }) => cardsIn(team).length >= posted.length);
      await soonAll(({ posted, general }) => {
        const there = new Set(server.look.messages(general.id).map(({ id }) => id));
        return !posted.some(({ id, hidden }) => hidden && there.has(id));
      });
      for (const place of places) await expectPressedDirectly(place);
      await expectRecorded();
    } finally {
      expect(await candor.stop()).toBe(0);
    }
    const hidden = places.flatMap(({ posted }) => posted.filter((each) => each.hidden));
    expect(deleted.toSorted()).toEqual(hidden.map(({ id }) => id).toSorted());
    for (const { posted, team } of places) {
      const titles = cardsIn(team);
      expect(new Set(titles).size).toBe(titles.length);
      expect(titles).toHaveLength(posted.length);
    }
    expect(server.refusals).toEqual([]);
  });

  /** Titles' numbers of the cards in a channel. */
  function cardsIn(team: Channel): readonly string[] {
    return server.look
      .fromBot(team.id)
      .flatMap(({ embeds }) => /^#\d+ /u.exec(embeds[0]?.title ?? "") ?? []);
  }

  async function soonAll(is: (place: Place) => boolean): Promise<void> {
    // Discord runs in this process: whoever looks all the time holds it up.
    await soon(async () => {
      await sleep(200);
      return places.every(is);
    }, WITHIN_MS);
  }

  async function postThroughTrouble({ pid }: CandorProcess): Promise<void> {
    const [resumes, before] = [server.gateway.counts.resumes, await childrenOf(pid)];
    for (let nth = 0; nth < MESSAGES; nth += 1) {
      const place = places[nth % places.length];
      if (place) post(place, nth);
      if (nth === Math.floor(MESSAGES / 4)) process.kill(pid, "SIGHUP");
      if (nth === Math.floor(MESSAGES / 2)) {
        await soon(async () => isRenewed(before, await childrenOf(pid)), WITHIN_MS);
        await soon(() => server.gateway.live.length === SHARDS, WITHIN_MS);
        await soon(() => server.gateway.counts.resumes - resumes >= SHARDS, WITHIN_MS);
        const [, second = 0] = await childrenOf(pid);
        process.kill(second, "SIGKILL");
      }
      await sleep(20);
    }
  }

  function post({ guild, general, posted }: Place, nth: number): void {
    const author = server.build.member(guild, `member${nth}`);
    const hidden = posted.length % 3 === 0;
    const text = hidden ? leak(nth) : `第${nth}期理财，保本保息，稳赚不赔`;
    posted.push({ id: server.act.post(general, author.user.id, text).id, hidden });
  }

  /** The moderator's notice comes over a process of any server, the press always to that of the first shard. */
  async function expectPressedDirectly({ guild, mo }: Place): Promise<void> {
    const { look, use } = server;
    const button = await soon(() => {
      for (const { id, components } of look.dms(mo.user.id)) {
        const found = /"custom_id":"(at:\d+:take #\d+)"/u.exec(JSON.stringify(components));
        if (found?.[1] !== undefined) return { id, customId: found[1] };
      }
      return null;
    }, WITHIN_MS);
    expect(button.customId).toContain(`at:${guild.id}:`);
    const channel = look.dmChannel(mo.user.id);
    if (!channel) throw new Error("there is no direct conversation");
    const pressed = use.click({ channel, userId: mo.user.id }, button.id, button.customId);
    await soon(() => JSON.stringify(pressed.message).includes("is yours"), WITHIN_MS);
  }

  /**
   * The killed process has done what it had not noted yet: its queue gives that out again after some 25 s, and only
   * then it stands in the record, with nothing that was done twice.
   */
  async function expectRecorded(): Promise<void> {
    const base = await openBase(env, { create: false });
    try {
      for (const { guild, posted } of places) {
        const limit = 2 * MESSAGES;
        const cases = await base.store.listCases({ communityId: guild.id, limit });
        const opened = cases.map(({ message }) => message.messageId).toSorted();
        expect(opened).toEqual(posted.map(({ id }) => id).toSorted());
        expect(cases.filter(({ assignment }) => assignment)).toHaveLength(1);
        const hidden = posted.filter((each) => each.hidden).length;
        const noted = { "message.hidden": hidden, "case.shown": posted.length };
        await soon(async () => {
          await sleep(200);
          const done = await countEvents(base, guild.id);
          return Object.entries(noted).every(([type, count]) => (done.get(type) ?? 0) >= count);
        }, WITHIN_MS);
        expect(Object.fromEntries(await countEvents(base, guild.id))).toMatchObject(noted);
        expect((await countEvents(base, guild.id)).has("action.failed")).toBe(false);
      }
    } finally {
      await base.close();
    }
  }

  test("processes whose manager was killed end, and others take their places", async () => {
    const candor = await startCandorProcess(env);
    await soon(() => server.gateway.live.length === SHARDS, WITHIN_MS);
    const left = await childrenOf(candor.pid);
    expect(left).toHaveLength(PROCESSES);
    await candor.kill();
    const next = await startCandorProcess(env);
    try {
      await soon(() => left.every((pid) => !isRunning(pid)), WITHIN_MS);
      await soon(() => server.gateway.live.length === SHARDS, WITHIN_MS);
    } finally {
      expect(await next.stop()).toBe(0);
    }
  });
});

/** Servers of both processes, as many of each; nothing happens on any other. */
async function openPlaces({ build }: LoopbackDiscord): Promise<readonly Place[]> {
  const places: Place[] = [];
  const countOf = (index: number) =>
    places.filter(({ guild }) => shareOf(guild.id, PROCESSES) === index).length;
  while (places.length < PROCESSES * SERVERS_EACH) {
    // The id tells the ms in which it was made, and that whose server it is.
    await sleep(3);
    const guild = build.guild();
    if (countOf(shareOf(guild.id, PROCESSES)) >= SERVERS_EACH) continue;
    const general = build.channel(guild, "general");
    const team = build.channel(guild, "moderators");
    const mo = build.member(guild, "mo", [build.role(guild, "Moderator", MODERATOR, 50)]);
    places.push({ guild, general, team, mo, posted: [] });
  }
  return places;
}

/** With another number of processes, or one more of the same, nobody gets at the same communities. */
async function expectOthersRefused(env: Readonly<Record<string, string>>): Promise<void> {
  for (const [count, reason] of [
    ["3", /CANDOR-003 .*as 2 processes, this one would as 3/u],
    ["1", /CANDOR-003 .*as 2 processes, this one would as 1/u],
  ] as const) {
    const refused = await runCandor(["start"], { env: { ...env, DISCORD_PROCESSES: count } });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(reason) });
  }
}

/** Process ids of those that a process has started, in the order in which it did. */
async function childrenOf(pid: number): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]);
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/u).map(Number))
    .flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []))
    .toSorted((a, b) => a - b);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** How many events of each kind the log of a community holds; throws where its chain is broken. */
async function countEvents(base: Base, communityId: string): Promise<ReadonlyMap<string, number>> {
  const done = new Map<string, number>();
  const chain = await verifyChain(base.store, base.digests, communityId, async (events) => {
    for (const { type } of events) done.set(type, (done.get(type) ?? 0) + 1);
  });
  if (chain.problem !== null) throw new Error("the chain is broken");
  return done;
}

function isRenewed(before: readonly number[], now: readonly number[]): boolean {
  return now.length === before.length && !now.some((pid) => before.includes(pid));
}

/** One direct message to the moderator for each case. */
function policyFor(moderatorChannel: string) {
  return {
    platform: { moderatorChannel },
    escalation: {
      ladders: [
        { rungs: [{ afterMinutes: 0, who: ["role:moderator"], ways: ["direct"], channel: false }] },
      ],
      caps: { perPersonPerHour: 1000, channelPerHour: 1000 },
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
