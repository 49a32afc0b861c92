/** The longest line that is kept, in bytes. Longer ones are skipped while they stream by. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** One line of the input, empty ones included. `line` counts from 1; `text` is without the line's end. */
export type Line =
  | { readonly kind: "line"; readonly line: number; readonly text: string }
  /** Longer than the limit, and not kept. */
  | { readonly kind: "too-long"; readonly line: number; readonly bytes: number };

const LF = 0x0a;
const CR = 0x0d;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Splits UTF-8 into lines and yields them in batches, about one for each chunk that arrives: one
 * `await` for each line would cost more than the reading. Ends are LF or CR LF; a last line needs
 * none. A byte order mark is dropped and invalid UTF-8 becomes U+FFFD.
 *
 * Holds at most one chunk and one unfinished line of `maxLineBytes`. A failure of the source throws.
 */
export async function* readLines(
  source: AsyncIterable<Buffer | string>,
  maxLineBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<readonly Line[]> {
  const splitter = makeLineSplitter(maxLineBytes);
  for await (const chunk of source) {
    const lines = splitter.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
    if (lines.length > 0) yield lines;
  }
  const last = splitter.finish();
  if (last.length > 0) yield last;
}

interface LineSplitter {
  push(chunk: Buffer): readonly Line[];
  finish(): readonly Line[];
}

function makeLineSplitter(maxLineBytes: number): LineSplitter {
  let line = 0;
  let pieces: Buffer[] = [];
  let pieceBytes = 0; // counted even after the pieces of an overlong line were let go
  let started = false;

  function hold(piece: Buffer): void {
    if (piece.length === 0) return;
    pieceBytes += piece.length;
    // One byte above the limit may be the CR of a line's end.
    if (pieceBytes > maxLineBytes + 1) pieces = [];
    else pieces.push(piece);
  }

  function finishHeld(): Line {
    const whole = Buffer.concat(pieces);
    const bytes = pieceBytes;
    pieces = [];
    pieceBytes = 0;
    return bytes > whole.length ? tooLong(bytes) : toLine(whole);
  }

  function toLine(bytes: Buffer): Line {
    const length = bytes.at(-1) === CR ? bytes.length - 1 : bytes.length;
    return length > maxLineBytes ? tooLong(length) : kept(bytes.toString("utf8", 0, length));
  }

  function tooLong(bytes: number): Line {
    return { kind: "too-long", line: (line += 1), bytes };
  }

  function kept(text: string): Line {
    return { kind: "line", line: (line += 1), text };
  }

  function push(chunk: Buffer): readonly Line[] {
    let rest = chunk;
    if (!started) {
      // The mark may itself arrive in pieces.
      rest = Buffer.concat([...pieces, chunk]);
      pieces = [];
      pieceBytes = 0;
      if (rest.length < BOM.length && BOM.subarray(0, rest.length).equals(rest)) {
        hold(rest);
        return [];
      }
      started = true;
      if (rest.subarray(0, BOM.length).equals(BOM)) rest = rest.subarray(BOM.length);
    }
    const lines: Line[] = [];
    if (pieceBytes > 0) {
      const end = rest.indexOf(LF);
      hold(end < 0 ? rest : rest.subarray(0, end));
      if (end < 0) return lines;
      lines.push(finishHeld());
      rest = rest.subarray(end + 1);
    }
    const last = rest.lastIndexOf(LF);
    if (last >= 0) append(lines, rest.subarray(0, last));
    hold(rest.subarray(last + 1));
    return lines;
  }

  function append(lines: Line[], block: Buffer): void {
    if (block.length > maxLineBytes) {
      for (let start = 0; start <= block.length; ) {
        const found = block.indexOf(LF, start);
        const end = found < 0 ? block.length : found;
        lines.push(toLine(block.subarray(start, end)));
        start = end + 1;
      }
      return;
    }
    const text = block.toString("utf8");
    const hasCr = text.includes("\r");
    for (const entry of text.split("\n")) lines.push(kept(hasCr ? withoutCr(entry) : entry));
  }

  function finish(): readonly Line[] {
    return pieceBytes > 0 ? [finishHeld()] : [];
  }

  return { push, finish };
}

function withoutCr(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
