import type { Decision } from "../../src/engine/case/decision.ts";
import type { CaseState } from "../../src/engine/case/case.ts";
import type { Verdict } from "../../src/engine/verdict.ts";
import type { Person } from "./people.ts";

/** How many messages of one channel the sandbox keeps; older ones are gone, as if they had scrolled away. */
export const KEPT_PER_CHANNEL = 500;

/** What the chat shows of the case to which a message belongs. */
export interface CaseMark {
  readonly id: string;
  readonly number: number;
  readonly state: CaseState;
  readonly outcome: Decision["outcome"] | null;
  /** Whether the decision deletes its messages. */
  readonly deletes: boolean;
  /** Round of the escalation ladder, which grows whenever a case must be decided anew. */
  readonly round: number;
}

/** A message as the platform keeps it on its own side, with its full text. */
export interface ChatMessage {
  readonly id: string;
  readonly channelId: string;
  readonly author: Person;
  readonly text: string;
  /** Epoch ms. */
  readonly sentAt: number;
  readonly replyTo: string | null;
  /** `not-recorded`: Candor could not take it in; posting it again under its id repeats the hand-over. */
  readonly status: "sending" | "judged" | "not-recorded";
  readonly verdict: Verdict | null;
  /** Judged in shadow mode: nothing came of the verdict. */
  readonly shadow: boolean;
  /** Of the newest case that it belongs to. */
  readonly case: CaseMark | null;
  readonly hidden: boolean;
  /** A private word to the author. */
  readonly nudge: string | null;
  /** The community's own answer, published on a moderator's word. */
  readonly official: boolean;
  /** Grows with every change in the chat, so that a reader can tell which of two views is newer. */
  readonly version: number;
}

export type NewChatMessage = Pick<
  ChatMessage,
  "id" | "channelId" | "author" | "text" | "sentAt" | "replyTo"
> &
  Partial<Pick<ChatMessage, "official" | "status">>;

type Change = Partial<
  Pick<ChatMessage, "status" | "verdict" | "shadow" | "case" | "hidden" | "nudge">
>;

/** The platform's own memory: the newest messages of each channel. Nothing of it outlives the process. */
export class Chat {
  readonly #channels = new Map<string, Map<string, ChatMessage>>();
  readonly #kept: number;
  #version = 0;

  constructor(kept = KEPT_PER_CHANNEL) {
    this.#kept = kept;
  }

  find(channelId: string, messageId: string): ChatMessage | undefined {
    return this.#channels.get(channelId)?.get(messageId);
  }

  /** Every kept message, channel by channel, oldest first. */
  messages(): readonly ChatMessage[] {
    return [...this.#channels.values()].flatMap((channel) => [...channel.values()]);
  }

  add(message: NewChatMessage): ChatMessage {
    const added: ChatMessage = {
      status: "sending",
      official: false,
      ...message,
      verdict: null,
      shadow: false,
      case: null,
      hidden: false,
      nudge: null,
      version: this.#nextVersion(),
    };
    const channel = this.#channels.get(message.channelId) ?? new Map<string, ChatMessage>();
    this.#channels.set(message.channelId, channel.set(message.id, added));
    if (channel.size > this.#kept) forgetOldest(channel);
    return added;
  }

  /** The changed message, or undefined when the chat does not hold it any more. */
  change(channelId: string, messageId: string, change: Change): ChatMessage | undefined {
    const channel = this.#channels.get(channelId);
    const message = channel?.get(messageId);
    if (!channel || !message) return undefined;
    const changed = { ...message, ...change, version: this.#nextVersion() };
    channel.set(messageId, changed);
    return changed;
  }

  forget(channelId: string, messageId: string): void {
    this.#channels.get(channelId)?.delete(messageId);
  }

  #nextVersion(): number {
    this.#version += 1;
    return this.#version;
  }
}

function forgetOldest(channel: Map<string, ChatMessage>): void {
  for (const [id, message] of channel) {
    // A message on its way to Candor stays until its verdict is there.
    if (message.status === "sending") continue;
    channel.delete(id);
    return;
  }
}
