import { isIP } from "node:net";
import type { SMTPPoolOptions } from "nodemailer";

type Server = Pick<
  SMTPPoolOptions,
  "host" | "port" | "secure" | "ignoreTLS" | "requireTLS" | "auth"
>;

/**
 * The mail server that `SMTP_URL` names. A login leaves this machine only over TLS: smtps:// is TLS
 * from the start, smtp:// with a login insists on STARTTLS. On this machine STARTTLS is not tried,
 * since local servers offer it with certificates that nobody vouches for.
 */
export function readSmtpUrl(url: string): Server {
  const { protocol, hostname, port, username, password } = new URL(url);
  const host = hostname.replace(/^\[|\]$/gu, "");
  const secure = protocol === "smtps:";
  const login = username !== "" || password !== "";
  const local = isLocal(host);
  return {
    host,
    ...(port !== "" && { port: Number(port) }),
    secure,
    ...(!secure && local && { ignoreTLS: true }),
    ...(!secure && !local && login && { requireTLS: true }),
    ...(login && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
  };
}

function isLocal(host: string): boolean {
  return isIP(host) === 4 ? host.startsWith("127.") : host === "::1" || host === "localhost";
}
