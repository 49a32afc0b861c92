import type { SSEStreamingApi } from "hono/streaming";

/**
 * What open pages are told. `message`, `verdict`, `hidden`, `restored`: a message's view. `case`: the
 * id of a case that changed, null for any of them. `audit`: the log has grown. `inbox`: the id of a person,
 * or `#channel`, who got a notice. `member`: the id of a person whose standing changed. `mode`: live
 * or shadow. `erased`: somebody was erased, nothing that was read before may stay on view; read everything.
 * `hello`: the stream begins; read everything.
 */
export type EventName =
  | "hello"
  | "message"
  | "verdict"
  | "hidden"
  | "restored"
  | "case"
  | "audit"
  | "inbox"
  | "member"
  | "mode"
  | "erased";

const HEARTBEAT_MS = 15_000;
/** A reader that is this many events behind is dropped; it reconnects and reads everything anew. */
const MOST_WAITING = 1000;

interface HubEvent {
  readonly event: EventName;
  readonly data: string;
}

interface Reader {
  readonly waiting: HubEvent[];
  gone: boolean;
  wake: () => void;
}

/** Tells every open page what happens, as server-sent events. Keeps nothing for readers that are not there. */
export class EventHub {
  readonly #readers = new Set<Reader>();
  #open = true;

  /** Pages that listen at the moment. */
  get readers(): number {
    return this.#readers.size;
  }

  send(event: EventName, data: unknown): void {
    const line: HubEvent = { event, data: JSON.stringify(data) };
    for (const reader of this.#readers) {
      if (reader.waiting.length >= MOST_WAITING) this.#drop(reader);
      else reader.waiting.push(line);
      reader.wake();
    }
  }

  /** Writes events to one reader until it leaves or the hub closes. */
  async serve(stream: SSEStreamingApi, hello: unknown): Promise<void> {
    const reader: Reader = { waiting: [], gone: false, wake: () => {} };
    stream.onAbort(() => leave(reader));
    this.#readers.add(reader);
    try {
      await stream.writeSSE({ event: "hello", data: JSON.stringify(hello) });
      while (this.#open && !reader.gone && !stream.aborted) {
        const next = reader.waiting.shift();
        if (next) await stream.writeSSE(next);
        else if (!(await wokenWithin(reader, HEARTBEAT_MS))) await stream.write(": still here\n\n");
      }
    } finally {
      this.#readers.delete(reader);
    }
  }

  /** A reader that does not keep up is told nothing more, whether or not its stream ever ends. */
  #drop(reader: Reader): void {
    reader.gone = true;
    reader.waiting.length = 0;
    this.#readers.delete(reader);
  }

  /** Whether new readers are taken. */
  get isOpen(): boolean {
    return this.#open;
  }

  open(): void {
    this.#open = true;
  }

  /** Ends every stream; no new one is to be served until the hub is opened again. */
  close(): void {
    this.#open = false;
    for (const reader of this.#readers) leave(reader);
  }
}

function leave(reader: Reader): void {
  reader.gone = true;
  reader.wake();
}

function wokenWithin(reader: Reader, ms: number): Promise<boolean> {
  if (reader.gone || reader.waiting.length > 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    timer.unref();
    reader.wake = () => {
      clearTimeout(timer);
      resolve(true);
    };
  });
}
