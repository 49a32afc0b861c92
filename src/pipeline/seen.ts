import type { Case } from "../engine/case/case.ts";
import type { Result } from "../engine/result.ts";
import { MOST_AUTHORS } from "../ports/rights.ts";
import type { CaseMessage, StoredMessage } from "../ports/store.ts";
import { type PipelineDeps, policyOf } from "./deps.ts";

/** Messages of one case that are looked at. */
const MOST_MESSAGES = 10_000;
/** How often a decision is tried again because more of the same joined beside it. */
const MOST_LOOKS = 3;

/** Messages joined that whoever decides was not shown. */
export interface MoreJoined {
  readonly kind: "more-joined";
  /** How many they were shown, the first of the case. */
  readonly seen: number;
  /** How many it has now. */
  readonly messages: number;
}

/** How much of a case somebody knows. */
export interface Seen {
  /** Messages they were shown, the first of the case; null: whatever it holds. */
  readonly messages: number | null;
  /** Whether what they decide touches its authors in person. */
  readonly touchesAuthors: boolean;
}

/**
 * Takes a step that nobody may take about what they have not seen. `step` is told up to which message the case
 * is known, and refuses with `more-joined` where it holds more. While a raid goes on, what repeats it joins
 * beside the step too, which then is tried again.
 */
export async function stepSeen<E extends { readonly kind: string }>(
  deps: Pick<PipelineDeps, "store">,
  caseId: string,
  seen: Seen,
  step: (upTo: number) => Promise<Result<Case, E>>,
): Promise<Result<Case, E>> {
  for (let look = 1; ; look += 1) {
    const known = await knownUpTo(deps, caseId, seen);
    const stepped = await step(known.upTo);
    const isBeside = !stepped.ok && stepped.error.kind === "more-joined" && known.isAll;
    if (!isBeside || look === MOST_LOOKS) return stepped;
  }
}

/**
 * Up to which message somebody knows a case who was shown the first of it: what repeats words that they saw
 * is known too, of authors they saw, or of anybody where the authors are not touched. In a flood, of whose
 * senders only one is touched, a repetition is new only where the team sent it.
 */
async function knownUpTo(
  deps: Pick<PipelineDeps, "store">,
  caseId: string,
  { messages: shown, touchesAuthors }: Seen,
): Promise<{ readonly upTo: number; readonly isAll: boolean }> {
  if (shown === null) return { upTo: Number.POSITIVE_INFINITY, isAll: true };
  // Before the messages: they are at least those that the case had then.
  const view = await deps.store.findCase(caseId);
  if (!view || view.messages <= shown) return { upTo: shown, isAll: true };
  const all = (await deps.store.caseMessages(caseId, MOST_MESSAGES)).map(({ message }) => message);
  const { team } = await policyOf(deps, view.communityId);
  const isFlood = new Set(all.map(({ authorId }) => authorId)).size > MOST_AUTHORS;
  const known = all.slice(0, shown);
  const texts = new Set(known.map(({ textFingerprint }) => textFingerprint));
  const authors = new Set(known.map(({ authorId }) => authorId));
  const isNew = ({ textFingerprint, authorId, authorRole }: StoredMessage) => {
    if (!texts.has(textFingerprint)) return true;
    if (!touchesAuthors || authorId === "" || authors.has(authorId)) return false;
    return !isFlood || authorRole !== "member" || team.some(({ id }) => id === authorId);
  };
  const first = all.slice(shown).findIndex(isNew);
  return first === -1
    ? { upTo: Math.max(view.messages, all.length), isAll: true }
    : { upTo: shown + first, isAll: false };
}

/** What joined a case after its first `shown` messages: each text once, in the order in which they came. */
export function joinedSince(
  messages: readonly CaseMessage[],
  shown: number,
): readonly CaseMessage[] {
  const known = new Set(messages.slice(0, shown).map(({ message }) => message.textFingerprint));
  const texts = new Map<string, CaseMessage>();
  for (const each of messages.slice(shown)) {
    const { textFingerprint } = each.message;
    if (!known.has(textFingerprint) && !texts.has(textFingerprint))
      texts.set(textFingerprint, each);
  }
  return [...texts.values()];
}
