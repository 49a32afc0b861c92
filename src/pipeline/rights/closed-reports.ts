import { say } from "../../words/say.ts";
import type { Attempt } from "../../ports/attempts.ts";
import type { Report } from "../../ports/rights.ts";
import type { PipelineDeps } from "../deps.ts";
import { newAttempt } from "../escalation/attempts.ts";
import { claim, lookAgainLater } from "../escalation/claims.ts";
import { contextOf, readingOf } from "../escalation/context.ts";
import { settledAs, toldWhom, tryWays } from "../escalation/ways.ts";
import { tellAll, type Told } from "./attempts.ts";

/**
 * Tells each of these reporters, once, that nobody will decide about what they reported: it is about no case.
 * `at` is epoch ms.
 */
export function tellClosed(reports: readonly Report[], at: number): Told {
  const first = new Map(reports.toReversed().map((each) => [each.reporterId, each]));
  first.delete("");
  return tellAll(
    [...first.values()].map(({ id, communityId, reporterId }) => ({
      ...newAttempt(`a-${id}-closed`, communityId, reporterId, at),
      kind: "answer",
      ways: ["direct"],
    })),
  );
}

/** Delivers an answer about no case. Throws when the reporter must be tried again. */
export async function deliverClosed(deps: PipelineDeps, pending: Attempt): Promise<void> {
  const { communityId } = pending;
  const place = (await deps.store.communities()).find(({ id }) => id === communityId);
  if (!place) return;
  const context = await contextOf(deps, { communityId, platform: place.platform });
  if (context.policy.mode === "shadow") return;
  const [attempt] = await claim(deps, communityId, [pending]);
  if (!attempt) return lookAgainLater(deps, communityId, [pending]);
  const { locale } = await readingOf(context, attempt.personId);
  const tried = await tryWays(deps, context, attempt, {
    id: attempt.id,
    communityId,
    caseNumber: null,
    title: say(locale, "rights.answer.closed-title"),
    lines: [say(locale, "rights.answer.closed")],
    buttons: [],
  });
  const at = deps.clock.now();
  const isDone = tried.outcome !== "again";
  const payload = { kind: "answer", case: null, ...toldWhom(deps, place.platform, [tried]) };
  await deps.store.settleAttempts({
    communityId,
    attempts: [settledAs(attempt, tried.outcome, at, tried)],
    events: isDone ? [{ type: "people.told", at, person: null, payload }] : [],
    jobs: [],
    added: [],
  });
  if (!isDone) throw new Error("a reporter could not be told yet");
}
