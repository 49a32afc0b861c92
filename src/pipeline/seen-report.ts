import type { AuditHashing } from "../engine/audit.ts";
import type { MissedCase } from "../engine/seen/figures.ts";
import { type SeenFigures, SeenFold, type SeenQuestion } from "../engine/seen/fold.ts";
import type { Clock } from "../ports/clock.ts";
import type { ErasedSeen } from "../ports/seen-records.ts";
import type { Store } from "../ports/store.ts";
import { type ChainReport, verifyChain } from "./audit-report.ts";

/** When the messages of a community's cases were seen, with the chain that says so. */
export interface SeenReport extends SeenFigures {
  readonly community: string;
  /** The whole chain, from its first event. Where it is broken, the figures are of the events before that. */
  readonly chain: ChainReport;
  /** Of these the chain says nothing; they are in none of the figures. */
  readonly erased: ErasedSeen;
  readonly verdict: SeenVerdict;
  /** Whether the verdict is `in-time`. */
  readonly holds: boolean;
}

/**
 * `in-time`: nothing was missed, and the chain proves it. `missed`: something was. `not-proven`: nothing is known to
 * have been missed, and the chain proves nothing: it is broken, or messages of the period were erased with their
 * author. What is left of these in the record can be changed without a trace.
 */
export type SeenVerdict = "in-time" | "missed" | "not-proven";

/**
 * Verifies a community's chain and reads from the events that were verified, and only from these, when people saw
 * its cases. Holds a page of events at a time.
 */
export async function seenReport(
  deps: {
    readonly store: Pick<Store, "auditEvents" | "auditHeads" | "caseFacts" | "erasedSeen">;
    readonly hashing: AuditHashing;
    readonly clock: Clock;
  },
  community: string,
  question: SeenQuestion,
): Promise<SeenReport> {
  const { store, hashing, clock } = deps;
  const fold = new SeenFold(question);
  const chain = await verifyChain(store, hashing, community, async (events) => {
    const facts = await store.caseFacts(community, fold.unknownCases(events));
    for (const event of events) fold.add(event, facts);
  });
  const figures = fold.finish(clock.now());
  const erased = await store.erasedSeen(community, question);
  const verdict = verdictOf(figures.missed, erased, chain);
  return { community, ...figures, chain, erased, verdict, holds: verdict === "in-time" };
}

function verdictOf(
  missed: readonly MissedCase[],
  erased: ErasedSeen,
  { problem }: ChainReport,
): SeenVerdict {
  if (problem !== null) return "not-proven";
  if (missed.length > 0) return "missed";
  return erased.messages > 0 ? "not-proven" : "in-time";
}
