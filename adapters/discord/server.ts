import { ChannelType, OverwriteType, PermissionFlagsBits as Can, Routes } from "discord.js";
import { z } from "zod";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { ActionError, ActionResult } from "../../src/ports/platform.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type {
  ChannelPlace,
  Place,
  RolePlace,
  Sample,
  ServerPort,
  Trouble,
} from "../../src/ports/server.ts";
import type { DiscordApi } from "./api.ts";
import type { Guild } from "./guilds.ts";
import { canHoldCards } from "./needs.ts";
import { channelSchema, snowflake } from "./payloads.ts";
import { has } from "./permissions.ts";
import type { GuildSettings } from "./settings.ts";
import type { Watch } from "./watch.ts";
import { messageOf } from "./write.ts";

/** What whoever may see a channel of the team does in it. */
const SEEN = Can.ViewChannel | Can.SendMessages | Can.ReadMessageHistory;
/** And what the bot does in it. */
const OWN = SEEN | Can.EmbedLinks;
/** Names of Discord's channels have at most so many characters. */
const MAX_NAME = 100;

const sampleSchema = z.object({ channel: snowflake, message: snowflake });

export interface ServerParts {
  readonly api: DiscordApi;
  readonly guilds: ReadonlyMap<string, Guild>;
  readonly settings: GuildSettings;
  readonly memory: PlatformMemory;
  readonly watch: Watch;
  readonly ownId: () => string | null;
}

/** A server as its owner sets it up. */
export class DiscordServer implements ServerPort {
  readonly #parts: ServerParts;

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  async troubles(communityId: string): Promise<Result<readonly Trouble[], ActionError>> {
    const { guilds, watch } = this.#parts;
    const guild = guilds.get(communityId);
    if (!guild) {
      return fail({ kind: "unavailable", cause: new Error("Discord has not told of it yet") });
    }
    const troubles = await watch.troubles(guild);
    // What was mended just now is told again when it comes back.
    watch.look(communityId);
    return ok(troubles);
  }

  channel(communityId: string, id: string): ChannelPlace | null {
    const guild = this.#parts.guilds.get(communityId);
    const channel = guild?.channels.get(id);
    if (!guild || !channel || !canHoldCards(channel)) return null;
    // Whoever has no role has what `@everyone` has; the id of the server is nobody's.
    const seen = guild.permissionsInChannel(communityId, [], id);
    return { id, name: channel.name ?? id, isOpen: has(seen, Can.ViewChannel) };
  }

  role(communityId: string, id: string): RolePlace | null {
    // The role of everybody has the server's id: to name it would make everybody one of the team.
    const role = id === communityId ? null : this.#parts.guilds.get(communityId)?.roles.get(id);
    return role ? { id, name: role.name, rank: role.position } : null;
  }

  async makeChannel(
    communityId: string,
    channel: { readonly name: string; readonly roles: readonly string[]; readonly reason: string },
  ): Promise<Result<Place, ActionError>> {
    const { api, guilds, ownId } = this.#parts;
    const guild = guilds.get(communityId);
    const own = ownId();
    if (!guild || own === null) return fail({ kind: "gone" });
    const roles = [...new Set(channel.roles)].filter((id) => guild.roles.has(id));
    const body = {
      name: channel.name.slice(0, MAX_NAME),
      type: ChannelType.GuildText,
      permission_overwrites: [
        {
          id: communityId,
          type: OverwriteType.Role,
          allow: "0",
          deny: String(Can.ViewChannel),
        },
        allow(own, OverwriteType.Member, OWN),
        ...roles.map((id) => allow(id, OverwriteType.Role, SEEN)),
      ],
    };
    const made = await api.ask("post", Routes.guildChannels(communityId), channelSchema, {
      body,
      reason: channel.reason,
      permission: "Manage Channels, Manage Roles",
    });
    if (!made.ok) return made;
    // The event that tells of it may come later than the next question about it.
    guild.channels.set(made.value.id, made.value);
    return ok({ id: made.value.id, name: made.value.name ?? channel.name });
  }

  async showSample(communityId: string, sample: Sample): Promise<ActionResult> {
    const { api, settings, memory } = this.#parts;
    const { moderatorChannel: channel } = (await settings.renew(communityId)).platform;
    if (channel === undefined) return fail({ kind: "gone" });
    await this.removeSample(communityId);
    const posted = await api.ask(
      "post",
      Routes.channelMessages(channel),
      z.object({ id: snowflake }),
      { body: messageOf(sample), permission: "Send Messages" },
    );
    if (!posted.ok) return posted;
    const kept = { channel, message: posted.value.id };
    await memory.remember(sampleKey(communityId), JSON.stringify(kept));
    return ok(undefined);
  }

  async removeSample(communityId: string): Promise<ActionResult> {
    const { api, memory } = this.#parts;
    const kept = await memory.recall(sampleKey(communityId));
    if (kept === null) return fail({ kind: "gone" });
    const { channel, message } = sampleSchema.parse(JSON.parse(kept));
    const removed = await api.send("delete", Routes.channelMessage(channel, message));
    if (removed.ok || removed.error.kind === "gone") {
      await memory.remember(sampleKey(communityId), null);
    }
    return removed;
  }
}

function allow(id: string, type: OverwriteType, may: bigint) {
  return { id, type, allow: String(may), deny: "0" };
}

function sampleKey(guildId: string): string {
  return `sample/${guildId}`;
}
