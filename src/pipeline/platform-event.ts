import type { PlatformEvent } from "../ports/platform.ts";
import { personalId, personOf, type PipelineDeps } from "./deps.ts";
import { judgeUnposted } from "./judge-unposted.ts";
import { noteDeleted } from "./note-deleted.ts";

/** What becomes of what a platform tells of beside messages. Resolves once that is durable; being told again changes nothing. */
export async function handlePlatformEvent(deps: PipelineDeps, event: PlatformEvent): Promise<void> {
  switch (event.kind) {
    case "deleted":
      return noteDeleted(deps, event);
    case "unposted":
      return judgeUnposted(deps, event);
    case "filtered":
      return noteFiltered(deps, event);
  }
}

/** The platform acted by a rule of its own; of what somebody wrote the log says nothing. */
async function noteFiltered(
  deps: PipelineDeps,
  event: Extract<PlatformEvent, { kind: "filtered" }>,
): Promise<void> {
  const { platform, communityId, personId, rule, action, occasion } = event;
  const id = `filtered-${personalId(deps, [platform, communityId, personId, occasion])}`;
  await deps.store.noteEffect(id, communityId, {
    type: "message.filtered",
    at: deps.clock.now(),
    person: personOf(deps, platform, personId),
    payload: { rule, action },
  });
}
