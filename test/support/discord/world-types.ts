import type {
  APIApplicationCommand,
  APIAuditLogEntry,
  APIAutoModerationRule,
  APIEmoji,
  APIIncidentsData,
  APIMessage,
  APIOverwrite,
  APIRole,
  APIUser,
} from "discord.js";
import type { MessageLog } from "./message-log.ts";

export type User = APIUser;
export type Role = APIRole;
export type Command = APIApplicationCommand;

/** Channel types of the wire format that are used here. */
export const CHANNEL_TYPES = {
  text: 0,
  dm: 1,
  voice: 2,
  category: 4,
  announcement: 5,
  publicThread: 11,
  privateThread: 12,
  forum: 15,
} as const;

export type ChannelKind = Exclude<
  keyof typeof CHANNEL_TYPES,
  "dm" | "publicThread" | "privateThread"
>;

export interface Guild {
  readonly id: string;
  name: string;
  ownerId: string;
  locale: string;
  /** Where Discord greets people. */
  systemChannelId: string | null;
  readonly roles: Map<string, Role>;
  /** Channels and threads. */
  readonly channels: Map<string, Channel>;
  readonly members: Map<string, Member>;
  /** Reason per banned user. */
  readonly bans: Map<string, string | null>;
  /** Oldest first. */
  readonly audit: APIAuditLogEntry[];
  readonly automod: APIAutoModerationRule[];
  readonly commands: Map<string, Command>;
  incidents: APIIncidentsData | null;
  unavailable: boolean;
}

export interface ThreadState {
  ownerId: string;
  archived: boolean;
  locked: boolean;
  autoArchiveMinutes: number;
  archiveChangedAt: string;
  readonly createdAt: string;
  readonly members: Set<string>;
}

export interface Channel {
  readonly id: string;
  readonly guild: Guild | null;
  readonly type: number;
  name: string | null;
  parentId: string | null;
  position: number;
  topic: string | null;
  slowModeSeconds: number;
  readonly overwrites: Map<string, APIOverwrite>;
  readonly log: MessageLog;
  /** Newest pin first. */
  pins: { readonly messageId: string; readonly pinnedAt: string }[];
  thread: ThreadState | null;
  /** The person on the other side of a DM. */
  readonly recipientId: string | null;
}

export interface Member {
  readonly user: User;
  nick: string | null;
  readonly roles: Set<string>;
  readonly joinedAt: string;
  timedOutUntil: string | null;
}

export interface Reaction {
  readonly emoji: Pick<APIEmoji, "id" | "name">;
  readonly users: Set<string>;
}

/** A message: what goes over the wire, and who reacted. */
export interface Message {
  readonly id: string;
  data: APIMessage;
  readonly reactions: Map<string, Reaction>;
}

/** Something that happened, before intents decide who hears of it. */
export interface WorldEvent {
  readonly name: string;
  readonly guild: Guild | null;
  readonly channel: Channel | null;
  readonly data: object;
  /** Goes to the bot whatever intents it has (interactions, its own membership). */
  readonly always?: boolean;
}
