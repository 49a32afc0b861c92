import {
  type AuditHashing,
  type ChainHead,
  type ChainProblem,
  checkEvent,
  EMPTY_CHAIN,
} from "../engine/audit.ts";
import type { Store } from "../ports/store.ts";

/** Result of checking one community's chain. `problem` is the first thing that is wrong. */
export interface ChainReport {
  readonly community: string;
  readonly events: number;
  readonly erasedPayloads: number;
  readonly head: ChainHead;
  readonly problem: ChainProblem | null;
}

const PAGE = 1000;

/** Reads a community's chain from its first event and checks every link, payload and the recorded head. */
export async function verifyChain(
  store: Pick<Store, "auditEvents" | "auditHeads">,
  hashing: AuditHashing,
  community: string,
): Promise<ChainReport> {
  // The head is read first: events that are appended while the check runs are then beyond it, not missing.
  const recorded = (await store.auditHeads()).get(community) ?? EMPTY_CHAIN;
  let head: ChainHead = EMPTY_CHAIN;
  let erasedPayloads = 0;
  for (;;) {
    const page = await store.auditEvents(community, head.seq, PAGE);
    for (const event of page) {
      const problem = checkEvent(hashing, head, event);
      if (problem) return { community, events: head.seq, erasedPayloads, head, problem };
      if (event.payload === null) erasedPayloads += 1;
      head = { seq: event.seq, hash: event.hash };
    }
    if (page.length < PAGE) break;
  }
  const problem: ChainProblem | null =
    head.seq < recorded.seq
      ? { kind: "missing-tail", expectedSeq: recorded.seq, seq: head.seq }
      : null;
  return { community, events: head.seq, erasedPayloads, head, problem };
}
