import type { CaseState } from "../engine/case/case.ts";
import type { CaseView, StoredMessage } from "../ports/store.ts";
import { sanctionsOn } from "./case-authors.ts";
import { MINUTE_MS } from "./case-change.ts";
import { personOf, type PipelineDeps } from "./deps.ts";
import { isNotedOn } from "./effects.ts";

const STANDING: readonly CaseState[] = ["decided", "appealed", "closed"];
/** Decided cases of one person that are looked at, the newest. */
const MOST_CASES = 200;

/** An end of a sanction: epoch ms, null for never. */
export interface Sanction {
  readonly until: number | null;
}

/**
 * The longest timeout or ban of somebody that decisions of other cases still ask for at this moment; null
 * when none does. Taking one decision back must not take back what others decided. Only what was done to
 * this very person counts: a case may have spared them, and the platform may have refused.
 */
export async function otherSanction(
  deps: Pick<PipelineDeps, "store" | "clock" | "digests">,
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
  let longest: Sanction | null = null;
  for (const other of cases) {
    if (other.id === id || other.shadow || !other.decision) continue;
    const { id: decisionId, actions, decidedAt } = other.decision;
    const own = (await deps.store.caseAuthors(other.id)).find((each) => each.id === authorId);
    for (const { action, index } of own ? sanctionsOn(actions, own) : []) {
      if (action.kind !== kind) continue;
      const until = action.minutes === null ? null : decidedAt + action.minutes * MINUTE_MS;
      if (until !== null && until <= deps.clock.now()) continue;
      const person = personOf(deps, other.platform, authorId);
      const isDone = await isNotedOn(deps, `${decisionId}-act-${index}`, person);
      if (isDone) longest = longer(longest, until);
    }
  }
  return longest;
}

/** The later of two ends; a sanction that has none is the longest. */
export function longer(one: Sanction | null, until: number | null): Sanction {
  if (one === null) return { until };
  return { until: one.until === null || until === null ? null : Math.max(one.until, until) };
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
