import { DiscordAPIError, HTTPError, RateLimitError, RESTJSONErrorCodes as Code } from "discord.js";
import type { ActionError } from "../../src/ports/platform.ts";

/** What is acted on does not exist any more: there is nothing left to do. */
const GONE: readonly unknown[] = [
  Code.UnknownChannel,
  Code.UnknownGuild,
  Code.UnknownMember,
  Code.UnknownMessage,
  Code.UnknownUser,
  Code.UnknownBan,
  Code.UnknownWebhook,
  Code.UnknownInteraction,
  Code.InvalidWebhookToken,
];

/** "Cannot send messages to this user" and "no mutual guilds" (50278, which discord.js 14.28 has no name for). */
const UNREACHABLE: readonly unknown[] = [Code.CannotSendMessagesToThisUser, 50_278];

/** No access, and a permission or a place in the hierarchy of roles that is missing. */
const FORBIDDEN: readonly unknown[] = [
  Code.MissingAccess,
  Code.MissingPermissions,
  Code.CannotExecuteActionOnThisChannelType,
];

/** Words of Candor's own tripped a rule of the server's AutoMod: of a message (200000), and of a title (200001). */
const FILTERED: readonly unknown[] = [
  Code.MessageWasBlockedByAutomaticModeration,
  Code.TitleWasBlockedByAutomaticModeration,
];
const PASSED_BY_AUTOMOD = "an exception for Candor's role in the AutoMod rules of the server";

/**
 * A failure of discord.js in the words of the port. `permission` is what the request needs, for whoever
 * must grant it. What Discord calls a mistake of ours (other 4xx) is not tried again: it would not become
 * right, and each counts against the limit of 10,000 invalid requests in ten minutes.
 */
export function toActionError(cause: unknown, permission: string): ActionError {
  if (cause instanceof RateLimitError) {
    return { kind: "throttled", retryAfterMs: Math.max(1, Math.ceil(cause.retryAfter)) };
  }
  if (cause instanceof DiscordAPIError) {
    if (GONE.includes(cause.code)) return { kind: "gone" };
    if (UNREACHABLE.includes(cause.code)) return { kind: "unreachable" };
    if (FORBIDDEN.includes(cause.code)) return { kind: "forbidden", permission };
    if (FILTERED.includes(cause.code)) return { kind: "forbidden", permission: PASSED_BY_AUTOMOD };
    if (cause.status === 401) return { kind: "forbidden", permission: "a valid bot token" };
    if (cause.status >= 400 && cause.status < 500) {
      return { kind: "forbidden", permission: `Discord refused it with code ${cause.code}` };
    }
  }
  // A page of a proxy in front of Discord, a reset, a timeout.
  if (cause instanceof HTTPError && cause.status === 404) return { kind: "gone" };
  return { kind: "unavailable", cause };
}
