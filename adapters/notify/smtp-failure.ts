import type { ActionError } from "../../src/ports/platform.ts";
import { cleanError } from "./clean-error.ts";

/** The server wants less: shutting down or too many connections, mailbox busy or greylisted, too many recipients (RFC 5321, 4.2.3). */
const BUSY: ReadonlySet<number> = new Set([421, 450, 452]);
/** Greylisting asks for a minute or more (RFC 6647, 5). */
const BUSY_MS = 60_000;
/** Login required, mechanism too weak, login refused, encryption required (RFC 4954, 6). */
const LOGIN: ReadonlySet<number> = new Set([530, 534, 535, 538]);
/** A command out of order: a fault of the session, so another one may succeed. */
const OUT_OF_ORDER = 503;

/** The fields of nodemailer's errors that hold no text of anybody. */
interface SmtpFailure {
  readonly code: string | undefined;
  /** Reply code; undefined when no reply came. */
  readonly reply: number | undefined;
  /** `RCPT TO`, `MAIL FROM`, `DATA`, `AUTH PLAIN`, `CONN` and so on. */
  readonly command: string | undefined;
}

function readFields(error: unknown): SmtpFailure {
  const fields: Record<string, unknown> =
    typeof error === "object" && error !== null ? { ...error } : {};
  const text = (name: string) => (typeof fields[name] === "string" ? fields[name] : undefined);
  const reply = fields["responseCode"];
  return {
    code: text("originalCode") ?? text("code"),
    reply: typeof reply === "number" ? reply : undefined,
    command: text("command"),
  };
}

/** What an error of nodemailer means to the caller. The cause holds codes only. */
export function readSmtpFailure(error: unknown): ActionError {
  const failure = readFields(error);
  const { code, reply } = failure;
  if (reply !== undefined && BUSY.has(reply)) return { kind: "throttled", retryAfterMs: BUSY_MS };
  if (refusesLogin(failure)) return { kind: "forbidden", permission: "SMTP login" };
  if (reply === undefined) {
    // The library found the mailbox unusable and has asked nobody.
    if (code === "EENVELOPE") return { kind: "unreachable" };
  } else if (reply >= 500 && reply !== OUT_OF_ORDER) {
    if (failure.command === "RCPT TO" || failure.command === "DATA") return { kind: "unreachable" };
    if (failure.command === "MAIL FROM") return { kind: "forbidden", permission: "SMTP_FROM" };
  }
  return { kind: "unavailable", cause: cleanError({ code, status: reply }) };
}

function refusesLogin({ code, reply }: SmtpFailure): boolean {
  if (reply !== undefined && LOGIN.has(reply)) return true;
  return code === "EAUTH" && (reply === undefined || reply >= 500);
}
