/** The parts of the process that a command uses, so that a test can run one without a process. */
export interface CommandIo {
  readonly stdin: NodeJS.ReadableStream & AsyncIterable<Buffer | string>;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Size in characters from which collected output is written in one piece. */
const FLUSH_AT = 1 << 16;

/**
 * Collects lines and writes them in large pieces, waiting when the reader is slower, so that memory
 * does not grow with the output. Call `flush` at the end.
 */
export class LineWriter {
  readonly #out: NodeJS.WritableStream;
  #pending: string[] = [];
  #size = 0;

  constructor(out: NodeJS.WritableStream) {
    this.#out = out;
  }

  /** Adds one line; true when `flush` is due. */
  add(line: string): boolean {
    this.#pending.push(line, "\n");
    this.#size += line.length + 1;
    return this.#size >= FLUSH_AT;
  }

  async flush(): Promise<void> {
    if (this.#size === 0) return;
    const piece = this.#pending.join("");
    this.#pending = [];
    this.#size = 0;
    // The callback comes when the piece has gone on or the pipe has broken; either way there is nothing more to wait for.
    await new Promise<void>((resolve) => this.#out.write(piece, () => resolve()));
  }
}
