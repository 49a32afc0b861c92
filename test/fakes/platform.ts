import type { Message } from "../../src/engine/message.ts";
import { fail, ok, type Result } from "../../src/engine/result.ts";
import type {
  ActionError,
  MessageTarget,
  OnMessage,
  PlatformPort,
} from "../../src/ports/platform.ts";
import type { CaseView } from "../../src/ports/store.ts";

/** A message as the fake keeps it, with everything that was done to it. */
export interface FakeMessage {
  readonly message: Message;
  readonly hidden: boolean;
  readonly nudge: string | null;
}

export interface FakeCase {
  readonly state: CaseView["state"];
  readonly rung: number;
}

/** A chat platform in memory for tests of the pipeline. `refuse` makes every effect fail in one way. */
export class FakePlatform implements PlatformPort {
  readonly name: string;
  refuse: ActionError | null = null;
  readonly cases = new Map<string, FakeCase>();
  readonly #messages = new Map<string, FakeMessage>();
  readonly #lanes = new Map<string, Promise<unknown>>();
  #onMessage: OnMessage | null = null;

  constructor(name = "fake") {
    this.name = name;
  }

  async start(onMessage: OnMessage): Promise<void> {
    this.#onMessage = onMessage;
  }

  async stop(): Promise<void> {
    this.#onMessage = null;
    await Promise.all(this.#lanes.values());
  }

  /** A member posts; resolves to whether it was acknowledged. Posting the same message again hands it over again. */
  post(message: Message): Promise<boolean> {
    const onMessage = this.#onMessage;
    if (!onMessage) return Promise.resolve(false);
    const key = keyOf(message.community.id, message.channel.id, message.id);
    if (!this.#messages.has(key)) this.#messages.set(key, { message, hidden: false, nudge: null });
    const before = this.#lanes.get(message.channel.id) ?? Promise.resolve();
    const turn = before
      .then(() => onMessage(message))
      .then(
        () => true,
        () => false,
      );
    this.#lanes.set(message.channel.id, turn);
    return turn;
  }

  /** Messages of a channel, oldest first. */
  messages(channelId: string): readonly FakeMessage[] {
    return [...this.#messages.values()].filter(({ message }) => message.channel.id === channelId);
  }

  async hideMessage(target: MessageTarget): Promise<Result<void, ActionError>> {
    return this.#affect(target, { hidden: true });
  }

  async restoreMessage(target: MessageTarget): Promise<Result<void, ActionError>> {
    return this.#affect(target, { hidden: false });
  }

  async nudgeAuthor(
    target: MessageTarget & { readonly authorId: string },
    reason: string,
  ): Promise<Result<void, ActionError>> {
    return this.#affect(target, { nudge: reason });
  }

  async showCase(view: CaseView): Promise<Result<void, ActionError>> {
    return this.#show(view, view.rung);
  }

  async escalate(view: CaseView, rung: number): Promise<Result<void, ActionError>> {
    return this.#show(view, rung);
  }

  #show(view: CaseView, rung: number): Result<void, ActionError> {
    if (this.refuse) return fail(this.refuse);
    const known = this.cases.get(view.id);
    this.cases.set(view.id, {
      state: known?.state === "decided" ? "decided" : view.state,
      rung: Math.max(rung, known?.rung ?? 0),
    });
    return ok(undefined);
  }

  #affect(target: MessageTarget, change: Partial<FakeMessage>): Result<void, ActionError> {
    if (this.refuse) return fail(this.refuse);
    const key = keyOf(target.communityId, target.channelId, target.messageId);
    const known = this.#messages.get(key);
    if (!known) return fail({ kind: "gone" });
    this.#messages.set(key, { ...known, ...change });
    return ok(undefined);
  }
}

function keyOf(communityId: string, channelId: string, messageId: string): string {
  return `${communityId}\n${channelId}\n${messageId}`;
}
