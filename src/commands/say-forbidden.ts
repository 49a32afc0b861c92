import type { Locale } from "../engine/policy.ts";
import type { ActionError } from "../ports/platform.ts";
import { say } from "../words/say.ts";

/** What Candor may not do, and where somebody grants it, in the reader's language. */
export function sayForbidden(
  locale: Locale,
  { permission, where }: Extract<ActionError, { kind: "forbidden" }>,
): string {
  switch (where?.kind) {
    case undefined:
      return say(locale, "missing.other", { permission });
    case "channel":
      return say(locale, "missing.channel", { permission, channel: where.channel });
    case "server":
    case "role-order":
    case "nowhere":
      return say(locale, `missing.${where.kind}`, { permission });
  }
}
