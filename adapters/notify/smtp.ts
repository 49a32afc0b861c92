import { domainToASCII } from "node:url";
import { type SendMailOptions, createTransport } from "nodemailer";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Delivered, Delivery, Notice, Notifier } from "../../src/ports/notifier.ts";
import type { ActionError } from "../../src/ports/platform.ts";
import { headerToken } from "./header-token.ts";
import { logDelivery } from "./log-delivery.ts";
import { bodyOf, isMailAddress, subjectOf } from "./mail-text.ts";
import { type SendLimits, makeSends } from "./sends.ts";
import { readSmtpFailure } from "./smtp-failure.ts";
import { readSmtpUrl } from "./smtp-server.ts";

/** In ms. The library's own limits are minutes, for bulk mail that nobody waits for. */
export interface EmailLimits extends SendLimits {
  readonly connectMs: number;
  readonly greetingMs: number;
  /** Silence of the server in the middle of a session. */
  readonly socketMs: number;
}

const LIMITS: EmailLimits = {
  connectMs: 10_000,
  greetingMs: 10_000,
  socketMs: 20_000,
  deadlineMs: 60_000,
  graceMs: 5000,
};
/** Notices are few; more would only meet the limits that providers set per client. */
const CONNECTIONS = 2;
const IDLE_MS = 60_000;

export interface EmailOptions {
  /** smtp:// or smtps://, with a login where the server wants one; see `SMTP_URL`. */
  readonly url: string;
  /** `Candor <candor@example.org>`; see `SMTP_FROM`. */
  readonly from: string;
  readonly log: Log;
  readonly limits?: Partial<EmailLimits>;
}

/**
 * Notices by e-mail. The Message-ID, which is also the delivery's `ref`, follows from the notice's
 * id, so that a mail server or a reader recognises a repeated try.
 */
export function makeEmail(options: EmailOptions): Notifier {
  const { log } = options;
  const limits = { ...LIMITS, ...options.limits };
  const transport = makeTransport(options.url, limits);
  const sends = makeSends(limits);

  async function deliver(mail: SendMailOptions): Promise<Result<Delivery, ActionError>> {
    try {
      const { messageId } = await transport.sendMail(mail);
      return ok({ ref: messageId });
    } catch (error) {
      return fail(readSmtpFailure(error));
    }
  }

  async function send(address: string, notice: Notice): Promise<Delivered> {
    if (!isMailAddress(address)) return fail({ kind: "unreachable" });
    const mail = composeMail(options.from, address, notice);
    return sends.run((signal) => deliver({ ...mail, signal }));
  }

  return {
    way: "email",
    async send(address, notice) {
      const delivered = await send(address, notice);
      logDelivery(log, "email", notice, delivered);
      return delivered;
    },
    async close() {
      await sends.close();
      // Nothing is under way, so there is nothing that force could lose.
      transport.close({ force: true });
    },
  };
}

function makeTransport(url: string, limits: EmailLimits) {
  return createTransport({
    ...readSmtpUrl(url),
    pool: true,
    maxConnections: CONNECTIONS,
    idleTimeout: IDLE_MS,
    // Each may have been dropped by the server while it was idle; further tries are the caller's.
    maxRequeues: CONNECTIONS,
    connectionTimeout: limits.connectMs,
    dnsTimeout: limits.connectMs,
    greetingTimeout: limits.greetingMs,
    socketTimeout: limits.socketMs,
    // The server has answered by then: waiting for its farewell would only keep the process.
    socketCloseTimeout: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
}

function composeMail(from: string, address: string, notice: Notice): SendMailOptions {
  const domain = domainToASCII(/@([^@>\s]+)>?$/u.exec(from)?.[1] ?? "") || "localhost";
  return {
    from,
    to: { name: "", address },
    subject: subjectOf(notice),
    text: bodyOf(notice),
    messageId: `<notice-${headerToken(notice.id)}@${domain}>`,
    // RFC 3834, 5: keeps holiday replies and mailing lists from answering.
    headers: { "Auto-Submitted": "auto-generated" },
  };
}
