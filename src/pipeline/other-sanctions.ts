import type { CaseState } from "../engine/case/case.ts";
import type { CaseView, StoredMessage } from "../ports/store.ts";
import { MINUTE_MS } from "./case-change.ts";
import type { PipelineDeps } from "./deps.ts";

const STANDING: readonly CaseState[] = ["decided", "appealed", "closed"];
/** Decided cases of one person that are looked at, the newest. */
const MOST_CASES = 200;

/** An end of a sanction: epoch ms, null for never. */
export interface Sanction {
  readonly until: number | null;
}

/**
 * The longest timeout or ban of somebody that decisions of other cases still ask for at this moment; null
 * when none does. Taking one decision back must not take back what others decided.
 */
export async function otherSanction(
  deps: Pick<PipelineDeps, "store" | "clock">,
  { id, communityId }: Pick<CaseView, "id" | "communityId">,
  authorId: string,
  kind: "timeout" | "ban",
): Promise<Sanction | null> {
  const cases = await deps.store.listCases({
    communityId,
    authorId,
    states: STANDING,
    limit: MOST_CASES,
  });
  const ends = cases
    .filter((other) => other.id !== id && !other.shadow)
    .flatMap(({ decision }) => {
      if (!decision) return [];
      return decision.actions.flatMap((action): (number | null)[] =>
        action.kind === kind
          ? [action.minutes === null ? null : decision.decidedAt + action.minutes * MINUTE_MS]
          : [],
      );
    })
    .filter((end) => end === null || end > deps.clock.now());
  if (ends.length === 0) return null;
  const limited = ends.filter((end) => end !== null);
  return { until: limited.length < ends.length ? null : Math.max(...limited) };
}

/** Whether the newest case of a message is another one whose standing decision deletes it. */
export async function isDeletedElsewhere(
  { store }: Pick<PipelineDeps, "store">,
  { id }: Pick<CaseView, "id">,
  message: StoredMessage,
): Promise<boolean> {
  const newest = (await store.findJudged(message.key))?.case;
  if (!newest || newest.id === id || newest.shadow) return false;
  return newest.decision?.actions.some(({ kind }) => kind === "delete") ?? false;
}
