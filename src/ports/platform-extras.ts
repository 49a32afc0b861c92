import type { Result } from "../engine/result.ts";
import type { ActionError, ActionResult, MemberTarget, MessageTarget } from "./platform.ts";

export type ChannelTarget = Pick<MessageTarget, "communityId" | "channelId">;

/** Why somebody is not given a role, or does not lose one, beside what a platform refuses. */
export type RoleError =
  | ActionError
  /** Nothing goes by that name, or more than one. */
  | { readonly kind: "no-role" }
  /** The role is above whoever asks, or lets people do what they may not do themselves. */
  | { readonly kind: "above-actor"; readonly role: string };

export interface ChangedRole {
  /** The same however it is called later. */
  readonly id: string;
  readonly name: string;
}

export interface RoleChange {
  readonly target: MemberTarget;
  /** Its id, or what people call it. */
  readonly role: string;
  readonly give: boolean;
  /** Who asks; they are looked at as they are now. */
  readonly by: string;
}

/**
 * What only some platforms can, each as idempotent as what all of them can; one that cannot leaves it out.
 * `reason` is shown in the platform's own log of what was done: no personal data.
 */
export interface PlatformExtras {
  /** Deletes messages of one channel; what became of each, by its id. */
  deleteMessages(
    place: ChannelTarget,
    messageIds: readonly string[],
    reason: string,
  ): Promise<ReadonlyMap<string, ActionResult>>;
  /** Bans many; what became of each, by their id. `until` as in `banMember`. */
  banMembers(
    communityId: string,
    bans: readonly { readonly memberId: string; readonly until: number | null }[],
    reason: string,
    deleteSeconds?: number,
  ): Promise<ReadonlyMap<string, ActionResult>>;
  /** Seconds that everybody waits between two messages, 0 to 21,600; gives what they were before. */
  slowDown(
    place: ChannelTarget,
    seconds: number,
    reason: string,
  ): Promise<Result<number, ActionError>>;
  /** Nobody writes there any more, moderators with a permission of their own excepted. */
  lock(place: ChannelTarget, reason: string): Promise<ActionResult>;
  /** As it was before `lock`; `gone` where Candor has not locked it. */
  unlock(place: ChannelTarget, reason: string): Promise<ActionResult>;
  /** Nobody is invited and members send each other no direct messages until `until` (epoch ms, at most 24 h on); null ends it. */
  calm(communityId: string, until: number | null, reason: string): Promise<ActionResult>;
  /** What somebody is called in the community; null: as they call themselves. Gives what it was before. */
  rename(
    target: MemberTarget,
    name: string | null,
    reason: string,
  ): Promise<Result<string | null, ActionError>>;
  /** Gives somebody a role of the platform, or takes it; gives which it was. */
  changeRole(change: RoleChange, reason: string): Promise<Result<ChangedRole, RoleError>>;
  /** Pins an answer that `publish` put under `target` with `id`, or unpins it; `gone` where there is none. */
  pinAnswer(
    target: MessageTarget,
    id: string,
    pinned: boolean,
    reason: string,
  ): Promise<ActionResult>;
}
