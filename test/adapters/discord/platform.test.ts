import { afterAll, beforeAll } from "@jest/globals";
import { type APIMessage, AuditLogEvent } from "discord.js";
import { makeDiscord } from "../../../adapters/discord/index.ts";
import { openKysely } from "../../../adapters/postgres/kysely.ts";
import { makePlatformMemory } from "../../../adapters/postgres/platform-memory.ts";
import type { CaseState } from "../../../src/engine/case/case.ts";
import { CASE_STATES } from "../../../src/engine/case/case.ts";
import { policySchema } from "../../../src/engine/policy.ts";
import { CHANNEL } from "../../../src/ports/attempts.ts";
import type { OnMessage, PlatformPort } from "../../../src/ports/platform.ts";
import { describePlatform } from "../../conformance/platform.ts";
import type { PlatformUnderTest, Sent } from "../../conformance/platform-under-test.ts";
import { NOW } from "../../conformance/recordings.ts";
import { startLoopbackDiscord } from "../../support/discord/loopback.ts";
import { testParts } from "../postgres/databases.ts";
import { openGround } from "../sandbox/sandbox.ts";
import { makeListeningLog } from "../system/silent-log.ts";
import { MODERATOR, soon } from "./desk.ts";

let ground: Awaited<ReturnType<typeof openGround>>;
beforeAll(async () => {
  ground = await openGround();
}, 60_000);
afterAll(() => ground.close());

describePlatform("Discord", openDiscord);

async function openDiscord(): Promise<PlatformUnderTest> {
  await ground.clear();
  const { store, pool } = ground;
  const server = await startLoopbackDiscord();
  server.clock.advance(NOW - server.clock.now());
  const clock = { now: () => server.clock.now() };
  const { build, act, look } = server;
  const guild = build.guild();
  const channels = [build.channel(guild, "general"), build.channel(guild, "other")] as const;
  const team = build.channel(guild, "moderators");
  const author = build.member(guild, "lin");
  const moderator = build.member(guild, "mo", [build.role(guild, "Moderator", MODERATOR, 50)]);
  await store.savePolicy(
    { id: guild.id, platform: "discord", name: null },
    policySchema.parse({ platform: { moderatorChannel: team.id } }),
    { type: "policy.changed", at: NOW, person: null, payload: {} },
  );
  const memory = makePlatformMemory(openKysely(pool), "discord");
  const { platform: real } = makeDiscord({
    token: server.token,
    apiUrl: `${server.url}/api`,
    store,
    memory,
    fingerprint: printOf,
    ruleSet: { rules: [], version: "none" },
    commands: [],
    clock,
    log: makeListeningLog(),
    runLine: () => Promise.reject(new Error("no commands here")),
    runCommand: () => Promise.reject(new Error("no commands here")),
    beginInShadow: () => Promise.reject(new Error("every server here has its policy")),
    describe: async ({ state }) => ({ title: `state ${state}`, lines: [], buttons: [] }),
  });
  const handed = new Handed();
  const sent: Sent[] = [];
  const platform = startingWith(real, async (onMessage, onEvent) => {
    await real.start(handed.listening(onMessage), onEvent);
    await soon(async () => {
      const members = await real.team(guild.id);
      return members.ok && members.value.some(({ id }) => id === moderator.user.id);
    });
  });
  return {
    platform,
    communityId: guild.id,
    channels: [channels[0].id, channels[1].id],
    irreversible: true,
    moderatorId: moderator.user.id,
    send(channelId, text) {
      const channel = channels.find(({ id }) => id === channelId) ?? channels[0];
      const { id: messageId } = act.post(channel, author.user.id, text);
      const acknowledged = handed.next(messageId);
      const message = { channelId, messageId, authorId: author.user.id, acknowledged };
      sent.push(message);
      return message;
    },
    // The adapter hands over again by itself.
    deliverAgain: ({ messageId }) => handed.next(messageId),
    remove({ messageId }) {
      const message = channels[0].log.get(messageId) ?? channels[1].log.get(messageId);
      if (message) act.delete(message);
    },
    async seen(channelId) {
      const words = look.dms(author.user.id).at(-1);
      return sent
        .filter((each) => each.channelId === channelId)
        .map(({ messageId }) => ({
          messageId,
          text: look.messages(channelId).find(({ id }) => id === messageId)?.content ?? null,
          nudge: words?.embeds[0]?.description ?? null,
        }));
    },
    seenCase: async () => stateOf(look.fromBot(team.id).at(-1)),
    async barOf(memberId) {
      const until = look.timedOutUntil(guild, memberId);
      if (until !== null) return { kind: "timed-out", until };
      if (look.isBanned(guild, memberId)) {
        const kept = await memory.recall(`ban/${guild.id}/${printOf(memberId)}`);
        const [end] = kept?.split(" ") ?? [];
        return { kind: "banned", until: end === "for-ever" ? null : Number(end) };
      }
      // Whoever was banned once may come back, as whoever was kicked may.
      const kicked = look.audit(guild, memberId).at(-1)?.action_type === AuditLogEvent.MemberKick;
      return kicked ? { kind: "removed" } : null;
    },
    async inbox(personId) {
      const messages = personId === CHANNEL ? look.fromBot(team.id) : look.dms(personId);
      return messages.map(({ embeds }) => embeds[0]?.title ?? "");
    },
    async answers({ channelId, messageId }) {
      return look
        .fromBot(channelId)
        .filter((each) => each.message_reference?.message_id === messageId)
        .map(({ content }) => content);
    },
    async close() {
      await real.stop();
      const { refusals } = server;
      await server.close();
      if (refusals.length > 0) throw new Error(`Discord refused: ${JSON.stringify(refusals)}`);
    },
  };
}

function printOf(id: string): string {
  return testParts.digests.fingerprint("person", `discord\n${id}`);
}

/** What became of each hand-over of a message. */
class Handed {
  readonly #waiting = new Map<string, ((done: boolean) => void)[]>();

  next(messageId: string): Promise<boolean> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(messageId) ?? [];
      this.#waiting.set(messageId, [...waiting, resolve]);
    });
  }

  listening(onMessage: OnMessage): OnMessage {
    return async (message) => {
      try {
        const handled = await onMessage(message);
        this.#settle(message.id, true);
        return handled;
      } catch (error) {
        this.#settle(message.id, false);
        throw error;
      }
    };
  }

  #settle(messageId: string, done: boolean): void {
    const waiting = this.#waiting.get(messageId) ?? [];
    this.#waiting.delete(messageId);
    for (const resolve of waiting) resolve(done);
  }
}

function startingWith(platform: PlatformPort, start: PlatformPort["start"]): PlatformPort {
  return new Proxy(platform, {
    get(target, key) {
      if (key === "start") return start;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

function stateOf(card: APIMessage | undefined): CaseState | null {
  const word = card?.embeds[0]?.title?.replace(/^state /u, "");
  return CASE_STATES.find((state) => state === word) ?? null;
}
