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
  /** Nothing was missed, and the chain holds. */
  readonly holds: boolean;
}

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
  return { community, ...figures, chain, erased, holds: holds(figures.missed, chain) };
}

function holds(missed: readonly MissedCase[], chain: ChainReport): boolean {
  return missed.length === 0 && chain.problem === null;
}
