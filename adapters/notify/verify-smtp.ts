import { createTransport } from "nodemailer";
import { fail, ok } from "../../src/engine/result.ts";
import type { ActionResult } from "../../src/ports/platform.ts";
import { readSmtpFailure } from "./smtp-failure.ts";
import { readSmtpUrl } from "./smtp-server.ts";

/** Longest wait for each step of the greeting. */
const PATIENCE_MS = 10_000;

/** Greets the mail server at `url` and logs in, without sending anything. The failure names neither server nor login. */
export async function verifySmtp(url: string): Promise<ActionResult> {
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
    return ok(undefined);
  } catch (error) {
    return fail(readSmtpFailure(error));
  } finally {
    transport.close();
  }
}
