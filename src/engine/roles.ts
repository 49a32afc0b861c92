import type { Locale } from "./policy.ts";

/**
 * What somebody is to a community, most powerful first. `service` answers questions and feedback,
 * `analyst` reads and changes nothing, `staff` speaks for the company and moderates nobody.
 */
export const TEAM_ROLES = [
  "owner",
  "manager",
  "moderator",
  "service",
  "analyst",
  "staff",
  "member",
] as const;
export type TeamRole = (typeof TEAM_ROLES)[number];

/** What a platform lets somebody do by its own settings; Candor never lets them do more. */
export const RIGHTS = [
  "delete-messages",
  "timeout-members",
  "kick-members",
  "ban-members",
  "manage-channels",
  "manage-threads",
  "manage-server",
  "manage-names",
  "manage-roles",
  "pin-messages",
] as const;
export type Right = (typeof RIGHTS)[number];

/** Rights that a single channel may give, or take away. */
export const CHANNEL_RIGHTS: readonly Right[] = [
  "delete-messages",
  "manage-channels",
  "manage-threads",
  "manage-roles",
  "pin-messages",
];

/** What somebody sees and may do in one channel. */
export interface ChannelStanding {
  /** They can read what is written there. */
  readonly sees: boolean;
  readonly isThread: boolean;
  /** Those of `CHANNEL_RIGHTS` that they have there. */
  readonly rights: readonly Right[];
}

/** Somebody of a community as their platform knows them at this moment. */
export interface PlatformMember {
  readonly id: string;
  readonly name: string;
  /** Roles that the platform's own settings give; the policy may add more. */
  readonly roles: readonly TeamRole[];
  /** Greater is higher; nobody acts on somebody of their own rank or above. */
  readonly rank: number;
  readonly rights: readonly Right[];
  /** The language in which they use the platform, where it says so. */
  readonly language?: Locale;
}
