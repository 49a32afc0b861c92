import { type Discord, makeDiscord } from "../../../adapters/discord/index.ts";
import { openKysely } from "../../../adapters/postgres/kysely.ts";
import { makePlatformMemory } from "../../../adapters/postgres/platform-memory.ts";
import { caseCard } from "../../../src/commands/case-card.ts";
import { beginInShadow } from "../../../src/commands/change-policy.ts";
import type { CommandDeps } from "../../../src/commands/command.ts";
import { commandsOf } from "../../../src/commands/index.ts";
import { runCommand, runLine } from "../../../src/commands/run.ts";
import { type Policy, policySchema } from "../../../src/engine/policy.ts";
import { personOf } from "../../../src/pipeline/deps.ts";
import { handleMessage } from "../../../src/pipeline/handle-message.ts";
import { handlePlatformEvent } from "../../../src/pipeline/platform-event.ts";
import { HANDLERS } from "../../../src/pipeline/workers.ts";
import { startLoopbackDiscord } from "../../support/discord/loopback.ts";
import { NOW } from "../../conformance/recordings.ts";
import { testParts } from "../postgres/databases.ts";
import type { Ground } from "../sandbox/sandbox.ts";
import { makeListeningLog } from "../system/silent-log.ts";

/** Candor on a Discord of our own, over a real database, with its jobs run by hand. */
export type Desk = Awaited<ReturnType<typeof openDesk>>;

export async function openDesk(ground: Ground) {
  await ground.clear();
  const { store, ruleSet, pool } = ground;
  const server = await startLoopbackDiscord();
  server.clock.advance(NOW - server.clock.now());
  const log = makeListeningLog();
  const clock = { now: () => server.clock.now() };
  const memory = makePlatformMemory(openKysely(pool), "discord");
  const parts = { ...testParts, clock, log };
  const open = (): { discord: Discord; deps: CommandDeps } => {
    const discord = makeDiscord({
      token: server.token,
      apiUrl: `${server.url}/api`,
      store,
      memory,
      fingerprint: (id) => personOf(testParts, "discord", id),
      ruleSet,
      commands: commandsOf("discord"),
      clock,
      log,
      runLine: (actor, line) => runLine(deps, actor, line),
      runCommand: (actor, name, input) => runCommand(deps, actor, name, input),
      describe: (view) => caseCard(deps, view),
      beginInShadow: (place, language) => beginInShadow(deps, place, language),
    });
    const deps: CommandDeps = {
      ...parts,
      ruleSet,
      store,
      jobsWritten: () => undefined,
      recordChanged: () => undefined,
      notifiers: new Map(),
      platform: (name) => (name === "discord" ? discord.platform : undefined),
      findPerson: ({ communityId }, words) => discord.findPerson(communityId, words),
    };
    return { discord, deps };
  };
  let current = open();
  /** Runs every job that is due, those that they write included, as a worker would. */
  const work = async () => {
    for (;;) {
      const pending = await store.pendingJobs(1000);
      const due = pending.filter(
        ({ delayMs = 0, writtenAt }) => writtenAt + delayMs <= clock.now(),
      );
      if (due.length === 0) return;
      for (const job of due) {
        if (job.queue !== "maintenance") await HANDLERS[job.queue][job.name]?.(current.deps, job);
        await store.markEnqueued([job], clock.now());
      }
    }
  };
  const start = () =>
    current.discord.platform.start(
      (message) => handleMessage(current.deps, message),
      (event) => handlePlatformEvent(current.deps, event),
    );
  return {
    server,
    store,
    log,
    work,
    start,
    get platform() {
      return current.discord.platform;
    },
    get deps() {
      return current.deps;
    },
    /** Ends the process and begins another over the same database; `meanwhile` happens between the two. */
    async restart(meanwhile: () => unknown) {
      await current.discord.platform.stop();
      meanwhile();
      current = open();
      await start();
    },
    async setPolicy(guildId: string, policy: Partial<Policy>) {
      await store.savePolicy(
        { id: guildId, platform: "discord", name: null },
        policySchema.parse(policy),
        { type: "policy.changed", at: clock.now(), person: null, payload: {} },
      );
    },
    /** Throws where Discord's document or its prose does not allow what was asked of it. */
    async close() {
      await current.discord.platform.stop();
      await server.close();
      // Files lie beside the API: one that is gone is no mistake of ours.
      const refusals = server.refusals.filter(({ path }) => !path.startsWith("/attachments/"));
      if (refusals.length > 0) throw new Error(`Discord refused: ${JSON.stringify(refusals)}`);
    },
  };
}

/** A community with a channel for members and one for its moderators, known to the policy. */
export async function openCommunity(desk: Desk, policy: Partial<Policy> = {}) {
  const { build, world } = desk.server;
  const guild = build.guild({ name: "Tea friends" });
  const general = build.channel(guild, "general");
  const other = build.channel(guild, "other");
  const team = build.channel(guild, "moderators");
  const mods = build.role(guild, "Moderator", MODERATOR, 50);
  const lin = build.member(guild, "lin");
  const mo = build.member(guild, "mo", [mods]);
  const mei = build.member(guild, "mei", [mods]);
  await desk.setPolicy(guild.id, {
    ...policy,
    platform: policySchema.parse({ platform: { moderatorChannel: team.id } }).platform,
  });
  return { world, guild, general, other, team, lin, mo, mei };
}

/** Resolves once a community and its whole team are known: what is said there comes at once. */
export async function isThere(
  { platform }: Pick<Desk, "platform">,
  { guild }: Pick<Awaited<ReturnType<typeof openCommunity>>, "guild">,
): Promise<void> {
  await soon(async () => {
    const team = await platform.team(guild.id);
    return team.ok && team.value.length > 2;
  });
}

/** View and write, and what Discord's own settings give a moderator: delete, time out, kick, ban. */
export const MODERATOR = (1n << 13n) | (1n << 40n) | (1n << 1n) | (1n << 2n);

/** Resolves with what `find` gives once it gives something; rejects after `timeoutMs`. */
export async function soon<T>(
  find: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  timeoutMs = 5000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await find();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > end)
      throw new Error(`not so within ${timeoutMs} ms: ${find.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
