import { admit } from "../../engine/escalation/inbox.ts";
import type { Severity } from "../../engine/severity.ts";
import type { Attempt } from "../../ports/attempts.ts";
import type { PipelineDeps } from "../deps.ts";
import { summaryJob } from "./attempts.ts";
import { type CommunityContext, readerOf } from "./context.ts";

/**
 * Whether one message with all of these pending attempts, which were written without asking, may go out to their
 * person now. Where the cap or quiet hours do not let it, they wait for a summary from now on. `severity`: of the
 * case that they are about; null where they are about none.
 */
export async function hasRoom(
  deps: PipelineDeps,
  context: CommunityContext,
  severity: Severity | null,
  attempts: readonly [Attempt, ...Attempt[]],
): Promise<boolean> {
  const [{ communityId, personId }] = attempts;
  const at = deps.clock.now();
  const reader = readerOf(context, personId);
  const { escalation } = context.policy;
  let admitted = true;
  await deps.store.changeInbox(communityId, personId, at, (inbox) => {
    const others = { ...inbox, sent: withoutOwn(inbox.sent, attempts.length, at) };
    const about = { severity, when: "now" } as const;
    const admission = admit(others, about, reader, escalation, reader.cap, at);
    admitted = admission.kind === "now";
    if (admission.kind === "now") return { added: [], putOff: [], takenUp: null, jobs: [] };
    const { at: dueAt, because: waitsFor } = admission;
    return {
      added: [],
      putOff: attempts.map((each) => ({ id: each.id, dueAt, waitsFor })),
      takenUp: null,
      jobs: [summaryJob(deps, attempts[0], dueAt, at)],
    };
  });
  if (!admitted) deps.jobsWritten();
  return admitted;
}

/** What else somebody gets: what is pending counts as sent at `at`, and so do those that are asked about. */
function withoutOwn(sent: readonly number[], own: number, at: number): readonly number[] {
  const before = sent.filter((time) => time < at);
  return [...before, ...sent.slice(before.length + own)];
}
