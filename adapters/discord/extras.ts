import { Routes } from "discord.js";
import { z } from "zod";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type {
  ActionError,
  ActionResult,
  MemberTarget,
  MessageTarget,
} from "../../src/ports/platform.ts";
import type {
  ChannelTarget,
  PlatformExtras,
  RoleChange,
  ChangedRole,
  RoleError,
} from "../../src/ports/platform-extras.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { DiscordApi } from "./api.ts";
import type { Bans } from "./bans.ts";
import { Before } from "./before.ts";
import { ChannelLock } from "./channel-lock.ts";
import { type Foresight, type Need, NEEDS } from "./foresight.ts";
import type { Guard } from "./guard.ts";
import { type Guild, isThread, keepsOrder } from "./guilds.ts";
import { type Member, snowflake } from "./payloads.ts";
import { hasAll, isAbove, permissionsIn, type Role } from "./permissions.ts";
import { madeAt } from "./translate.ts";

/** Discord deletes 2 to 100 messages at once, none older than 14 days; an hour is left for clocks that differ. */
const MOST_DELETED = 100;
const DELETED_TOGETHER_MS = 14 * 24 * 60 * 60_000 - 60 * 60_000;
/** Discord's longest pause of invites and direct messages, less what a request may take. */
const MOST_CALM_MS = 24 * 60 * 60_000 - 60_000;

const slowSchema = z.object({ rate_limit_per_user: z.number().nullish() });

export interface ExtrasParts {
  readonly api: DiscordApi;
  readonly guilds: ReadonlyMap<string, Guild>;
  readonly memory: PlatformMemory;
  readonly foresight: Foresight;
  readonly guard: Guard;
  readonly bans: Bans;
  readonly now: () => number;
  /** The keyed fingerprint of somebody, or of something else, by id. */
  readonly fingerprint: (id: string) => string;
  readonly ownId: () => string | null;
  /** Somebody as Discord knows them now; null when they are not of the server. */
  readonly find: (target: MemberTarget) => Promise<Result<Member | null, ActionError>>;
  readonly hide: (target: MessageTarget, reason: string) => Promise<ActionResult>;
}

/** What Discord can beyond what every platform can. */
export class DiscordExtras implements PlatformExtras {
  readonly #parts: ExtrasParts;
  readonly #locks: ChannelLock;
  readonly #before: Before;

  constructor(parts: ExtrasParts) {
    this.#parts = parts;
    this.#locks = new ChannelLock(parts);
    this.#before = new Before(parts);
  }

  /** Old ones go one by one, as does everything where one of many is refused. */
  async deleteMessages(
    place: ChannelTarget,
    messageIds: readonly string[],
    reason: string,
  ): Promise<ReadonlyMap<string, ActionResult>> {
    const ids = [...new Set(messageIds)];
    const oldest = this.#parts.now() - DELETED_TOGETHER_MS;
    const young = ids.filter((id) => isId(id) && madeAt(id) > oldest);
    const results = new Map<string, ActionResult>();
    for (let first = 0; first < young.length; first += MOST_DELETED) {
      const some = young.slice(first, first + MOST_DELETED);
      if (some.length < 2) break;
      const deleted = await this.#deleteTogether(place, some, reason);
      if (!deleted.ok && isOfOne(deleted.error)) continue;
      for (const id of some) results.set(id, deleted);
    }
    for (const messageId of ids.filter((id) => !results.has(id))) {
      results.set(messageId, await this.#parts.hide({ ...place, messageId }, reason));
    }
    return results;
  }

  #deleteTogether(
    place: ChannelTarget,
    messages: readonly string[],
    reason: string,
  ): Promise<ActionResult> {
    return this.#inChannel(place, [NEEDS.delete], () =>
      this.#parts.api.send("post", Routes.channelBulkDelete(place.channelId), {
        body: { messages },
        reason,
        permission: NEEDS.delete.name,
      }),
    );
  }

  async banMembers(
    communityId: string,
    bans: readonly { readonly memberId: string; readonly until: number | null }[],
    reason: string,
    deleteSeconds = 0,
  ): Promise<ReadonlyMap<string, ActionResult>> {
    const known = bans.filter(({ memberId }) => isId(memberId));
    // To ban many at once Discord wants both permissions; without the second they are banned one by one.
    const { foresight, guard } = this.#parts;
    const alone = foresight.inServer(communityId, NEEDS.server) !== null || known.length < 2;
    const banned = await guard.inServer(communityId, NEEDS.ban, async () =>
      ok(
        alone
          ? await this.#banAlone(communityId, known, reason, deleteSeconds)
          : await this.#parts.bans.banMany(communityId, known, reason, deleteSeconds),
      ),
    );
    if (banned.ok) return banned.value;
    return new Map(known.map(({ memberId }) => [memberId, fail(banned.error)]));
  }

  async #banAlone(
    communityId: string,
    bans: readonly { readonly memberId: string; readonly until: number | null }[],
    reason: string,
    deleteSeconds: number,
  ): Promise<ReadonlyMap<string, ActionResult>> {
    const results = new Map<string, ActionResult>();
    for (const { memberId, until } of bans) {
      const ban = { target: { communityId, memberId }, until, reason, deleteSeconds };
      results.set(memberId, await this.#parts.bans.ban(ban));
    }
    return results;
  }

  async slowDown(
    place: ChannelTarget,
    seconds: number,
    reason: string,
  ): Promise<Result<number, ActionError>> {
    const need = this.#isThread(place) ? NEEDS.threads : NEEDS.channels;
    const route = Routes.channel(place.channelId);
    const permission = need.name;
    return this.#inChannel(place, [need], async () => {
      const found = await this.#parts.api.ask("get", route, slowSchema, { permission });
      if (!found.ok) return found;
      const now = String(found.value.rate_limit_per_user ?? 0);
      const before = await this.#before.of(`slow ${place.channelId}`, String(seconds), now);
      const body = { rate_limit_per_user: seconds };
      const changed = await this.#parts.api.send("patch", route, { body, reason, permission });
      return changed.ok ? ok(Number(before)) : changed;
    });
  }

  async lock(place: ChannelTarget, reason: string): Promise<ActionResult> {
    if (this.#isThread(place)) return this.#lockThread(place, true, reason);
    const ownId = this.#parts.ownId();
    const rights = this.#parts.foresight.rightsIn(place.communityId, place.channelId);
    if (ownId === null || rights === null) return notKnown();
    const isSpared = (roleId: string) => this.#keepsOrder(place.communityId, roleId);
    // Discord lets the bot deny only what it may do there itself.
    return this.#inChannel(place, [NEEDS.overwrites, NEEDS.send], () =>
      this.#locks.lock({ ...place, ownId, rights, isSpared }, reason),
    );
  }

  async unlock(place: ChannelTarget, reason: string): Promise<ActionResult> {
    if (this.#isThread(place)) return this.#lockThread(place, false, reason);
    return this.#inChannel(place, [NEEDS.overwrites], () => this.#locks.unlock(place, reason));
  }

  #keepsOrder(communityId: string, roleId: string): boolean {
    const role = this.#parts.guilds.get(communityId)?.roles.get(roleId);
    return role !== undefined && keepsOrder(role.permissions);
  }

  /** A thread has no exceptions of its own. */
  #lockThread(place: ChannelTarget, locked: boolean, reason: string): Promise<ActionResult> {
    return this.#inChannel(place, [NEEDS.threads], () =>
      this.#parts.api.send("patch", Routes.channel(place.channelId), {
        body: { locked, archived: false },
        reason,
        permission: NEEDS.threads.name,
      }),
    );
  }

  async calm(communityId: string, until: number | null, reason: string): Promise<ActionResult> {
    if (!isId(communityId)) return fail({ kind: "gone" });
    const { guard, api, now } = this.#parts;
    const latest = now() + MOST_CALM_MS;
    const end = until === null ? null : new Date(Math.min(until, latest)).toISOString();
    return guard.inServer(communityId, NEEDS.server, () =>
      api.send("put", Routes.guildIncidentActions(communityId), {
        body: { invites_disabled_until: end, dms_disabled_until: end },
        reason,
        permission: NEEDS.server.name,
      }),
    );
  }

  async rename(
    target: MemberTarget,
    name: string | null,
    reason: string,
  ): Promise<Result<string | null, ActionError>> {
    const { guard, api, find } = this.#parts;
    const found = await find(target);
    if (!found.ok) return found;
    if (!found.value) return fail({ kind: "gone" });
    const { communityId, memberId } = target;
    const { nick, roles } = found.value;
    const permission = NEEDS.nicknames.name;
    return guard.onMember(communityId, NEEDS.nicknames, { id: memberId, roles }, async () => {
      // No nickname is set as an empty one, and stands as none.
      const [set, now] = [name ?? "", nick ?? ""];
      const before = await this.#before.of(`nick ${communityId} ${memberId}`, set, now);
      const route = Routes.guildMember(communityId, memberId);
      const changed = await api.send("patch", route, { body: { nick: name }, reason, permission });
      return changed.ok ? ok(before || null) : changed;
    });
  }

  async changeRole(
    { target, role: words, give, by }: RoleChange,
    reason: string,
  ): Promise<Result<ChangedRole, RoleError>> {
    const { communityId, memberId } = target;
    const { guilds, guard, api, find } = this.#parts;
    const guild = guilds.get(communityId);
    const role = guild && roleCalled(guild, words);
    if (!guild || !role) return fail({ kind: "no-role" });
    const asking = await find({ communityId, memberId: by });
    if (!asking.ok) return asking;
    const actor = asking.value && { id: by, roles: asking.value.roles };
    const isHeld = actor && hasAll(permissionsIn(guild, actor), role.permissions);
    if (!isHeld || !isAbove(guild, actor, role)) {
      return fail({ kind: "above-actor", role: role.name });
    }
    const route = Routes.guildMemberRole(communityId, memberId, role.id);
    const changed = await guard.onRole(communityId, NEEDS.roles, role, () =>
      api.send(give ? "put" : "delete", route, { reason, permission: NEEDS.roles.name }),
    );
    return changed.ok ? ok({ id: role.id, name: role.name }) : changed;
  }

  async pinAnswer(
    { communityId, channelId }: MessageTarget,
    id: string,
    pinned: boolean,
    reason: string,
  ): Promise<ActionResult> {
    const messageId = await this.#parts.memory.recall(`publish/${id}`);
    if (messageId === null || !isId(channelId)) return fail({ kind: "gone" });
    return this.#inChannel({ communityId, channelId }, [NEEDS.pin], () =>
      this.#parts.api.send(
        pinned ? "put" : "delete",
        `/channels/${channelId}/messages/pins/${messageId}`,
        { reason, permission: NEEDS.pin.name },
      ),
    );
  }

  async #inChannel<T>(
    place: ChannelTarget,
    needs: readonly [Need, ...Need[]],
    run: () => Promise<Result<T, ActionError>>,
  ): Promise<Result<T, ActionError>> {
    if (!isId(place.communityId) || !isId(place.channelId)) return fail({ kind: "gone" });
    return this.#parts.guard.inChannel(place, needs, run);
  }

  #isThread({ communityId, channelId }: ChannelTarget): boolean {
    const channel = this.#parts.guilds.get(communityId)?.channels.get(channelId);
    return channel !== undefined && isThread(channel);
  }
}

/** The role of an id or a name; null for none, or where two go by the name. `@everyone` is nobody's to give. */
function roleCalled(guild: Guild, words: string): Role | null {
  const id = /^(?:<@&)?(\d{5,20})>?$/u.exec(words.trim())?.[1];
  const wanted = words.trim().replace(/^@/u, "").toLowerCase();
  const found = [...guild.roles.values()].filter(
    (role) => role.id !== guild.id && (role.id === id || role.name.toLowerCase() === wanted),
  );
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** Whether what Discord refused of many together may be about one of them: gone, or older than it seemed. */
function isOfOne(error: ActionError): boolean {
  const { kind } = error;
  return kind === "gone" || (kind === "forbidden" && error.permission !== NEEDS.delete.name);
}

function notKnown(): ActionResult {
  return fail({
    kind: "unavailable",
    cause: new Error("Discord has not said what the bot may do"),
  });
}

function isId(id: string): boolean {
  return snowflake.safeParse(id).success;
}
