import type { Severity } from "../severity.ts";
import { nextDigest, quietUntil } from "../rota/quiet.ts";
import type { QuietHours } from "../rota/rota-schema.ts";
import type { EscalationPolicy } from "./escalation-policy.ts";

const HOUR_MS = 60 * 60_000;

/** What one person, or the moderators' channel, got and will get from Candor. */
export interface Inbox {
  /** Epoch ms of the messages of the last hour, oldest first. */
  readonly sent: readonly number[];
  /** When the next summary goes out because of the cap; null when none is planned. */
  readonly summaryAt: number | null;
}

/** `now`: tell at once. `bundle`: tell at `at`, in one message with everything else that waits. */
export type Admission =
  | { readonly kind: "now" }
  | { readonly kind: "bundle"; readonly at: number; readonly because: "cap" | "quiet" | "digest" };

export interface Reader {
  readonly quietHours: QuietHours | null;
  readonly timeZone: string;
}

/**
 * Whether a message about a case goes out at once. S1 ignores quiet hours and digests; the cap holds
 * for everything. Half of it goes out one by one, for S1 two thirds; the rest is for summaries at even
 * distances. No hour has more messages than the cap, and what waits for the cap waits no longer than
 * one distance (docs/adr/0009).
 */
export function admit(
  inbox: Inbox,
  item: { readonly severity: Severity | null; readonly when: "now" | "digest" },
  reader: Reader,
  policy: Pick<EscalationPolicy, "digest">,
  cap: number,
  at: number,
): Admission {
  if (item.severity !== "S1") {
    if (item.when === "digest") {
      const digestAt = nextDigest(policy.digest, reader.timeZone, at);
      return { kind: "bundle", at: digestAt, because: "digest" };
    }
    const until = quietUntil(reader.quietHours, reader.timeZone, at);
    if (until !== null) return { kind: "bundle", at: until, because: "quiet" };
  }
  const quota = item.severity === "S1" ? quotaOf(cap) : Math.floor(cap / 2);
  // A planned summary keeps a place, so that a steady trickle of single messages never puts it off.
  const kept = inbox.summaryAt === null ? 0 : 1;
  if (countAt(inbox, at) + kept < quota) return { kind: "now" };
  // A planned summary may have been put off to the end of quiet hours, for which S1 does not wait.
  const planned = inbox.summaryAt ?? Number.POSITIVE_INFINITY;
  const summaryAt = Math.max(at, Math.min(planned, nextSlot(inbox, cap, at)));
  return { kind: "bundle", at: summaryAt, because: "cap" };
}

/**
 * When a summary may go out at the earliest, `at` or later: at once while the messages of the hour are
 * fewer than two thirds of the cap, else at the distance of summaries from the last message.
 */
export function nextSlot(inbox: Inbox, cap: number, at: number): number {
  const last = inbox.sent.at(-1);
  if (last === undefined || countAt(inbox, at) < quotaOf(cap)) return at;
  return Math.max(at, last + summaryGapMs(cap));
}

/** The distance between two summaries while the cap is in force, in ms: the longest that something waits for it. */
export function summaryGapMs(cap: number): number {
  return Math.ceil(HOUR_MS / (cap - quotaOf(cap)));
}

function countAt({ sent }: Inbox, at: number): number {
  return sent.filter((time) => time > at - HOUR_MS).length;
}

/** Messages of an hour that need no distance from one another. */
function quotaOf(cap: number): number {
  return Math.floor((cap * 2) / 3);
}
