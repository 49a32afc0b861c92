/** The four things Candor looks for. Order is the order of every report and score table. */
export const FAMILIES = ["claim", "leak", "promotion", "complaint"] as const;
export type Family = (typeof FAMILIES)[number];

/**
 * Who speaks, as far as the company is concerned. `staff` and `affiliate` speak for the company and
 * are held to its standard; `bot` is a program that posts on somebody's behalf.
 */
export const AUTHOR_ROLES = ["member", "staff", "affiliate", "bot"] as const;
export type AuthorRole = (typeof AUTHOR_ROLES)[number];

export interface Author {
  readonly id: string;
  readonly displayName?: string;
  readonly role: AuthorRole;
  /** Epoch ms; absent when the platform does not say. */
  readonly joinedAt?: number;
  /** Epoch ms; absent when the platform does not say. */
  readonly accountCreatedAt?: number;
}

/** A community or a channel: a platform's id, and a name for people where there is one. */
export interface Place {
  readonly id: string;
  readonly name?: string;
}

export interface Attachment {
  readonly name: string;
  readonly mime?: string;
  /** Where the file lies on this machine, when it was part of an export. */
  readonly path?: string;
}

/**
 * One message on any platform. `text` is what the author wrote; quoted and forwarded words travel
 * apart, so that nobody is blamed for words they only quoted.
 */
export interface Message {
  readonly id: string;
  readonly platform: string;
  readonly community: Place;
  readonly channel: Place;
  readonly author: Author;
  readonly text: string;
  /** Epoch ms; 0 when unknown. */
  readonly sentAt: number;
  /** Epoch ms of the newest edit; an edit is the same message with a later `revisedAt`. */
  readonly revisedAt?: number;
  /** Id of the message answered. */
  readonly replyTo?: string;
  readonly quoted?: string;
  readonly forwardedFrom?: string;
  readonly mentions: readonly string[];
  readonly links: readonly string[];
  readonly attachments: readonly Attachment[];
  /** How many of its text files were not read, or not to their end; absent: none. */
  readonly unreadFiles?: number;
  /** Members who can read the channel; absent when the platform does not say. */
  readonly reach?: number;
}

/**
 * Words of somebody that stand in no channel as a message: what a member is called, the title of a thread, and
 * what the platform's own filter kept from being posted. They are judged like messages; there is nothing to hide.
 */
export const ORIGINS = ["name", "title", "blocked"] as const;
export type Origin = (typeof ORIGINS)[number];

/** The id of such words as a message; `unique` holds no personal data. No platform has ids like it. */
export function unpostedId(origin: Origin, unique: string): string {
  return `${origin}-${unique}`;
}

/** What an id made by `unpostedId` is of; null for a message that was posted. */
export function originOf(messageId: string): Origin | null {
  return ORIGINS.find((origin) => messageId.startsWith(`${origin}-`)) ?? null;
}

/** Identifies one revision of one message across platforms; the parts are joined by newlines, which no platform id holds. */
export function messageKey(message: Message): string {
  return [
    message.platform,
    message.community.id,
    message.channel.id,
    message.id,
    String(message.revisedAt ?? 0),
  ].join("\n");
}
