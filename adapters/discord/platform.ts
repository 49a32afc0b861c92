import { Routes } from "discord.js";
import { z } from "zod";
import type { Locale } from "../../src/engine/policy.ts";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { PlatformMember } from "../../src/engine/roles.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Delivered, Notice } from "../../src/ports/notifier.ts";
import type {
  ActionError,
  ActionResult,
  MemberTarget,
  MessageTarget,
  OnEvent,
  OnMessage,
  PlatformPort,
} from "../../src/ports/platform.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { ServerPort } from "../../src/ports/server.ts";
import type { CaseView } from "../../src/ports/store.ts";
import type { DiscordApi } from "./api.ts";
import { Bans } from "./bans.ts";
import type { Called } from "./called.ts";
import { type CaseCards, TEAM_CHANNEL } from "./cards.ts";
import { DiscordExtras } from "./extras.ts";
import { Foresight, type Need, NEEDS } from "./foresight.ts";
import { Guard } from "./guard.ts";
import { type Guild, isThread } from "./guilds.ts";
import { grantsOf, type GuildSettings } from "./settings.ts";
import { type Member, memberSchema, snowflake, userSchema } from "./payloads.ts";
import { TeamChannel } from "./team-channel.ts";
import { displayName, memberName, timeOf } from "./translate.ts";
import { messageOf, nonceOf } from "./write.ts";

const idSchema = z.object({ id: snowflake });
const NO_CHANNEL = "a moderators' channel in the policy (platform.moderatorChannel)";

export interface PlatformParts {
  readonly api: DiscordApi;
  readonly guilds: ReadonlyMap<string, Guild>;
  /** A server once it is known; null where the bot is not on it. Throws when Discord does not answer. */
  readonly guildOf: (guildId: string) => Promise<Guild | null>;
  readonly settings: GuildSettings;
  readonly memory: PlatformMemory;
  readonly cards: CaseCards;
  readonly called: Called;
  readonly clock: Clock;
  readonly log: Log;
  /** Begins and ends the connection; `onMessage` and `onEvent` are what becomes of what Discord tells. */
  readonly connect: (onMessage: OnMessage, onEvent: OnEvent | null) => Promise<void>;
  readonly disconnect: () => Promise<void>;
  /** Whether Discord has named every server of the bot since it was joined. */
  readonly isLoaded: () => boolean;
  /** The language in which somebody was last seen to use Discord; null when they never spoke to Candor. */
  readonly localeOf: (memberId: string) => Promise<Locale | null>;
  readonly server: ServerPort;
  /** The bot's id; null before Discord has said. */
  readonly ownId: () => string | null;
  /** The keyed fingerprint of somebody by id. */
  readonly fingerprint: (personId: string) => string;
}

/** Discord, as the pipeline acts on it. */
export class DiscordPlatform implements PlatformPort {
  readonly name = "discord";
  readonly server: ServerPort;
  readonly hidesForGood = true;
  readonly extras: DiscordExtras;
  readonly #parts: PlatformParts;
  readonly #bans: Bans;
  readonly #guard: Guard;
  readonly #teamChannel: TeamChannel;

  constructor(parts: PlatformParts) {
    this.#parts = parts;
    this.server = parts.server;
    const { guilds, ownId, settings, clock } = parts;
    const foresight = new Foresight(guilds, ownId, () => performance.now());
    this.#teamChannel = new TeamChannel(settings, foresight);
    this.#guard = new Guard({
      ...parts,
      foresight,
      languageOf: async (communityId) => (await settings.refresh(communityId)).language,
      announce: (communityId, notice) => this.#tellTeam(communityId, notice),
    });
    this.#bans = new Bans({
      ...parts,
      guarded: (communityId, run) => this.#guard.inServer(communityId, NEEDS.ban, run),
    });
    this.extras = new DiscordExtras({
      ...parts,
      foresight,
      guard: this.#guard,
      bans: this.#bans,
      now: () => clock.now(),
      find: (target) => this.#findMember(target),
      hide: (target, reason) => this.hideMessage(target, reason),
    });
  }

  async start(onMessage: OnMessage, onEvent: OnEvent | null = null): Promise<void> {
    this.#bans.start();
    await this.#parts.connect(onMessage, onEvent);
  }

  async stop(): Promise<void> {
    this.#bans.stop();
    await this.#parts.disconnect();
  }

  /** Discord has no hidden messages: it is deleted, and its text is with Candor's evidence alone. */
  async hideMessage(target: MessageTarget, reason?: string): Promise<ActionResult> {
    const absent = this.#absent(target);
    if (absent) return fail(absent);
    const { channelId, messageId } = target;
    return this.#guard.inChannel(target, [NEEDS.delete], () =>
      this.#parts.api.send("delete", Routes.channelMessage(channelId, messageId), {
        ...(reason !== undefined && { reason }),
        permission: NEEDS.delete.name,
      }),
    );
  }

  /** What was deleted cannot be brought back. */
  async restoreMessage(target: MessageTarget): Promise<ActionResult> {
    const absent = this.#absent(target);
    if (absent) return fail(absent);
    const { channelId, messageId } = target;
    const found = await this.#guard.inChannel(target, [NEEDS.history], () =>
      this.#parts.api.ask("get", Routes.channelMessage(channelId, messageId), idSchema, {
        permission: NEEDS.history.name,
      }),
    );
    if (found.ok) return ok(undefined);
    return fail(found.error.kind === "gone" ? { kind: "irreversible" } : found.error);
  }

  async nudgeAuthor(
    target: MessageTarget & { readonly authorId: string },
    reason: string,
  ): Promise<ActionResult> {
    const absent = this.#absent(target);
    if (absent) return fail(absent);
    const { authorId, messageId } = target;
    const saying = { title: null, lines: [reason], buttons: [] };
    const sent = await this.#write(authorId, `nudge ${messageId} ${reason}`, messageOf(saying));
    return sent.ok ? ok(undefined) : sent;
  }

  async timeoutMember(
    { communityId, memberId }: MemberTarget,
    until: number,
    reason: string,
  ): Promise<ActionResult> {
    const found = await this.#findMember({ communityId, memberId });
    if (!found.ok) return found;
    if (!found.value) return fail({ kind: "gone" });
    const { user, roles, communication_disabled_until: standing } = found.value;
    if ((timeOf(standing) ?? 0) >= until) return ok(undefined);
    const on = { id: user.id, roles };
    return this.#guard.onMember(communityId, NEEDS.timeout, on, () =>
      this.#timeOut({ communityId, memberId }, new Date(until).toISOString(), reason),
    );
  }

  async liftTimeout(target: MemberTarget, reason?: string): Promise<ActionResult> {
    return this.#guard.inServer(target.communityId, NEEDS.timeout, () =>
      this.#timeOut(target, null, reason),
    );
  }

  async kickMember({ communityId, memberId }: MemberTarget, reason: string): Promise<ActionResult> {
    return this.#onMember({ communityId, memberId }, NEEDS.kick, true, () =>
      this.#parts.api.send("delete", Routes.guildMember(communityId, memberId), {
        reason,
        permission: NEEDS.kick.name,
      }),
    );
  }

  async banMember(
    target: MemberTarget,
    until: number | null,
    reason: string,
    deleteSeconds = 0,
  ): Promise<ActionResult> {
    return this.#onMember(target, NEEDS.ban, false, () =>
      this.#bans.ban({ target, until, reason, deleteSeconds }),
    );
  }

  async unbanMember(target: MemberTarget, reason?: string): Promise<ActionResult> {
    if (!isTarget(target)) return fail({ kind: "gone" });
    return this.#guard.inServer(target.communityId, NEEDS.ban, () =>
      this.#bans.lift(target, reason),
    );
  }

  async publish(target: MessageTarget, id: string, text: string): Promise<ActionResult> {
    const absent = this.#absent(target);
    if (absent) return fail(absent);
    const { channelId, messageId } = target;
    return this.#once(`publish/${id}`, async () => {
      const body = {
        content: text,
        message_reference: { message_id: messageId, fail_if_not_exists: true },
        allowed_mentions: { parse: [] },
        nonce: nonceOf(id),
        enforce_nonce: true,
      };
      const send = this.#isThread(target) ? NEEDS.sendInThreads : NEEDS.send;
      return this.#guard.inChannel(target, [send, NEEDS.history], () =>
        this.#parts.api.ask("post", Routes.channelMessages(channelId), idSchema, {
          body,
          permission: send.name,
        }),
      );
    });
  }

  async showCase(view: CaseView): Promise<ActionResult> {
    return this.#teamChannel.write(view.communityId, () => this.#parts.cards.show(view));
  }

  async direct({ communityId, memberId }: MemberTarget, notice: Notice): Promise<Delivered> {
    if (!isId(communityId)) return fail({ kind: "unreachable" });
    return this.#write(memberId, notice.id, messageOf(notice, { communityId }));
  }

  async announce(communityId: string, notice: Notice): Promise<Delivered> {
    return this.#teamChannel.write(communityId, async (channel) => {
      if (channel === undefined) return fail({ kind: "forbidden", permission: NO_CHANNEL });
      const body = { ...messageOf(notice), nonce: nonceOf(notice.id), enforce_nonce: true };
      const sent = await this.#parts.api.ask("post", Routes.channelMessages(channel), idSchema, {
        body,
        permission: TEAM_CHANNEL,
        yields: "notice",
      });
      return sent.ok ? ok({ ref: sent.value.id }) : sent;
    });
  }

  /** The team, or where its channel is closed or missing the owner. */
  async #tellTeam(communityId: string, notice: Notice): Promise<Delivered> {
    const told = await this.announce(communityId, notice);
    const ownerId = this.#parts.guilds.get(communityId)?.ownerId;
    if (told.ok || told.error.kind !== "forbidden" || ownerId === undefined) return told;
    return this.direct({ communityId, memberId: ownerId }, notice);
  }

  async member(target: MemberTarget): Promise<Result<PlatformMember | null, ActionError>> {
    const found = await this.#findMember(target);
    if (!found.ok) return found;
    if (!found.value) return ok(null);
    let guild = this.#parts.guilds.get(target.communityId) ?? null;
    try {
      // After a restart servers are read one by one: nobody is to be refused meanwhile.
      guild ??= await this.#parts.guildOf(target.communityId);
    } catch (cause) {
      return fail({ kind: "unavailable", cause });
    }
    if (!guild) return ok(null);
    const policy = await this.#parts.settings.refresh(target.communityId);
    const member = guild.asMember(found.value, grantsOf(policy), this.#parts.clock.now());
    const language = await this.#parts.localeOf(target.memberId);
    return ok(language === null ? member : { ...member, language });
  }

  async team(communityId: string): Promise<Result<readonly PlatformMember[], ActionError>> {
    const guild = this.#parts.guilds.get(communityId);
    if (!guild && this.#parts.isLoaded()) return ok([]);
    // Whoever is not named yet must not be taken for nobody: a ladder would wait for them in vain.
    if (!guild || guild.unavailable || !guild.membersKnown) {
      return fail({ kind: "unavailable", cause: new Error("the team is not known yet") });
    }
    const policy = await this.#parts.settings.refresh(communityId);
    return ok(guild.team(grantsOf(policy), this.#parts.clock.now()));
  }

  async languageOf({ memberId }: MemberTarget): Promise<Locale | null> {
    return this.#parts.localeOf(memberId);
  }

  /** Discord does not say. */
  async timeZoneOf(): Promise<string | null> {
    return null;
  }

  async nameOf(target: MemberTarget): Promise<string | null> {
    const { communityId, memberId } = target;
    if (!isTarget(target)) return null;
    const { api, called } = this.#parts;
    const known = called.of(communityId, memberId);
    if (known !== null) return known;
    const member = await this.#findMember(target);
    const user =
      member.ok && member.value ? null : await api.ask("get", Routes.user(memberId), userSchema);
    const name =
      member.ok && member.value
        ? memberName(member.value)
        : user?.ok
          ? displayName(user.value)
          : null;
    if (name !== null) called.note(communityId, memberId, name);
    return name;
  }

  /** Why nothing can be done to a message: no such place, or its server is not known yet. */
  #absent({ communityId, channelId, messageId }: MessageTarget): ActionError | null {
    if (!isId(channelId) || !isId(messageId)) return { kind: "gone" };
    const { guilds, isLoaded } = this.#parts;
    if (guilds.has(communityId)) return null;
    if (isLoaded()) return { kind: "gone" };
    return { kind: "unavailable", cause: new Error("Discord has not named its servers yet") };
  }

  #isThread({ communityId, channelId }: MessageTarget): boolean {
    const channel = this.#parts.guilds.get(communityId)?.channels.get(channelId);
    return channel !== undefined && isThread(channel);
  }

  /** Does something to somebody whom the bot is above; `mustBeMember`: with others there is nothing to do. */
  async #onMember(
    target: MemberTarget,
    need: Need,
    mustBeMember: boolean,
    run: () => Promise<ActionResult>,
  ): Promise<ActionResult> {
    if (!isTarget(target)) return fail({ kind: "gone" });
    const found = await this.#findMember(target);
    if (!found.ok) return found;
    if (!found.value && mustBeMember) return fail({ kind: "gone" });
    const on = found.value && { id: target.memberId, roles: found.value.roles };
    return this.#guard.onMember(target.communityId, need, on, run);
  }

  async #findMember(target: MemberTarget): Promise<Result<Member | null, ActionError>> {
    if (!isTarget(target)) return ok(null);
    const route = Routes.guildMember(target.communityId, target.memberId);
    const found = await this.#parts.api.ask("get", route, memberSchema);
    if (found.ok) return found;
    return found.error.kind === "gone" ? ok(null) : found;
  }

  async #timeOut(
    target: MemberTarget,
    until: string | null,
    reason?: string,
  ): Promise<ActionResult> {
    if (!isTarget(target)) return fail({ kind: "gone" });
    return this.#parts.api.send("patch", Routes.guildMember(target.communityId, target.memberId), {
      body: { communication_disabled_until: until },
      ...(reason !== undefined && { reason }),
      permission: NEEDS.timeout.name,
    });
  }

  /** A direct message, once for each id. Discord gives the same channel for the same person. */
  async #write(memberId: string, id: string, message: object): Promise<Delivered> {
    const { api } = this.#parts;
    if (!isId(memberId)) return fail({ kind: "unreachable" });
    const channel = await api.ask("post", Routes.userChannels(), idSchema, {
      body: { recipient_id: memberId },
      yields: "notice",
    });
    if (!channel.ok) return asUnreachable(channel.error);
    const body = { ...message, nonce: nonceOf(id), enforce_nonce: true };
    const sent = await api.ask("post", Routes.channelMessages(channel.value.id), idSchema, {
      body,
      yields: "notice",
    });
    return sent.ok ? ok({ ref: sent.value.id }) : asUnreachable(sent.error);
  }

  /** Does a thing once for each key, beyond the minutes in which Discord itself knows a nonce again. */
  async #once(
    key: string,
    act: () => Promise<Result<{ readonly id: string }, ActionError>>,
  ): Promise<ActionResult> {
    const { memory } = this.#parts;
    if ((await memory.recall(key)) !== null) return ok(undefined);
    const done = await act();
    if (!done.ok) return done;
    await memory.remember(key, done.value.id);
    return ok(undefined);
  }
}

/** Whoever does not exist, or forbids it, cannot be written to; the next way is taken. */
function asUnreachable(error: ActionError): Delivered {
  const passes = error.kind === "throttled" || error.kind === "unavailable";
  return fail(passes ? error : { kind: "unreachable" });
}

function isId(id: string): boolean {
  return snowflake.safeParse(id).success;
}

function isTarget({ communityId, memberId }: MemberTarget): boolean {
  return isId(communityId) && isId(memberId);
}
