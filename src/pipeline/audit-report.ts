import {
  type AuditEvent,
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

/**
 * Reads a community's chain from its first event and checks every link and payload, the recorded head,
 * and that no more payloads are gone than its `person.erased` events account for. `read` gets every event
 * that was found sound, in order and in pages.
 */
export async function verifyChain(
  store: Pick<Store, "auditEvents" | "auditHeads">,
  hashing: AuditHashing,
  community: string,
  read?: (events: readonly AuditEvent[]) => Promise<void>,
): Promise<ChainReport> {
  // The head is read first: events that are appended while the check runs are then beyond it, not missing.
  const recorded = (await store.auditHeads()).get(community) ?? EMPTY_CHAIN;
  let head: ChainHead = EMPTY_CHAIN;
  let missing = 0;
  let erased = 0;
  const report = (problem: ChainProblem | null): ChainReport => {
    return { community, events: head.seq, erasedPayloads: missing, head, problem };
  };
  for (;;) {
    const page = await store.auditEvents(community, head.seq, PAGE);
    let problem: ChainProblem | null = null;
    const sound: AuditEvent[] = [];
    for (const event of page) {
      problem = checkEvent(hashing, head, event);
      if (problem) break;
      head = { seq: event.seq, hash: event.hash };
      if (head.seq === recorded.seq && head.hash !== recorded.hash) {
        problem = { kind: "wrong-head", seq: head.seq };
        break;
      }
      if (event.payload === null) missing += 1;
      erased += erasedBy(event);
      sound.push(event);
    }
    await read?.(sound);
    if (problem) return report(problem);
    if (page.length < PAGE) break;
  }
  if (head.seq < recorded.seq) {
    return report({ kind: "missing-tail", expectedSeq: recorded.seq, seq: head.seq });
  }
  return report(missing > erased ? { kind: "missing-payloads", missing, erased } : null);
}

function erasedBy({ type, payload }: AuditEvent): number {
  return type === "person.erased" ? Number(payload?.["payloads"] ?? 0) : 0;
}
