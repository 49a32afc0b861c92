import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import type { Locale } from "../../src/engine/policy.ts";
import type { Log } from "../../src/ports/log.ts";
import type { DiscordMessage } from "./payloads.ts";

/** Of each file the first bytes are read: enough for a list of people, and short enough to judge at once. */
const MOST_BYTES = 64 * 1024;
/** Files of one message that are read, and how long all of them may take. */
const MOST_FILES = 4;
const TIMEOUT_MS = 4000;

const TYPES = /^(?:text\/(?:plain|csv|markdown|tab-separated-values)|application\/json)(?:;|$)/iu;
const NAMES = /\.(?:txt|csv|tsv|json|log|md)$/iu;

type Attachment = DiscordMessage["attachments"][number];

export interface TextFilesParts {
  readonly log: Log;
  /** Whether files may lie on this machine: only where the API itself does. */
  readonly local: boolean;
}

/** What stands in the text files of messages. Discord itself makes one of a message that is too long. */
export class TextFiles {
  readonly #parts: TextFilesParts;

  constructor(parts: TextFilesParts) {
    this.#parts = parts;
  }

  /** Files that a message, or what it forwards, brings and that can be read. */
  of({ attachments, message_snapshots: snapshots }: DiscordMessage): readonly Attachment[] {
    return [...attachments, ...snapshots.flatMap(({ message }) => message.attachments)]
      .filter(isText)
      .slice(0, MOST_FILES);
  }

  /** The text of each file that could be read, cut where it is long. Never rejects: a file that fails is logged, and left out. */
  async read(
    files: readonly Pick<Attachment, "url">[],
    language?: Locale,
  ): Promise<readonly string[]> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const texts = await Promise.all(files.map((file) => this.#readOne(file, signal, language)));
    return texts.filter((text) => text !== null);
  }

  async #readOne(
    { url }: Pick<Attachment, "url">,
    signal: AbortSignal,
    language: Locale | undefined,
  ): Promise<string | null> {
    try {
      const address = await this.#checked(url ?? "");
      // A redirect would lead where nobody has looked.
      const response = await fetch(address, { signal, redirect: "error" });
      if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
      return decode(await beginning(response.body), language);
    } catch (err) {
      // The address is signed, and stands in some messages of `fetch`.
      const reason = err instanceof Error ? err.name : "unknown";
      this.#parts.log.info({ reason }, "a file of a message was not read; its words are judged");
      return null;
    }
  }

  /** The address where it is one of the web; throws where it is not, or lies in a private network. */
  async #checked(words: string): Promise<URL> {
    const url = new URL(words);
    if (url.protocol !== "https:" && url.protocol !== "http:") throw new Error("no web address");
    if (this.#parts.local) return url;
    const host = url.hostname.replace(/^\[|\]$/gu, "");
    const found = isIP(host) > 0 ? [{ address: host }] : await lookup(host, { all: true });
    if (found.some(({ address }) => isPrivate(address))) throw new Error("a private address");
    return url;
  }
}

/** Whether an address of the web names this machine. */
export function isLoopback(url: string): boolean {
  const host = new URL(url).hostname;
  return host === "localhost" || host === "[::1]" || host.startsWith("127.");
}

function isText({ filename, content_type: type = "" }: Attachment): boolean {
  if (TYPES.test(type)) return true;
  return NAMES.test(filename) && (type === "" || /^(?:text\/|application\/octet)/iu.test(type));
}

const PRIVATE = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const) {
  PRIVATE.addSubnet(net, bits, "ipv4");
}
for (const [net, bits] of [
  ["::", 127],
  ["64:ff9b::", 96],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const) {
  PRIVATE.addSubnet(net, bits, "ipv6");
}

/** Whether an IP address is of no use on the public internet; IPv4 in the form of IPv6 counts as what it is. */
export function isPrivate(address: string): boolean {
  return PRIVATE.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

async function beginning(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop ends the download.
    if (size >= MOST_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES);
}

/**
 * Text of UTF-8, of UTF-16, or of what spreadsheets in China and Taiwan are saved in, that of `language` first. Bytes
 * that are no text are left out, as where Discord shows the file; null for what is no text at all.
 */
export function decode(bytes: Uint8Array, language?: Locale): string | null {
  const utf8 = textOf("utf-8", bytes);
  const wide = wideOf(bytes);
  if (wide) return readable(textOf(wide, bytes));
  if (isMostly(utf8, /[^\p{ASCII}\uFFFD]/gu)) return readable(utf8);
  const others = language === "zh-TW" ? ["big5", "gb18030"] : ["gb18030", "big5"];
  for (const encoding of others) {
    const text = textOf(encoding, bytes);
    if (!/[\0\uFFFD]/u.test(text)) return readable(text);
  }
  return isMostly(utf8, /[^\0\uFFFD]/gu) ? readable(utf8) : null;
}

function textOf(encoding: string, bytes: Uint8Array): string {
  // `stream`: a character that was cut at the end is no mistake.
  return new TextDecoder(encoding).decode(bytes, { stream: true });
}

/** Whether no more of a text is not understood than there is of what counts. */
function isMostly(text: string, counts: RegExp): boolean {
  const bad = text.match(/\uFFFD/gu)?.length ?? 0;
  return bad === 0 || bad <= (text.match(counts)?.length ?? 0);
}

/** UTF-16 by its mark, or by the zeros that stand beside plain letters; null for other text. */
function wideOf(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const zeros = [0, 0];
  for (const [at, byte] of bytes.entries())
    if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (Math.abs(even - odd) < bytes.length / 4) return null;
  return odd > even ? "utf-16le" : "utf-16be";
}

/** null where control characters show that it is something else, such as a picture. */
function readable(text: string): string | null {
  const clean = text.replaceAll("\0", "");
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  const odd = clean.match(/[\u0001-\u0008\u000E-\u001F\uFFFD]/gu)?.length ?? 0;
  return odd * 3 > clean.length || clean === "" ? null : clean;
}
