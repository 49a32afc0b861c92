import type { APIAuditLogEntry } from "discord.js";
import type { LoopbackClock } from "./clock.ts";
import { refusal } from "./errors.ts";
import { permissionsIn } from "./permissions.ts";
import { makeSnowflakes, type Snowflakes } from "./snowflake.ts";
import type {
  Channel,
  Command,
  Guild,
  Member,
  Message,
  Role,
  User,
  WorldEvent,
} from "./world-types.ts";
import { wire } from "./wire.ts";

/** A file that a message carries, served under the attachment's address. */
export interface StoredFile {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** What an audit-log entry says; its id and reason are added. */
export interface AuditDraft {
  readonly action_type: number;
  readonly target_id: string;
  readonly user_id: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly changes?: readonly {
    readonly key: string;
    readonly old_value: unknown;
    readonly new_value: unknown;
  }[];
}

const MOST_NONCES = 10_000;

/** Everything that Discord knows. Changes to it are made by the `*-changes.ts` files, which also tell of them. */
export class World {
  readonly clock: LoopbackClock;
  readonly ids: Snowflakes;
  readonly bot: User;
  readonly applicationId: string;
  readonly guilds = new Map<string, Guild>();
  readonly users = new Map<string, User>();
  /** Every channel, thread and DM. */
  readonly channels = new Map<string, Channel>();
  readonly dms = new Map<string, Channel>();
  /** Who takes no direct messages. */
  readonly closedDms = new Set<string>();
  readonly commands = new Map<string, Command>();
  readonly files = new Map<string, StoredFile>();
  /** Message per `channel nonce`, for requests that enforce their nonce. */
  readonly nonces = new Map<string, string>();
  readonly keepMessages: number;
  /** Where files are served; set once the server listens. */
  baseUrl = "";
  readonly #listeners: ((event: WorldEvent) => void)[] = [];
  readonly #botRights = new Map<string, bigint>();

  constructor(clock: LoopbackClock, options: { botName: string; keepMessages: number }) {
    this.clock = clock;
    this.keepMessages = options.keepMessages;
    this.ids = makeSnowflakes(() => clock.now());
    this.applicationId = this.ids.next();
    this.bot = this.addUser({ id: this.applicationId, username: options.botName, bot: true });
  }

  addUser(details: Partial<User> & { username: string }): User {
    const user: User = {
      id: details.id ?? this.ids.next(),
      discriminator: "0",
      global_name: null,
      avatar: null,
      flags: wire<NonNullable<User["flags"]>>(0),
      public_flags: wire<NonNullable<User["public_flags"]>>(0),
      primary_guild: null,
      ...details,
    };
    this.users.set(user.id, user);
    return user;
  }

  onEvent(listener: (event: WorldEvent) => void): void {
    this.#listeners.push(listener);
  }

  emit(event: WorldEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  rememberNonce(key: string, messageId: string): void {
    this.nonces.set(key, messageId);
    if (this.nonces.size <= MOST_NONCES) return;
    const [oldest] = this.nonces.keys();
    if (oldest !== undefined) this.nonces.delete(oldest);
  }

  now(): string {
    return new Date(this.clock.now()).toISOString();
  }

  /** To be called when roles, overwrites or the bot's membership change. */
  rightsChanged(): void {
    this.#botRights.clear();
  }

  /** What the bot may do in a channel; nothing when it is not in the guild. */
  botRightsIn(channel: Channel): bigint {
    if (!channel.guild) return ~0n;
    const known = this.#botRights.get(channel.id);
    if (known !== undefined) return known;
    const member = channel.guild.members.get(this.bot.id);
    const rights = member ? permissionsIn(channel.guild, member, channel) : 0n;
    this.#botRights.set(channel.id, rights);
    return rights;
  }

  guild(id: string): Guild {
    const guild = this.guilds.get(id);
    if (!guild) throw refusal("unknownGuild");
    return guild;
  }

  channel(id: string): Channel {
    const channel = this.channels.get(id);
    if (!channel) throw refusal("unknownChannel");
    return channel;
  }

  user(id: string): User {
    const user = this.users.get(id);
    if (!user) throw refusal("unknownUser");
    return user;
  }

  member(guild: Guild, userId: string): Member {
    const member = guild.members.get(userId);
    if (!member) throw refusal("unknownMember");
    return member;
  }

  role(guild: Guild, roleId: string): Role {
    const role = guild.roles.get(roleId);
    if (!role) throw refusal("unknownRole");
    return role;
  }

  message(channel: Channel, id: string): Message {
    const message = channel.log.get(id);
    if (!message) throw refusal("unknownMessage");
    return message;
  }

  /** Writes an audit-log entry and tells of it. */
  audit(guild: Guild, entry: AuditDraft, reason: string | null): void {
    const full = {
      ...entry,
      id: this.ids.next(),
      ...(reason === null ? {} : { reason }),
      action_type: wire<APIAuditLogEntry["action_type"]>(entry.action_type),
    } as unknown as APIAuditLogEntry;
    guild.audit.push(full);
    const data = { ...full, guild_id: guild.id };
    this.emit({ name: "GUILD_AUDIT_LOG_ENTRY_CREATE", guild, channel: null, data });
  }
}
