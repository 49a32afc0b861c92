import { isUtf8 } from "node:buffer";

const LF = 0x0a;
const BACKSLASH = 0x5c;

/**
 * Telegram Desktop writes control characters as `\x0B`, which is not JSON
 * (telegramdesktop/tdesktop#27571). Taking escapes in pairs keeps `\\x41` as it is.
 */
const ESCAPE = /\\(?:x([0-9A-Fa-f]{2})|[^])/gu;

/**
 * Telegram Desktop 4.1 wrote the path of a custom emoji without quotation marks
 * (telegramdesktop/tdesktop#24961), always as the last thing on its line. Inside a string neither the
 * quotation mark nor the line's end could stand as they are, so that only a key can match.
 */
const BARE_DOCUMENT_ID =
  /(?<!\\)("document_id": )(?!null|true|false)([A-Za-z(][^\n"\\]*?)(?=,?\r?\n)/gu;

/**
 * Yields the bytes of a JSON document with what a strict parser would stop at put right: invalid
 * UTF-8 becomes U+FFFD, and the two known faults of Telegram Desktop are mended. Sound bytes pass
 * through untouched. Holds at most about two chunks.
 */
export async function* cleanJson(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const data = held.length > 0 ? Buffer.concat([held, chunk]) : chunk;
    const cut = cutPoint(data);
    held = data.subarray(cut);
    if (cut > 0) yield mendJson(data.subarray(0, cut));
  }
  if (held.length > 0) yield mendJson(held);
}

/** Puts right a stretch of JSON that does not end inside a character or an escape. */
export function mendJson(data: Buffer): Buffer {
  const mendable = data.includes("\\x") || data.includes('"document_id": ');
  if (!mendable && isUtf8(data)) return data;
  const text = data
    .toString("utf8")
    .replace(ESCAPE, (escape, hex: string | undefined) => (hex ? `\\u00${hex}` : escape))
    .replace(BARE_DOCUMENT_ID, (_, key: string, path: string) => key + JSON.stringify(path));
  return Buffer.from(text);
}

/**
 * How much of the data can be mended on its own. The end of a line is best: a line feed stands neither
 * inside a character, an escape nor a string. Without one, everything but an unfinished character or
 * escape at the end.
 */
function cutPoint(data: Buffer): number {
  const line = data.lastIndexOf(LF);
  if (line >= 0) return line + 1;
  let cut = data.length;
  for (let back = 1; back <= 4 && back <= data.length; back += 1) {
    const byte = data[data.length - back] ?? 0;
    if (byte === BACKSLASH || byte >= 0xc0) cut = data.length - back;
  }
  while (cut > 0 && data[cut - 1] === BACKSLASH) cut -= 1;
  return cut;
}
