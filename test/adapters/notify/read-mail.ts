export interface Mail {
  /** Lower-case names; a repeated header's values in order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Decoded, with `\n`. */
  readonly body: string;
}

/** Reads a message of one text part, as RFC 5322, 2045 and 2047 have it. */
export function readMail(raw: string): Mail {
  const end = raw.indexOf("\r\n\r\n");
  const headers = new Map<string, string[]>();
  for (const line of raw
    .slice(0, end)
    .replace(/\r\n(?=[ \t])/gu, "")
    .split("\r\n")) {
    const [, name = "", value = ""] = /^([^:]+):\s*(.*)$/su.exec(line) ?? [];
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value]);
  }
  const encoding = headers.get("content-transfer-encoding")?.[0] ?? "7bit";
  return { headers, body: decodeBody(raw.slice(end + 4), encoding).replaceAll("\r\n", "\n") };
}

/** A header's text with its encoded words read. */
export function decodeWords(header: string): string {
  return header
    .replace(/\?=\s+=\?/gu, "?==?")
    .replace(/=\?utf-8\?([qb])\?([^?]*)\?=/giu, (_word, kind: string, text: string) =>
      kind.toLowerCase() === "b"
        ? Buffer.from(text, "base64").toString("utf8")
        : unquote(text.replaceAll("_", " ")),
    );
}

function decodeBody(body: string, encoding: string): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  return encoding === "quoted-printable" ? unquote(body.replace(/=\r\n/gu, "")) : body;
}

function unquote(text: string): string {
  const bytes = text.replace(/=([\dA-F]{2})/gu, (_match, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, "latin1").toString("utf8");
}
