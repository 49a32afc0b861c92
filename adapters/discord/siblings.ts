import { z } from "zod";

/** What one process says to another, as both ends of the manager's channel carry it. */
export const wordSchema = z.object({
  candor: z.literal("word"),
  /** To the manager the process that is meant, from it the process that said it. */
  peer: z.int().min(0),
  said: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("interaction"), id: z.int(), payload: z.unknown() }),
    z.object({ kind: z.literal("taken"), id: z.int() }),
  ]),
});
export type Word = z.infer<typeof wordSchema>;

/** Discord waits for three seconds: whoever hears nothing by then still has time to answer. */
const TAKEN_WITHIN_MS = 1500;

/** The other processes of the same bot. */
export interface Siblings {
  /** Hands an interaction over to a process; whether that has taken it in time. */
  passOn(index: number, payload: unknown): Promise<boolean>;
  /** What becomes of what others hand over. Called once, before anything is. */
  hear(handle: (payload: unknown) => void): void;
}

/** The part of `process` that a channel to the manager is. */
export interface ManagerChannel {
  send?(message: unknown): unknown;
  on(event: "message", listener: (message: unknown) => void): unknown;
}

/**
 * The other processes over the channel to the manager that started them all. What is handed over holds the token that
 * answers an interaction, and goes from memory to memory.
 */
export class ManagedSiblings implements Siblings {
  readonly #channel: ManagerChannel;
  readonly #withinMs: number;
  readonly #waiting = new Map<number, (taken: boolean) => void>();
  #handle: ((payload: unknown) => void) | null = null;
  #last = 0;

  constructor(channel: ManagerChannel, withinMs = TAKEN_WITHIN_MS) {
    this.#channel = channel;
    this.#withinMs = withinMs;
    channel.on("message", (message) => this.#heard(message));
  }

  async passOn(index: number, payload: unknown): Promise<boolean> {
    const id = ++this.#last;
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(false), this.#withinMs);
      const settle = (taken: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(taken);
      };
      this.#waiting.set(id, settle);
      this.#say(index, { kind: "interaction", id, payload });
    });
  }

  hear(handle: (payload: unknown) => void): void {
    this.#handle = handle;
  }

  #heard(message: unknown): void {
    const read = wordSchema.safeParse(message);
    if (!read.success) return;
    const { peer, said } = read.data;
    if (said.kind === "taken") return this.#waiting.get(said.id)?.(true);
    if (!this.#handle) return;
    this.#say(peer, { kind: "taken", id: said.id });
    this.#handle(said.payload);
  }

  #say(peer: number, said: Word["said"]): void {
    this.#channel.send?.({ candor: "word", peer, said } satisfies Word);
  }
}
