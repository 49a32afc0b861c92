import type { AuditPayload } from "../../engine/audit.ts";
import { ok } from "../../engine/result.ts";
import type { ActionError, MessageTarget } from "../../ports/platform.ts";
import type { Delivered, Notice } from "../../ports/notifier.ts";
import {
  type Attempt,
  type AttemptKind,
  type AttemptOutcome,
  CHANNEL,
} from "../../ports/attempts.ts";
import { personOf, type PipelineDeps } from "../deps.ts";
import { type CommunityContext, readerOf } from "./context.ts";

/** What became of an attempt. `again`: no way worked, and one may work later; it stays pending. */
export interface Tried {
  readonly attempt: Attempt;
  readonly outcome: Extract<AttemptOutcome, "delivered" | "unreachable"> | "again";
  readonly way: string | null;
  readonly ref: string | null;
  /** As `way: kind`. */
  readonly refused: readonly string[];
}

/**
 * Tries the ways of an attempt in order until one reaches its person. A way that the deployment has not
 * set up, or for which no address is known, is passed over and noted as `not-set-up`. `under` is a message
 * of the person's own, for a private word under it; that is only for whom nothing else will reach.
 */
export async function tryWays(
  deps: PipelineDeps,
  context: CommunityContext,
  attempt: Attempt,
  notice: Notice,
  under: MessageTarget | null = null,
): Promise<Tried> {
  const refused: string[] = [];
  let mayComeLater = false;
  for (const way of attempt.ways) {
    if (way === "nudge" && mayComeLater) break;
    const delivered = await send(deps, context, attempt.personId, way, notice, under);
    if (delivered === null) {
      refused.push(`${way}: not-set-up`);
      continue;
    }
    if (delivered.ok) {
      return { attempt, outcome: "delivered", way, ref: delivered.value.ref, refused };
    }
    refused.push(`${way}: ${delivered.error.kind}`);
    mayComeLater ||= isPassing(delivered.error);
  }
  return {
    attempt,
    outcome: mayComeLater ? "again" : "unreachable",
    way: null,
    ref: null,
    refused,
  };
}

function isPassing({ kind }: ActionError): boolean {
  return kind === "throttled" || kind === "unavailable";
}

/** null when the way does not lead to this person here. */
async function send(
  deps: PipelineDeps,
  context: CommunityContext,
  personId: string,
  way: string,
  notice: Notice,
  under: MessageTarget | null,
): Promise<Delivered | null> {
  const { communityId, platform } = context;
  try {
    switch (way) {
      case "announce":
        return await platform.announce(communityId, notice);
      case "direct":
        return await platform.direct({ communityId, memberId: personId }, notice);
      case "nudge": {
        if (!under) return null;
        const words = [notice.title, ...notice.lines].join("\n");
        const nudged = await platform.nudgeAuthor({ ...under, authorId: personId }, words);
        return nudged.ok ? ok({ ref: null }) : nudged;
      }
      case "email": {
        const { email } = readerOf(context, personId);
        const notifier = deps.notifiers.get("email");
        return email !== null && notifier ? await notifier.send(email, notice) : null;
      }
      case "webhook":
        return (await deps.notifiers.get("webhook")?.send(personId, notice)) ?? null;
      default:
        return null;
    }
  } catch (cause) {
    // A fault of one adapter must not keep the others of the step from being told.
    deps.log.error({ err: cause, attempt: notice.id, way }, "a way to a person broke");
    return { ok: false, error: { kind: "unavailable", cause } };
  }
}

/** The form in which an outcome is settled; `at` is epoch ms. What must be tried again stays pending, and free for whoever tries. */
export function settledAs(
  attempt: Attempt,
  outcome: AttemptOutcome | "again",
  at: number,
  tried?: Pick<Tried, "way" | "ref" | "refused">,
) {
  const { id, bundle, dueAt, claimedUntil } = attempt;
  const { way = null, ref = null, refused = attempt.refused } = tried ?? {};
  const again = outcome === "again";
  return {
    id,
    outcome: again ? "pending" : outcome,
    bundle,
    dueAt,
    way,
    ref,
    refused,
    doneAt: again ? null : at,
    ...(claimedUntil !== undefined && { claimedUntil }),
  };
}

/** Only the team is told of these; of anything else a member may be. */
const TOLD_TO_TEAM: readonly AttemptKind[] = ["page", "reminder", "waiting", "unreached"];

/**
 * Who of the team was reached and who was not, as fingerprints, and by which ways; the channel is the way
 * `announce`. Others are only counted: an event that is about somebody else would outlive their erasure.
 */
export function toldWhom(
  deps: Pick<PipelineDeps, "digests">,
  platform: string,
  tried: readonly Tried[],
): AuditPayload {
  const people = tried.filter(({ attempt }) => attempt.personId !== CHANNEL);
  const team = people.filter(({ attempt }) => TOLD_TO_TEAM.includes(attempt.kind));
  const others = people.filter(({ attempt }) => !TOLD_TO_TEAM.includes(attempt.kind));
  const who = (wanted: Tried["outcome"]) =>
    team
      .filter(({ outcome }) => outcome === wanted)
      .map(({ attempt }) => personOf(deps, platform, attempt.personId));
  const more = (wanted: Tried["outcome"]) =>
    others.filter(({ outcome }) => outcome === wanted).length;
  const ways = new Set(tried.flatMap(({ way }) => (way === null ? [] : [way])));
  return {
    reached: who("delivered"),
    unreachable: who("unreachable"),
    ...(others.length > 0 && {
      othersReached: more("delivered"),
      othersUnreachable: more("unreachable"),
    }),
    ways: [...ways].toSorted(),
  };
}
