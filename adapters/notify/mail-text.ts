import type { Notice } from "../../src/ports/notifier.ts";

/** Longest subject, in code points: mail programs show fewer, and the body has the whole title. */
const SUBJECT = 200;
/** RFC 5321, 4.5.3.1.3: 256 octets of a path, two of them its brackets. */
const ADDRESS_BYTES = 254;
/** One mailbox without comments, quotes or routes. */
const ADDRESS = /^[^\s\p{C}@<>()[\]\\,;:"]+@[^\s\p{C}@<>()[\]\\,;:"]+$/u;

/** Whether mail can be addressed to it: exactly one mailbox, and nothing that a header or a command would read otherwise. */
export function isMailAddress(address: string): boolean {
  return ADDRESS.test(address) && Buffer.byteLength(address) <= ADDRESS_BYTES;
}

/** One line without control characters, and without the marks by which a text turns round what is shown beside it. */
function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u202a-\u202e\u2066-\u2069]/gu, "")
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim();
}

/** The title on one line, cut after 200 code points; nothing in it reads as an encoded word (RFC 2047), which is shown as another text. */
export function subjectOf(notice: Notice): string {
  const title = [...oneLine(notice.title).replaceAll("=?", "= ?")];
  return title.length > SUBJECT ? `${title.slice(0, SUBJECT - 1).join("")}…` : title.join("");
}

/** Plain text: the title, the lines, then each button as `label: /command`. */
export function bodyOf(notice: Notice): string {
  const commands = notice.buttons.map(({ label, command }) => `${label}: /${command}`);
  const parts = [[notice.title], notice.lines, commands].filter((part) => part.length > 0);
  return `${parts.map((part) => part.map(oneLine).join("\n")).join("\n\n")}\n`;
}
