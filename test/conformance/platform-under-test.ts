import type { CaseState } from "../../src/engine/case/case.ts";
import type { Handled, MessageTarget, PlatformPort } from "../../src/ports/platform.ts";
import { CLEAN } from "./recordings.ts";

/** A message that a member has sent off. */
export interface Sent {
  readonly channelId: string;
  readonly messageId: string;
  readonly authorId: string;
  /** true once the adapter has acknowledged it, false once it has refused; settles in any case. */
  readonly acknowledged: Promise<boolean>;
}

/** What a member sees of one message: `text` is null while it is hidden. */
export interface Seen {
  readonly messageId: string;
  readonly text: string | null;
  /** The private word that the author was given. */
  readonly nudge: string | null;
}

/** Why somebody may not write. `until` is epoch ms, null for ever. */
export type SeenBar =
  | { readonly kind: "timed-out"; readonly until: number }
  | { readonly kind: "banned"; readonly until: number | null }
  | { readonly kind: "removed" };

export interface PlatformUnderTest {
  readonly platform: PlatformPort;
  readonly communityId: string;
  /** Two channels in which members may write. */
  readonly channels: readonly [string, string];
  /** A member sends a message. Returns at once; the platform has it, Candor may not have seen it. */
  readonly send: (channelId: string, text: string) => Sent;
  /** The platform delivers a message again, as after a lost acknowledgement. */
  readonly deliverAgain: (sent: Sent, text: string) => Promise<boolean>;
  /** Somebody else deletes a message; absent where nobody can. */
  readonly remove?: (target: Sent) => void;
  /** What members see of a channel, oldest first. */
  readonly seen: (channelId: string) => Promise<readonly Seen[]>;
  /** The state in which moderators see a case; null when they were never told of it. */
  readonly seenCase: (caseId: string) => Promise<CaseState | null>;
  /** Somebody whom the platform's own settings make a moderator; the author of `send` is an ordinary member. */
  readonly moderatorId: string;
  /** What keeps somebody from writing at `NOW`; null for nothing. */
  readonly barOf: (memberId: string) => Promise<SeenBar | null>;
  /** Titles of what somebody was sent, oldest first; of the moderators' channel for `CHANNEL`. */
  readonly inbox: (personId: string) => Promise<readonly string[]>;
  /** Official answers under a message. */
  readonly answers: (target: MessageTarget) => Promise<readonly string[]>;
  /** What was hidden cannot be shown again on this platform. */
  readonly irreversible?: boolean;
  readonly close: () => Promise<void>;
}

export const HANDLED: Handled = { verdict: CLEAN, case: null, mode: "live", duplicate: false };

export type Under = () => PlatformUnderTest;

export const DONE = { ok: true, value: undefined };
export const GONE = { ok: false, error: { kind: "gone" } };

/** Sends one message to a consumer that accepts everything. */
export async function accepted({ platform, send, channels, communityId }: PlatformUnderTest) {
  await platform.start(async () => HANDLED);
  const sent = send(channels[0], "hello");
  await sent.acknowledged;
  const { channelId, messageId, authorId } = sent;
  return { communityId, channelId, messageId, authorId };
}
