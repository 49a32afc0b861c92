import { verifySmtp } from "../../adapters/notify/verify-smtp.ts";
import { errorCode } from "../../adapters/system/error-code.ts";
import type { Settings } from "../config/settings.ts";
import { CandorError } from "../engine/errors.ts";
import type { ActionError } from "../ports/platform.ts";

/** Says whether the mail server lets Candor in. Throws CANDOR-020 when not; never names server or login. */
export async function checkMail({ SMTP_URL: url }: Settings): Promise<string> {
  if (url === undefined) return "SMTP_URL is not set; Candor sends no e-mail";
  const verified = await verifySmtp(url);
  if (verified.ok) return "the mail server answers and lets Candor in";
  // The library's own words repeat addresses and what the server said.
  throw new CandorError("CANDOR-020", `SMTP_URL: ${failureWords(verified.error)}`);
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
    case "irreversible":
    case "gone":
      return "the mail server refuses";
  }
}
