import type { Message } from "../engine/message.ts";
import type { Result } from "../engine/result.ts";
import type { Verdict } from "../engine/verdict.ts";
import type { CaseView } from "./store.ts";

/** What a caller must tell apart when a platform refuses. */
export type ActionError =
  /** Already gone: there is nothing to do, and nothing to try again; the audit log says so. */
  | { readonly kind: "gone" }
  /** A permission is missing: tell an operator, do not retry. */
  | { readonly kind: "forbidden"; readonly permission: string }
  /** The person cannot be written to: take the next way. */
  | { readonly kind: "unreachable" }
  | { readonly kind: "throttled"; readonly retryAfterMs: number }
  /** Network or 5xx: retry. */
  | { readonly kind: "unavailable"; readonly cause: unknown };

export interface MessageTarget {
  readonly communityId: string;
  readonly channelId: string;
  readonly messageId: string;
}

/** What became of a received message once it is durable. */
export interface Handled {
  readonly verdict: Verdict;
  /** Number and id of the case it opened; null when no human must decide. */
  readonly case: { readonly id: string; readonly number: number } | null;
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
  /** Messages of one channel are handed over one at a time, in order; a rejected hand-over is the adapter's to repeat. */
  start(onMessage: OnMessage): Promise<void>;
  /** Stops intake and waits for hand-overs under way. */
  stop(): Promise<void>;
  hideMessage(target: MessageTarget): Promise<Result<void, ActionError>>;
  restoreMessage(target: MessageTarget): Promise<Result<void, ActionError>>;
  /** A private word to the author. */
  nudgeAuthor(
    target: MessageTarget & { readonly authorId: string },
    reason: string,
  ): Promise<Result<void, ActionError>>;
  /** Shows the case to the moderators, or brings what they see up to date. */
  showCase(view: CaseView): Promise<Result<void, ActionError>>;
  /** Tells the people of a rung that nobody has decided in time; `rung` is 1 for the first. */
  escalate(view: CaseView, rung: number): Promise<Result<void, ActionError>>;
}
