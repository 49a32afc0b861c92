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
  OnMessage,
  PlatformPort,
} from "../../src/ports/platform.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { CaseView } from "../../src/ports/store.ts";
import type { DiscordApi } from "./api.ts";
import { Bans } from "./bans.ts";
import type { CaseCards } from "./cards.ts";
import type { Guild } from "./guilds.ts";
import { grantsOf, type GuildSettings } from "./settings.ts";
import { type Member, memberSchema, snowflake, userSchema } from "./payloads.ts";
import { displayName, timeOf } from "./translate.ts";
import { messageOf, nonceOf } from "./write.ts";

const idSchema = z.object({ id: snowflake });
const NO_CHANNEL = "a moderators' channel in the policy (platform.moderatorChannel)";

export interface PlatformParts {
  readonly api: DiscordApi;
  readonly guilds: ReadonlyMap<string, Guild>;
  readonly settings: GuildSettings;
  readonly memory: PlatformMemory;
  readonly cards: CaseCards;
  readonly clock: Clock;
  readonly log: Log;
  /** Begins and ends the connection; `intake` is what becomes of each message. */
  readonly connect: (intake: OnMessage) => Promise<void>;
  readonly disconnect: () => Promise<void>;
  /** Whether Discord has named every server of the bot since it was joined. */
  readonly isLoaded: () => boolean;
  /** The language in which somebody was last seen to use Discord; null when they never spoke to Candor. */
  readonly localeOf: (memberId: string) => Promise<Locale | null>;
}

/** Discord, as the pipeline acts on it. */
export class DiscordPlatform implements PlatformPort {
  readonly name = "discord";
  readonly #parts: PlatformParts;
  readonly #bans: Bans;

  constructor(parts: PlatformParts) {
    this.#parts = parts;
    this.#bans = new Bans(parts);
  }

  async start(onMessage: OnMessage): Promise<void> {
    this.#bans.start();
    await this.#parts.connect(onMessage);
  }

  async stop(): Promise<void> {
    this.#bans.stop();
    await this.#parts.disconnect();
  }

  /** Discord has no hidden messages: it is deleted, and its text is with Candor's evidence alone. */
  async hideMessage(target: MessageTarget): Promise<ActionResult> {
    const absent = this.#absent(target);
    if (absent) return fail(absent);
    const { channelId, messageId } = target;
    return this.#parts.api.send("delete", Routes.channelMessage(channelId, messageId), {
      permission: "Manage Messages",
    });
  }

  /** What was deleted cannot be brought back. */
  async restoreMessage(target: MessageTarget): Promise<ActionResult> {
    const absent = this.#absent(target);
    if (absent) return fail(absent);
    const { channelId, messageId } = target;
    const found = await this.#parts.api.ask(
      "get",
      Routes.channelMessage(channelId, messageId),
      idSchema,
      { permission: "Read Message History" },
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
    const stands = timeOf(found.value.communication_disabled_until) ?? 0;
    if (stands >= until) return ok(undefined);
    return this.#timeOut({ communityId, memberId }, new Date(until).toISOString(), reason);
  }

  async liftTimeout(target: MemberTarget): Promise<ActionResult> {
    return this.#timeOut(target, null);
  }

  async kickMember({ communityId, memberId }: MemberTarget, reason: string): Promise<ActionResult> {
    if (!isId(communityId) || !isId(memberId)) return fail({ kind: "gone" });
    return this.#parts.api.send("delete", Routes.guildMember(communityId, memberId), {
      reason,
      permission: "Kick Members",
    });
  }

  async banMember(
    target: MemberTarget,
    until: number | null,
    reason: string,
  ): Promise<ActionResult> {
    return isTarget(target) ? this.#bans.ban(target, until, reason) : fail({ kind: "gone" });
  }

  async unbanMember(target: MemberTarget): Promise<ActionResult> {
    return isTarget(target) ? this.#bans.lift(target) : fail({ kind: "gone" });
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
      const sent = await this.#parts.api.ask("post", Routes.channelMessages(channelId), idSchema, {
        body,
        permission: "Send Messages",
      });
      return sent;
    });
  }

  async showCase(view: CaseView): Promise<ActionResult> {
    return this.#parts.cards.show(view);
  }

  async direct({ communityId, memberId }: MemberTarget, notice: Notice): Promise<Delivered> {
    if (!isId(communityId)) return fail({ kind: "unreachable" });
    return this.#write(memberId, notice.id, messageOf(notice));
  }

  async announce(communityId: string, notice: Notice): Promise<Delivered> {
    const { settings, api } = this.#parts;
    const { moderatorChannel } = (await settings.refresh(communityId)).platform;
    if (moderatorChannel === undefined) return fail({ kind: "forbidden", permission: NO_CHANNEL });
    const body = { ...messageOf(notice), nonce: nonceOf(notice.id), enforce_nonce: true };
    const sent = await api.ask("post", Routes.channelMessages(moderatorChannel), idSchema, {
      body,
      permission: "Send Messages and Embed Links in the moderators' channel",
    });
    return sent.ok ? ok({ ref: sent.value.id }) : sent;
  }

  async member(target: MemberTarget): Promise<Result<PlatformMember | null, ActionError>> {
    const guild = this.#parts.guilds.get(target.communityId);
    const found = await this.#findMember(target);
    if (!found.ok) return found;
    if (!found.value || !guild) return ok(null);
    const policy = await this.#parts.settings.refresh(target.communityId);
    const member = guild.asMember(found.value, grantsOf(policy));
    const language = await this.#parts.localeOf(target.memberId);
    return ok(language === null ? member : { ...member, language });
  }

  async team(communityId: string): Promise<Result<readonly PlatformMember[], ActionError>> {
    const guild = this.#parts.guilds.get(communityId);
    if (!guild) return ok([]);
    if (guild.unavailable) {
      return fail({ kind: "unavailable", cause: new Error("the server is not available") });
    }
    const policy = await this.#parts.settings.refresh(communityId);
    return ok(guild.team(grantsOf(policy)));
  }

  async languageOf({ memberId }: MemberTarget): Promise<Locale | null> {
    return this.#parts.localeOf(memberId);
  }

  /** Discord does not say. */
  async timeZoneOf(): Promise<string | null> {
    return null;
  }

  async nameOf({ memberId }: MemberTarget): Promise<string | null> {
    if (!isId(memberId)) return null;
    const found = await this.#parts.api.ask("get", Routes.user(memberId), userSchema);
    return found.ok ? displayName(found.value) : null;
  }

  /** Why nothing can be done to a message: no such place, or its server is not known yet. */
  #absent({ communityId, channelId, messageId }: MessageTarget): ActionError | null {
    if (!isId(channelId) || !isId(messageId)) return { kind: "gone" };
    const { guilds, isLoaded } = this.#parts;
    if (guilds.has(communityId)) return null;
    if (isLoaded()) return { kind: "gone" };
    return { kind: "unavailable", cause: new Error("Discord has not named its servers yet") };
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
      permission: "Moderate Members (Timeout)",
    });
  }

  /** A direct message, once for each id. Discord gives the same channel for the same person. */
  async #write(memberId: string, id: string, message: object): Promise<Delivered> {
    const { api } = this.#parts;
    if (!isId(memberId)) return fail({ kind: "unreachable" });
    const channel = await api.ask("post", Routes.userChannels(), idSchema, {
      body: { recipient_id: memberId },
    });
    if (!channel.ok) return asUnreachable(channel.error);
    const body = { ...message, nonce: nonceOf(id), enforce_nonce: true };
    const sent = await api.ask("post", Routes.channelMessages(channel.value.id), idSchema, {
      body,
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
