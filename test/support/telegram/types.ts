/** Objects as the wire has them; what is not named here is carried along and held to the description on its way out. */
export interface User {
  readonly id: number;
  readonly is_bot: boolean;
  readonly first_name: string;
  readonly last_name?: string;
  readonly username?: string;
  readonly language_code?: string;
}

export type ChatType = "private" | "group" | "supergroup" | "channel";

export interface ChatRef {
  readonly id: number;
  readonly type: ChatType;
  readonly title?: string;
  readonly username?: string;
  readonly first_name?: string;
  readonly is_forum?: boolean;
}

export interface Entity {
  readonly type: string;
  /** In UTF-16 units, as `length`. */
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
  readonly user?: User;
  readonly language?: string;
  readonly custom_emoji_id?: string;
}

export interface Button {
  readonly text: string;
  readonly url?: string;
  readonly callback_data?: string;
}

export interface Keyboard {
  readonly inline_keyboard: readonly (readonly Button[])[];
}

export interface Message {
  readonly message_id: number;
  /** Seconds since the epoch. */
  readonly date: number;
  readonly chat: ChatRef;
  readonly from?: User;
  readonly sender_chat?: ChatRef;
  readonly message_thread_id?: number;
  readonly text?: string;
  readonly caption?: string;
  readonly entities?: readonly Entity[];
  readonly caption_entities?: readonly Entity[];
  readonly reply_to_message?: Message;
  readonly reply_markup?: Keyboard;
  readonly media_group_id?: string;
  readonly via_bot?: User;
  readonly is_automatic_forward?: boolean;
  readonly [field: string]: unknown;
}

/** What a message says: any fields of a message that say something, and not where or by whom. */
export type Content = Readonly<Record<string, unknown>>;

/** A message with what its chat knows of it. */
export interface Kept {
  readonly data: Message;
  /** Who wrote it, even if anonymously or as a channel; null for Telegram itself. */
  readonly authorId: number | null;
  /** Nobody posted it: it tells of an event. */
  readonly isService: boolean;
}

export type Status = "creator" | "administrator" | "member" | "restricted" | "left" | "kicked";

export interface Member {
  readonly user: User;
  readonly status: Status;
  /** Of an administrator. */
  readonly rights: ReadonlySet<AdminRight>;
  /** Of somebody restricted. */
  readonly permissions: ReadonlySet<Permission>;
  /** Epoch milliseconds; 0 is for ever. */
  readonly until: number;
  /** Restricted people may be outside. */
  readonly isInside: boolean;
  readonly isAnonymous: boolean;
  readonly title: string | null;
}

export const ADMIN_RIGHTS = [
  "can_manage_chat",
  "can_delete_messages",
  "can_manage_video_chats",
  "can_restrict_members",
  "can_promote_members",
  "can_change_info",
  "can_invite_users",
  "can_post_stories",
  "can_edit_stories",
  "can_delete_stories",
  "can_post_messages",
  "can_edit_messages",
  "can_pin_messages",
  "can_manage_topics",
] as const;
export type AdminRight = (typeof ADMIN_RIGHTS)[number];

export const PERMISSIONS = [
  "can_send_messages",
  "can_send_audios",
  "can_send_documents",
  "can_send_photos",
  "can_send_videos",
  "can_send_video_notes",
  "can_send_voice_notes",
  "can_send_polls",
  "can_send_other_messages",
  "can_add_web_page_previews",
  "can_react_to_messages",
  "can_edit_tag",
  "can_change_info",
  "can_invite_users",
  "can_pin_messages",
  "can_manage_topics",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export interface Topic {
  readonly id: number;
  readonly name: string;
  isClosed: boolean;
}

export interface Chat {
  readonly id: number;
  readonly type: ChatType;
  title: string;
  readonly username: string | null;
  readonly isForum: boolean;
  /** The channel of a discussion group, and the other way round. */
  linked: Chat | null;
  readonly members: Map<number, Member>;
  permissions: ReadonlySet<Permission>;
  readonly topics: Map<number, Topic>;
  readonly log: Map<number, Kept>;
  readonly pinned: number[];
  /** Who asked to join and was not answered. */
  readonly requests: Set<number>;
  /** Chats that may not post here. */
  readonly bannedSenders: Set<number>;
  /** The supergroup that a basic group has become. */
  migratedTo: Chat | null;
  lastMessageId: number;
}

/** What Telegram knows of somebody and the bot. */
export interface Person {
  user: User;
  hasStarted: boolean;
  hasBlocked: boolean;
  isDeactivated: boolean;
  bio: string | null;
  readonly photos: FileRef[];
  /** Epoch ms until which a request to join allows the bot to write. */
  contactUntil: number;
}

export interface FileRef {
  readonly file_id: string;
  readonly file_unique_id: string;
  readonly file_size: number;
}

export interface StoredFile extends FileRef {
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** One press of a button, as the presser's app sees it. */
export interface Press {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** null until it is answered. */
  answer: { readonly text: string | null; readonly isAlert: boolean } | null;
}

export type UpdateKind =
  | "message"
  | "edited_message"
  | "channel_post"
  | "edited_channel_post"
  | "callback_query"
  | "my_chat_member"
  | "chat_member"
  | "chat_join_request"
  | "message_reaction"
  | "chat_boost";
