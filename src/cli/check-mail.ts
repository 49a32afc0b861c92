import { createTransport } from "nodemailer";
import { readSmtpFailure } from "../../adapters/notify/smtp-failure.ts";
import { readSmtpUrl } from "../../adapters/notify/smtp-server.ts";
import { errorCode } from "../../adapters/system/error-code.ts";
import type { Settings } from "../config/settings.ts";
import { CandorError } from "../engine/errors.ts";
import type { ActionError } from "../ports/platform.ts";

/** Longest wait for each step of the greeting. */
const PATIENCE_MS = 10_000;

/** Greets the mail server and logs in, without sending anything. Throws CANDOR-020; never names server or login. */
export async function checkMail({ SMTP_URL: url }: Settings): Promise<string> {
  if (url === undefined) return "SMTP_URL is not set; Candor sends no e-mail";
  const transport = createTransport({
    ...readSmtpUrl(url),
    connectionTimeout: PATIENCE_MS,
    dnsTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  });
  try {
    await transport.verify();
    return "the mail server answers and lets Candor in";
  } catch (error) {
    // The library's own words repeat addresses and what the server said.
    throw new CandorError("CANDOR-020", `SMTP_URL: ${failureWords(readSmtpFailure(error))}`);
  } finally {
    transport.close();
  }
}

function failureWords(failure: ActionError): string {
  switch (failure.kind) {
    case "forbidden":
      return "the mail server refuses the login";
    case "throttled":
      return "the mail server is busy and asks to come back later";
    case "unavailable": {
      const code = errorCode(failure.cause);
      return `the mail server cannot be reached${code === undefined ? "" : ` (${code})`}`;
    }
    case "unreachable":
    case "gone":
      return "the mail server refuses";
  }
}
