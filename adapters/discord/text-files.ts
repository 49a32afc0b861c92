import { lookup } from "node:dns";
import { get as getPlain, type IncomingMessage } from "node:http";
import { get as getSecure } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import type { Locale } from "../../src/engine/policy.ts";
import type { Log } from "../../src/ports/log.ts";
import type { DiscordMessage } from "./payloads.ts";

/** Of each file the first bytes are read, and of all together: enough for a list of people, and short enough to judge at once. */
const MOST_BYTES = 64 * 1024;
const MOST_TOGETHER = 256 * 1024;
/** Files of one message that are read; Discord takes ten. */
const MOST_FILES = 10;
/** How long each of two tries may take. */
const TIMEOUT_MS = 2000;

/** What Discord shows inline, by type and by name. */
const TYPES =
  /^(?:text\/|application\/(?:(?:.+\+)?(?:json|xml)|(?:x-)?(?:yaml|toml|sh|javascript|ecmascript|typescript|ndjson|sql|httpd-php))(?:;|$))/iu;
const NAMES =
  /\.(?:txt|text|csv|tsv|json|jsonl|ndjson|log|md|markdown|rst|tex|html?|xml|svg|ya?ml|toml|ini|cfg|conf|env|properties|css|s[ac]ss|less|[cm]?[jt]sx?|py|rb|php|pl|lua|go|rs|java|kt|kts|swift|scala|dart|[ch](?:pp|xx|s)?|hpp|m|r|jl|sql|sh|bash|zsh|fish|bat|cmd|ps1|vbs|diff|patch|srt|vtt|ass|vcf|ics|eml)$/iu;

type Attachment = DiscordMessage["attachments"][number];

export interface TextFilesParts {
  readonly log: Log;
  /** Whether files may lie on this machine: only where the API itself does. */
  readonly local: boolean;
}

/** What was read of the files of a message. */
export interface FilesRead {
  readonly texts: readonly string[];
  /** How many were not read, or not to their end. */
  readonly unread: number;
}

/** What stands in the text files of messages. Discord itself makes one of a message that is too long. */
export class TextFiles {
  readonly #parts: TextFilesParts;

  constructor(parts: TextFilesParts) {
    this.#parts = parts;
  }

  /** Text files that a message, or what it forwards, brings. */
  of({ attachments, message_snapshots: snapshots }: DiscordMessage): readonly Attachment[] {
    return [...attachments, ...snapshots.flatMap(({ message }) => message.attachments)].filter(
      isText,
    );
  }

  /** The text of each file that could be read, cut where it is long. Never rejects: a file that fails is logged, and left out. */
  async read(files: readonly Pick<Attachment, "url">[], language?: Locale): Promise<FilesRead> {
    const some = files.slice(0, MOST_FILES);
    const all = await Promise.all(some.map(({ url }) => this.#tryTwice(url ?? "")));
    const texts: string[] = [];
    let left = MOST_TOGETHER;
    let unread = files.length - some.length;
    for (const file of all) {
      const bytes = file?.bytes.subarray(0, left);
      const text = bytes && bytes.length > 0 ? decode(bytes, language) : null;
      left -= bytes?.length ?? 0;
      if (text !== null) texts.push(text);
      const isWhole = file?.isWhole === true && file.bytes.length === bytes?.length;
      if (!isWhole || (text === null && file.bytes.length > 0)) unread += 1;
    }
    return { texts, unread };
  }

  async #tryTwice(url: string): Promise<Beginning | null> {
    for (const isLast of [false, true]) {
      try {
        return await beginningOf(await this.#open(url));
      } catch (err) {
        if (!isLast && !(err instanceof Refused)) continue;
        // The address is signed, and stands in some messages of errors.
        const reason = err instanceof Error ? err.name : "unknown";
        this.#parts.log.info({ reason }, "a file of a message was not read; its words are judged");
        return null;
      }
    }
    return null;
  }

  /** What lies at an address of the web; rejects where it is none, or lies in a private network. */
  async #open(words: string): Promise<IncomingMessage> {
    const url = webAddress(words);
    const { local } = this.#parts;
    const host = url.hostname.replace(/^\[|\]$/gu, "");
    if (!local && isIP(host) > 0 && isPrivate(host)) throw new Refused("a private address");
    const get = url.protocol === "https:" ? getSecure : getPlain;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(!local && { lookup: publicLookup }),
      };
      get(url, options, resolve).on("error", reject);
    });
    const { statusCode = 0 } = response;
    if (statusCode === 200) return response;
    response.destroy();
    // A redirect would lead where nobody has looked; what is not there now is not there a moment later.
    if (statusCode < 500) throw new Refused(`status ${statusCode}`);
    throw new Error(`status ${statusCode}`);
  }
}

/** What another try would not mend. */
class Refused extends Error {
  override readonly name = "Refused";
}

function webAddress(words: string): URL {
  const url = URL.canParse(words) ? new URL(words) : null;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new Refused("no web address");
}

/** What a name is looked up as is what is connected to: a second answer could lead somewhere else than was checked. */
const publicLookup: LookupFunction = (host, options, answer) => {
  lookup(host, { ...options, all: true }, (err, found) => {
    if (err) return answer(err, "", 0);
    const [first] = found;
    const isOpen = first !== undefined && !found.some(({ address }) => isPrivate(address));
    if (!isOpen) return answer(new Refused("a private address"), "", 0);
    if (options.all === true) return answer(null, found);
    return answer(null, first.address, first.family);
  });
};

/** Whether an address of the web names this machine. */
export function isLoopback(url: string): boolean {
  const host = new URL(url).hostname;
  return host === "localhost" || host === "[::1]" || host.startsWith("127.");
}

function isText({ filename, content_type: type = "" }: Attachment): boolean {
  if (TYPES.test(type)) return true;
  // TypeScript has the ending, and so the type, of a video.
  const saysNothing = type === "" || /^application\/octet-stream|^video\/mp2t/iu.test(type);
  return NAMES.test(filename) && saysNothing;
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

/** The first bytes of a file, and whether they are all of it. */
interface Beginning {
  readonly bytes: Uint8Array;
  readonly isWhole: boolean;
}

async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<Beginning> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop ends the download.
    if (size > MOST_BYTES) break;
  }
  return {
    bytes: Buffer.concat(chunks).subarray(0, MOST_BYTES),
    isWhole: size <= MOST_BYTES,
  };
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
