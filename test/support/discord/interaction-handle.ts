import type { APIMessage } from "discord.js";
import type { ComponentBody } from "./prose-messages.ts";

/** The form that an answer opened. */
export interface ShownModal {
  readonly custom_id: string;
  readonly title: string;
  readonly components: readonly ComponentBody[];
}

export interface ShownChoice {
  readonly name: string;
  readonly value: string | number;
}

export type AnswerKind =
  | "message"
  | "deferred"
  | "deferred-update"
  | "update"
  | "choices"
  | "modal"
  | "edit"
  | "followup"
  | "delete";

/** One thing that the bot did with an interaction. */
export interface InteractionAnswer {
  readonly kind: AnswerKind;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Since the member acted. */
  readonly afterMs: number;
  /** Whether only the member sees it. */
  readonly ephemeral: boolean;
  readonly message: APIMessage | null;
  readonly modal: ShownModal | null;
  readonly choices: readonly ShownChoice[] | null;
}

/** What a member who pressed, typed or chose something sees come back. */
export class InteractionHandle {
  readonly id: string;
  readonly token: string;
  readonly userId: string;
  readonly channelId: string;
  readonly startedAt: number;
  /** In the order in which they came. */
  readonly answers: InteractionAnswer[] = [];
  /** Codes of answers that Discord refused: 40060, 10062 and the like. */
  readonly refused: number[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #read: () => APIMessage | null;

  constructor(
    about: { id: string; token: string; userId: string; channelId: string; startedAt: number },
    read: () => APIMessage | null,
  ) {
    this.id = about.id;
    this.token = about.token;
    this.userId = about.userId;
    this.channelId = about.channelId;
    this.startedAt = about.startedAt;
    this.#read = read;
  }

  /** The first answer; null until it came. */
  get first(): InteractionAnswer | null {
    return this.answers[0] ?? null;
  }

  /** The reply as it stands now; null when there is none, or it was deleted. */
  get message(): APIMessage | null {
    return this.#read();
  }

  get modal(): ShownModal | null {
    return this.answers.find((each) => each.kind === "modal")?.modal ?? null;
  }

  get choices(): readonly ShownChoice[] | null {
    return this.answers.find((each) => each.kind === "choices")?.choices ?? null;
  }

  get followups(): InteractionAnswer[] {
    return this.answers.filter((each) => each.kind === "followup");
  }

  note(answer: InteractionAnswer): void {
    this.answers.push(answer);
    this.#wake();
  }

  noteRefusal(code: number): void {
    this.refused.push(code);
    this.#wake();
  }

  /** Resolves with the first answer; rejects after `timeoutMs`. */
  async answered(timeoutMs = 3000): Promise<InteractionAnswer> {
    await this.until(() => this.answers.length > 0, timeoutMs);
    return this.answers[0] as InteractionAnswer;
  }

  /** Resolves once the reply says something, be it at once or after "thinking"; rejects after `timeoutMs`. */
  async replied(timeoutMs = 3000): Promise<APIMessage> {
    const speaks = () => this.message !== null && ((this.message.flags ?? 0) & 128) === 0;
    await this.until(speaks, timeoutMs);
    return this.message as APIMessage;
  }

  /** Resolves once `test` holds, which is tried after every answer; rejects after `timeoutMs`. */
  async until(test: (handle: InteractionHandle) => boolean, timeoutMs = 3000): Promise<void> {
    if (test(this)) return;
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const look = () => {
        if (!test(this)) return;
        done();
        resolve();
      };
      const timer = setTimeout(() => {
        done();
        const had = this.answers.map((each) => each.kind).join(", ") || "nothing";
        const codes = this.refused.join(", ") || "none";
        reject(new Error(`no such answer in ${timeoutMs} ms; had ${had}; refused: ${codes}`));
      }, timeoutMs);
      this.#waiting.add(look);
    });
  }

  #wake(): void {
    for (const look of this.#waiting) look();
  }
}
