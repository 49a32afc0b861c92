import type { Message, Origin } from "../engine/message.ts";
import type { Locale, Policy } from "../engine/policy.ts";
import type { ChannelStanding, PlatformMember } from "../engine/roles.ts";
import type { Result } from "../engine/result.ts";
import type { Verdict } from "../engine/verdict.ts";
import type { Delivered, Notice } from "./notifier.ts";
import type { ServerPort } from "./server.ts";
import type { PlatformExtras } from "./platform-extras.ts";
import type { CaseView } from "./store.ts";
import type { CommandNames } from "../words/say.ts";

/** What a caller must tell apart when a platform refuses. */
export type ActionError =
  /** Already gone: there is nothing to do, and nothing to try again; the audit log says so. */
  | { readonly kind: "gone" }
  /** The platform has no way back from what was done: tell whoever wanted it back, do not retry. */
  | { readonly kind: "irreversible" }
  /** A permission is missing: tell an operator, do not retry. */
  | {
      readonly kind: "forbidden";
      readonly permission: string;
      /** Where somebody grants it, where the platform says so. */
      readonly where?: GrantedIn;
    }
  /** The person cannot be written to: take the next way. */
  | { readonly kind: "unreachable" }
  | { readonly kind: "throttled"; readonly retryAfterMs: number }
  /** Network or 5xx: retry. */
  | { readonly kind: "unavailable"; readonly cause: unknown };

/** Where a missing permission is granted, in names as the platform shows them. */
export type GrantedIn =
  | { readonly kind: "server" }
  | { readonly kind: "channel"; readonly channel: string }
  /** The bot's highest role must stand above that of whoever is acted on. */
  | { readonly kind: "role-order" }
  /** Nobody can be given the right to do that to an owner, or to time an administrator out. */
  | { readonly kind: "nowhere" };

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

/** What a platform tells of beside messages. Telling it again changes nothing. */
export type PlatformEvent =
  /**
   * Messages are gone, or with `messageIds: null` their whole channel or thread. By whom the platform does not
   * say; what Candor deleted itself is not told of.
   */
  | {
      readonly kind: "deleted";
      readonly communityId: string;
      readonly channelId: string;
      readonly messageIds: readonly string[] | null;
      /** Authors whose messages go because Candor shut them out. */
      readonly except?: readonly string[];
    }
  /**
   * Words that stand in no channel as a message. The pipeline gives the message its id; the one it comes with
   * is the same when the event is told again.
   */
  | { readonly kind: "unposted"; readonly origin: Origin; readonly message: Message }
  /** The platform's own filter did something because of what somebody wrote. */
  | {
      readonly kind: "filtered";
      readonly platform: string;
      readonly communityId: string;
      readonly personId: string;
      /** The platform's id of its rule. */
      readonly rule: string;
      readonly action: FilterAction;
      /** The same when the event is told again. */
      readonly occasion: string;
    };

export const FILTER_ACTIONS = ["block", "alert", "timeout", "quarantine", "other"] as const;
export type FilterAction = (typeof FILTER_ACTIONS)[number];

/** Resolves once what follows from the event is durable. */
export type OnEvent = (event: PlatformEvent) => Promise<void>;

/**
 * What Candor needs of a chat platform. Every effect is idempotent: doing it again gives `ok` or
 * `gone`. Every adapter passes test/conformance/platform.ts.
 */
export interface PlatformPort {
  readonly name: string;
  /** Whether what is hidden there is deleted, so that nothing brings it back: `restoreMessage` is `irreversible`. */
  readonly hidesForGood?: boolean;
  readonly extras?: Partial<PlatformExtras>;
  /** What its people type to give a command, in their language; absent: a slash and the name of the command. */
  readonly commandName?: CommandNames;
  /** What the platform's own menu of a message calls a command, null where it has none; absent: messages are answered instead. */
  readonly menuName?: (command: string, locale: Locale) => string | null;
  /** What owners set up and ask after; absent where a community is no server with channels and roles. */
  readonly server?: ServerPort;
  /** Messages of one channel are handed over in order, and none has to wait until the one before is recorded; a rejected hand-over is the adapter's to repeat. An event is handed over once the messages of its channel that came before it are; without `onEvent` nothing becomes of events. */
  start(onMessage: OnMessage, onEvent?: OnEvent): Promise<void>;
  /** Stops intake and waits for hand-overs under way. */
  stop(): Promise<void>;
  /** `reason`, here and below, is shown in the platform's own log of what was done: no personal data. */
  hideMessage(target: MessageTarget, reason?: string): Promise<ActionResult>;
  restoreMessage(target: MessageTarget): Promise<ActionResult>;
  /** A private word to the author. */
  nudgeAuthor(
    target: MessageTarget & { readonly authorId: string },
    reason: string,
  ): Promise<ActionResult>;
  /** `until` is epoch ms. A shorter timeout does not shorten one that stands. */
  timeoutMember(target: MemberTarget, until: number, reason: string): Promise<ActionResult>;
  liftTimeout(target: MemberTarget, reason?: string): Promise<ActionResult>;
  kickMember(target: MemberTarget, reason: string): Promise<ActionResult>;
  /**
   * `until` is epoch ms, null for ever. A shorter ban does not shorten one that stands. Where the platform
   * can, what they wrote in the `deleteSeconds` before goes too.
   */
  banMember(
    target: MemberTarget,
    until: number | null,
    reason: string,
    deleteSeconds?: number,
  ): Promise<ActionResult>;
  /** `gone` where they are not banned. */
  unbanMember(target: MemberTarget, reason?: string): Promise<ActionResult>;
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
   * What somebody may do in one channel or thread; null when it is gone, or they are not of the community. Absent
   * where channels have no settings of their own: then everybody sees every channel, and what they may do in the
   * community they may do in each.
   */
  inChannel?(
    target: MemberTarget,
    channelId: string,
  ): Promise<Result<ChannelStanding | null, ActionError>>;
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
