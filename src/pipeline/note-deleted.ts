import type { PlatformEvent } from "../ports/platform.ts";
import type { CaseChange, LostMessages } from "../ports/store.ts";
import { caseEvent, showJob } from "./case-change.ts";
import { isRound } from "./case-request.ts";
import type { PipelineDeps } from "./deps.ts";

/**
 * Messages were deleted on the platform: the cases that wait for somebody say so. Evidence stays as long as it
 * would otherwise, and nothing is written of a message without a case.
 */
export async function noteDeleted(
  deps: PipelineDeps,
  event: Extract<PlatformEvent, { kind: "deleted" }>,
): Promise<void> {
  const at = deps.clock.now();
  const lost = await deps.store.noteDeleted(event, at, (each) => follows(deps, each, at));
  if (lost.length > 0) deps.jobsWritten();
}

/** A card is shown anew where the first of its messages went, or the last, and in between as for what joins. */
function follows(
  deps: PipelineDeps,
  { case: item, now, all }: LostMessages,
  at: number,
): Pick<CaseChange, "events" | "jobs"> {
  const payload = { messages: now, deleted: all };
  const shows = all === now || all >= item.messages || passesRound(all - now, all);
  return {
    events: [caseEvent(deps, item, { type: "message.deleted", by: null, at, payload })],
    jobs: shows && !item.shadow ? [showJob(deps.ids, item)] : [],
  };
}

/** Whether one of the numbers at which a card changes lies above `before` and not above `after`. */
function passesRound(before: number, after: number): boolean {
  for (let count = before + 1; count <= after; count += 1) if (isRound(count)) return true;
  return false;
}
