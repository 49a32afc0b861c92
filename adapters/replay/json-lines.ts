import { parseMessageInput } from "../../src/engine/message-input.ts";
import { type RecordOutcome, idPart } from "./export-record.ts";
import { type Line, MAX_LINE_BYTES } from "./read-lines.ts";

/** Reads one line of JSON Lines in the form of "one message in". Null for a blank line, which is no record. */
export function readMessageLine(line: Line): RecordOutcome | null {
  if (line.kind === "too-long") {
    const reason = `line of ${line.bytes} bytes, accepted are at most ${MAX_LINE_BYTES}`;
    return { kind: "unreadable", reason };
  }
  if (line.text.trim() === "") return null;
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch {
    // The parser's own message quotes the line, which may hold personal data.
    return { kind: "unreadable", reason: "not JSON" };
  }
  const parsed = parseMessageInput(value);
  return parsed.ok
    ? { kind: "message", message: parsed.value }
    : { kind: "unreadable", ...idPart(value), reason: parsed.error };
}
