import { admit, type Inbox } from "../../engine/escalation/inbox.ts";
import { type Attempt, CHANNEL } from "../../ports/attempts.ts";
import type { CaseView } from "../../ports/store.ts";
import type { PipelineDeps } from "../deps.ts";
import { CHANNEL_WAYS, newAttempt } from "./attempts.ts";
import { type CommunityContext, readerOf } from "./context.ts";
import type { Tried } from "./ways.ts";

/** How the ids begin of attempts that tell the channel of one person; of a whole rung a step of the ladder tells. */
const OF_ONE_PERSON = "u-";

/** Whether an attempt tells the channel of one person who cannot be reached. */
export function isOfOnePerson({ kind, id }: Pick<Attempt, "kind" | "id">): boolean {
  return kind === "unreached" && id.startsWith(OF_ONE_PERSON);
}

/**
 * Tells the channel of each person of a step whom nothing reached, once until something reaches them again.
 * Where the channel has had its share of the hour, it is for the next page that fails.
 */
export async function unreachedAttempts(
  deps: PipelineDeps,
  context: CommunityContext,
  { id: caseId, communityId, severity }: CaseView,
  tried: readonly Tried[],
  at: number,
): Promise<readonly Attempt[]> {
  const lost = tried.filter(
    ({ attempt: { kind, personId }, outcome }) =>
      outcome === "unreachable" && kind === "page" && personId !== CHANNEL,
  );
  if (lost.length === 0) return [];
  const reader = readerOf(context, CHANNEL);
  let inbox: Inbox = await deps.store.inbox(communityId, CHANNEL, at);
  const attempts: Attempt[] = [];
  for (const { attempt } of lost) {
    const about = { severity, when: "now" } as const;
    const room = admit(inbox, about, reader, context.policy.escalation, reader.cap, at);
    if (room.kind !== "now") break;
    const { personId, round, step } = attempt;
    const id = await idOf(deps, communityId, personId);
    const made = newAttempt(id, communityId, CHANNEL, at);
    attempts.push({ ...made, caseId, kind: "unreached", round, step, ways: CHANNEL_WAYS });
    inbox = { ...inbox, sent: [...inbox.sent, at] };
  }
  return attempts;
}

/** Of the people of a step, the one whom an attempt tells of; null when something has reached them since. */
export async function personOfAttempt(
  deps: PipelineDeps,
  { communityId, id }: Attempt,
  step: readonly Attempt[],
): Promise<string | null> {
  for (const { kind, personId, outcome } of step) {
    if (kind !== "page" || outcome !== "unreachable" || personId === CHANNEL) continue;
    if ((await idOf(deps, communityId, personId)) === id) return personId;
  }
  return null;
}

/** Follows from the person and from what reached them last, so that the same silence is told of once. */
async function idOf(deps: PipelineDeps, communityId: string, personId: string): Promise<string> {
  const [last] = await deps.store.attempts({
    communityId,
    personId,
    outcomes: ["delivered"],
    newestFirst: true,
    limit: 1,
  });
  const basis = ["unreached", communityId, personId, last?.id ?? ""];
  return `${OF_ONE_PERSON}${deps.digests.hash(basis).slice(0, 32)}`;
}

/** What people are called: by the policy, else by their platform; by their id where neither says. */
export function namesOf(
  { team, platform, communityId }: CommunityContext,
  people: readonly string[],
): Promise<readonly string[]> {
  return Promise.all(
    people.map(async (memberId) => {
      const named = team.find(({ id }) => id === memberId)?.name;
      if (named) return named;
      const asked = await platform.member({ communityId, memberId });
      return (asked.ok ? asked.value?.name : null) ?? memberId;
    }),
  );
}
