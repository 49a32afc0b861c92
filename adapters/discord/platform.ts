import { Routes } from "discord.js";
import { z } from "zod";
import type { Locale } from "../../src/engine/policy.ts";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { ChannelStanding, PlatformMember } from "../../src/engine/roles.ts";
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
import { Bans } from "./bans.ts";
import { type CaseCards, TEAM_CHANNEL } from "./cards.ts";
import { DiscordExtras } from "./extras.ts";
import { Foresight, type Need, NEEDS } from "./foresight.ts";
import { Guard } from "./guard.ts";
import { isThread } from "./guilds.ts";
import { isId, isTarget, Members, type MembersParts } from "./members.ts";
import { snowflake } from "./payloads.ts";
import { TeamChannel } from "./team-channel.ts";
import { timeOf } from "./translate.ts";
import { messageOf, nonceOf } from "./write.ts";
import { menuName } from "./command-names.ts";
import type { CommandNames } from "../../src/words/say.ts";

const idSchema = z.object({ id: snowflake });
const NO_CHANNEL = "a moderators' channel in the policy (platform.moderatorChannel)";

export interface PlatformParts extends MembersParts {
  readonly memory: PlatformMemory;
  readonly cards: CaseCards;
  readonly log: Log;
  /** Begins and ends the connection; `onMessage` and `onEvent` are what becomes of what Discord tells. */
  readonly connect: (onMessage: OnMessage, onEvent: OnEvent | null) => Promise<void>;
  readonly disconnect: () => Promise<void>;
  readonly server: ServerPort;
  readonly commandName: CommandNames;
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
  readonly commandName: CommandNames;
  readonly menuName = menuName;
  readonly #parts: PlatformParts;
  readonly #members: Members;
  readonly #bans: Bans;
  readonly #guard: Guard;
  readonly #teamChannel: TeamChannel;

  constructor(parts: PlatformParts) {
    this.#parts = parts;
    this.#members = new Members(parts);
    this.server = parts.server;
    this.commandName = parts.commandName;
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
      find: (target) => this.#members.find(target),
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
    const found = await this.#members.find({ communityId, memberId });
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

  member(target: MemberTarget): Promise<Result<PlatformMember | null, ActionError>> {
    return this.#members.member(target);
  }

  inChannel(
    target: MemberTarget,
    channelId: string,
  ): Promise<Result<ChannelStanding | null, ActionError>> {
    return this.#members.inChannel(target, channelId);
  }

  team(communityId: string): Promise<Result<readonly PlatformMember[], ActionError>> {
    return this.#members.team(communityId);
  }

  nameOf(target: MemberTarget): Promise<string | null> {
    return this.#members.nameOf(target);
  }

  async languageOf({ memberId }: MemberTarget): Promise<Locale | null> {
    return this.#parts.localeOf(memberId);
  }

  /** Discord does not say. */
  async timeZoneOf(): Promise<string | null> {
    return null;
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
    const found = await this.#members.find(target);
    if (!found.ok) return found;
    if (!found.value && mustBeMember) return fail({ kind: "gone" });
    const on = found.value && { id: target.memberId, roles: found.value.roles };
    return this.#guard.onMember(target.communityId, need, on, run);
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
