import type { Result } from "../engine/result.ts";
import type { TeamRole } from "../engine/roles.ts";
import type { NoticeButton } from "./notifier.ts";
import type { ActionError, ActionResult } from "./platform.ts";

/** What keeps Candor from doing its work on a server. Names are as the platform shows them to whoever can mend it. */
export type Trouble =
  /** A permission of the bot; `channel` is the name of the moderators' channel where it is missing there alone. */
  | { readonly kind: "permission"; readonly name: string; readonly channel: string | null }
  | { readonly kind: "no-channel" }
  | { readonly kind: "channel-gone" }
  /** A role that the policy names and the server has no more. */
  | {
      readonly kind: "role-gone";
      readonly role: Exclude<TeamRole, "owner" | "member"> | "affiliate";
      readonly id: string;
    }
  /** The platform lets the bot in only with intents that it was not granted. */
  | { readonly kind: "intents" }
  /** Messages come without what was written in them. */
  | { readonly kind: "no-words" }
  /** The platform itself cannot show the server. */
  | { readonly kind: "outage" };

/** A place of a server: a channel in which people write, or a role. */
export interface Place {
  readonly id: string;
  readonly name: string;
}

/** A channel in which people write. */
export interface ChannelPlace extends Place {
  /** Everybody of the server sees it. */
  readonly isOpen: boolean;
}

/** A role that can be given to people. */
export interface RolePlace extends Place {
  /** As of `PlatformMember`: that of somebody whose highest role it is. */
  readonly rank: number;
}

/** A message of the set-up, shown to the moderators and removed again. */
export interface Sample {
  readonly title: string;
  readonly lines: readonly string[];
  readonly buttons: readonly NoticeButton[];
}

/** What an owner sets up, and asks after, on a platform whose communities are servers with channels and roles. */
export interface ServerPort {
  /** Everything that is amiss now, by the policy as it is stored; `unavailable` where the server is not known yet. */
  troubles(communityId: string): Promise<Result<readonly Trouble[], ActionError>>;
  /** null where the server has none of this id. */
  channel(communityId: string, id: string): ChannelPlace | null;
  /** null where the server has none of this id. */
  role(communityId: string, id: string): RolePlace | null;
  /** Makes a channel that only these roles and the bot see. `forbidden` names the permission that it takes. */
  makeChannel(
    communityId: string,
    channel: { readonly name: string; readonly roles: readonly string[]; readonly reason: string },
  ): Promise<Result<Place, ActionError>>;
  /** Posts a sample in the moderators' channel, in the place of the one before; `gone` where there is no channel. */
  showSample(communityId: string, sample: Sample): Promise<ActionResult>;
  /** Takes the sample away; `gone` where there is none. */
  removeSample(communityId: string): Promise<ActionResult>;
}
