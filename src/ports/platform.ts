import type { Message } from "../engine/message.ts";
import type { Locale, Policy } from "../engine/policy.ts";
import type { PlatformMember } from "../engine/roles.ts";
import type { Result } from "../engine/result.ts";
import type { Verdict } from "../engine/verdict.ts";
import type { Delivered, Notice } from "./notifier.ts";
import type { CaseView } from "./store.ts";

/** What a caller must tell apart when a platform refuses. */
export type ActionError =
  /** Already gone: there is nothing to do, and nothing to try again; the audit log says so. */
  | { readonly kind: "gone" }
  /** The platform has no way back from what was done: tell whoever wanted it back, do not retry. */
  | { readonly kind: "irreversible" }
  /** A permission is missing: tell an operator, do not retry. */
  | { readonly kind: "forbidden"; readonly permission: string }
  /** The person cannot be written to: take the next way. */
  | { readonly kind: "unreachable" }
  | { readonly kind: "throttled"; readonly retryAfterMs: number }
  /** Network or 5xx: retry. */
  | { readonly kind: "unavailable"; readonly cause: unknown };

export type ActionResult = Result<void, ActionError>;

export interface MessageTarget {
  readonly communityId: string;
  readonly channelId: string;
  readonly messageId: string;
}

export interface MemberTarget {
  readonly communityId: string;
  readonly memberId: string;
}

/** What became of a received message once it is durable. */
export interface Handled {
  readonly verdict: Verdict;
  /** Number and id of the case it opened or joined; null when no human must decide. */
  readonly case: { readonly id: string; readonly number: number } | null;
  /** In shadow mode nothing comes of the verdict. */
  readonly mode: Policy["mode"];
  /** This revision had been recorded before; nothing was done again. */
  readonly duplicate: boolean;
}

/** Resolves once the message is recorded: only then may an adapter acknowledge it. */
export type OnMessage = (message: Message) => Promise<Handled>;

/**
 * What Candor needs of a chat platform. Every effect is idempotent: doing it again gives `ok` or
 * `gone`. Every adapter passes test/conformance/platform.ts.
 */
export interface PlatformPort {
  readonly name: string;
  /** Messages of one channel are handed over in order, and none has to wait until the one before is recorded; a rejected hand-over is the adapter's to repeat. */
  start(onMessage: OnMessage): Promise<void>;
  /** Stops intake and waits for hand-overs under way. */
  stop(): Promise<void>;
  hideMessage(target: MessageTarget): Promise<ActionResult>;
  restoreMessage(target: MessageTarget): Promise<ActionResult>;
  /** A private word to the author. */
  nudgeAuthor(
    target: MessageTarget & { readonly authorId: string },
    reason: string,
  ): Promise<ActionResult>;
  /** `until` is epoch ms. A shorter timeout does not shorten one that stands. */
  timeoutMember(target: MemberTarget, until: number, reason: string): Promise<ActionResult>;
  liftTimeout(target: MemberTarget): Promise<ActionResult>;
  kickMember(target: MemberTarget, reason: string): Promise<ActionResult>;
  /** `until` is epoch ms, null for ever. A shorter ban does not shorten one that stands. */
  banMember(target: MemberTarget, until: number | null, reason: string): Promise<ActionResult>;
  /** `gone` where they are not banned. */
  unbanMember(target: MemberTarget): Promise<ActionResult>;
  /** An official answer under a message; `id` is the same for every try. */
  publish(target: MessageTarget, id: string, text: string): Promise<ActionResult>;
  /** Shows the case to the moderators, or brings what they see up to date. */
  showCase(view: CaseView): Promise<ActionResult>;
  /** A direct message; the same `notice.id` is delivered once. */
  direct(person: MemberTarget, notice: Notice): Promise<Delivered>;
  /** A message in the moderators' channel; the same `notice.id` is delivered once. */
  announce(communityId: string, notice: Notice): Promise<Delivered>;
  /** Somebody as the platform knows them now; null when they are not of the community. */
  member(target: MemberTarget): Promise<Result<PlatformMember | null, ActionError>>;
  /**
   * The language in which somebody last used the platform, whether they are of the community or were; null
   * where it was never known. Whoever is shown the door is told so in it.
   */
  languageOf(target: MemberTarget): Promise<Locale | null>;
  /** What the platform calls somebody, whether they are of the community or were; null where it does not know them. */
  nameOf(target: MemberTarget): Promise<string | null>;
  /** The IANA time zone of somebody's own device; null where the platform does not say. */
  timeZoneOf(target: MemberTarget): Promise<string | null>;
  /** Everybody to whom the platform's own settings give a role in the team. */
  team(communityId: string): Promise<Result<readonly PlatformMember[], ActionError>>;
}
