import { personOf } from "../pipeline/deps.ts";
import { type RefusalKind, strongestRole } from "./authorise.ts";
import type { CommandContext } from "./command.ts";

/** Refusals of one command for one person within this time are one event of the audit log. */
const REFUSALS_MERGE_MS = 60_000;

/** `upheld`, `closed`: of a case that only those who lead take up again. */
export type NotedRefusal = RefusalKind | "upheld" | "closed";

/** Leaves a trace of a refusal in the audit log. */
export async function noteRefusal(
  { deps, actor, person, now }: CommandContext,
  command: string,
  refusal: NotedRefusal,
): Promise<void> {
  const fingerprint = personOf(deps, actor.platform, actor.id);
  const payload = {
    command,
    actor: fingerprint,
    role: strongestRole(person.roles),
    refusal,
  };
  deps.log.warn({ community: actor.communityId, ...payload }, "a command was refused");
  const minute = Math.floor(now / REFUSALS_MERGE_MS);
  const digest = deps.digests.hash([actor.communityId, payload, minute]).slice(0, 32);
  await deps.store.noteEffect(`refused-${digest}`, actor.communityId, {
    type: "command.refused",
    at: now,
    person: fingerprint,
    payload,
  });
}
