import type { AuditPayload, AuditType } from "../engine/audit.ts";
import type { ActionError, ActionResult } from "../ports/platform.ts";
import { RetryLaterError } from "../ports/jobs.ts";
import type { EffectFollows, LateAuthor, LateEvent } from "../ports/rights.ts";
import type { StoredMessage } from "../ports/store.ts";
import { personalId, personOf, type PipelineDeps } from "./deps.ts";

/** One effect on a platform: what is done, how the audit log calls it, and the id under which it is noted once. */
export interface Effect {
  readonly id: string;
  readonly type: AuditType;
  readonly communityId: string;
  /** Fingerprint of the person it is about; null for nobody. */
  readonly person: string | null;
  /** The same person by id, who may be erased while the platform acts. */
  readonly author?: LateAuthor;
  readonly payload: AuditPayload;
  /** Whether there is nothing left to do when its target is gone. Words that nobody can read were not said. */
  readonly goneIsDone: boolean;
  readonly run: () => Promise<ActionResult>;
  /** What follows once it was done, not when its target was gone. */
  readonly follows?: () => EffectFollows | Promise<EffectFollows>;
}

/** `done` and `refused` were noted now, `before` earlier. */
export type Outcome =
  | { readonly kind: "done" | "before" }
  | { readonly kind: "refused"; readonly refused: ActionError["kind"] };

/** Carries an effect out, unless it was before, and notes it. Throws as `doAndNote` does. */
export async function doOnce(deps: PipelineDeps, effect: Effect): Promise<Outcome> {
  if (await deps.store.hasEffect(effect.id)) return { kind: "before" };
  return doAndNote(deps, effect);
}

/** Carries an effect out and notes it. Throws, so that the queue tries again with its back-off, when that can help. */
export async function doAndNote(deps: PipelineDeps, effect: Effect): Promise<Outcome> {
  const result = await effect.run();
  if (mustRetry(result)) throw retryOf(effect.type, result.error);
  const refused = result.ok ? null : result.error.kind;
  if (refused === null || (refused === "gone" && effect.goneIsDone)) {
    const follows = refused === null ? await effect.follows?.() : undefined;
    const more: AuditPayload = refused === null ? {} : { gone: true };
    const noted = await note(deps, effect, effect.id, effect.type, more, follows);
    if (noted && follows?.jobs?.length) deps.jobsWritten();
    return { kind: "done" };
  }
  // What is gone was deleted by somebody, with its channel perhaps: nothing that an operator could put right.
  const level = refused === "gone" ? "info" : "warn";
  deps.log[level]({ effect: effect.id, refused }, "the platform refused an action");
  // A refused effect is not done: a later decision may try it again.
  const failure = { action: effect.type, ...effect.payload, refused };
  await note(deps, effect, refusalOf(effect.id), "action.failed", failure);
  return { kind: "refused", refused };
}

function note(
  deps: PipelineDeps,
  { communityId, person, author, payload }: Effect,
  id: string,
  type: AuditType,
  more: AuditPayload,
  follows?: EffectFollows,
): Promise<boolean> {
  const event: LateEvent = {
    type,
    at: deps.clock.now(),
    person,
    ...(author && { author }),
    payload: { ...payload, ...more },
  };
  return deps.store.noteEffect(id, communityId, event, follows);
}

/** Id of an effect on one person of those on whom an action is carried out. */
export function effectOn(
  deps: Pick<PipelineDeps, "digests">,
  actionId: string,
  person: string,
): string {
  return `${actionId}-${personalId(deps, ["effect", actionId, person])}`;
}

/**
 * Whether something is noted of an action on one person. Before ids were keyed, the fingerprint itself stood
 * in them: what was done then can still be taken back.
 */
export async function isNotedOn(
  { store, digests }: Pick<PipelineDeps, "store" | "digests">,
  actionId: string,
  person: string,
  idOf = (effectId: string) => effectId,
): Promise<boolean> {
  if (await store.hasEffect(idOf(effectOn({ digests }, actionId, person)))) return true;
  return store.hasEffect(idOf(`${actionId}-${person.slice(0, PRINT_LENGTH)}`));
}

/** Hex digits of a fingerprint in an id that was not keyed. */
const PRINT_LENGTH = 32;

/** Id under which it is noted that the platform refused an effect. */
export function refusalOf(effectId: string): string {
  return `${effectId}-refused`;
}

/** Whether trying again later can help. */
export function mustRetry(result: {
  readonly ok: boolean;
  readonly error?: ActionError;
}): result is {
  readonly ok: false;
  readonly error: ActionError & { readonly kind: "throttled" | "unavailable" };
} {
  const kind = result.ok ? undefined : result.error?.kind;
  return kind === "throttled" || kind === "unavailable";
}

/** What a job throws so that it is tried again, no sooner than the platform asked for. */
export function retryOf(
  what: string,
  error: ActionError & { readonly kind: "throttled" | "unavailable" },
): Error {
  const words = `${what}: ${error.kind}`;
  return error.kind === "throttled"
    ? new RetryLaterError(words, error.retryAfterMs)
    : new Error(words);
}

/** What every effect on a message says about it. */
export function onMessage(
  deps: Pick<PipelineDeps, "digests">,
  message: StoredMessage,
  caseId: string | null,
): Pick<Effect, "communityId" | "person" | "author" | "payload"> {
  const { key: messageKey, platform, communityId, authorId } = message;
  return {
    communityId,
    ...(authorId === ""
      ? { person: null }
      : { person: personOf(deps, platform, authorId), author: { id: authorId, messageKey } }),
    payload: { message: message.key, case: caseId },
  };
}

export function targetOf({ communityId, channelId, messageId }: StoredMessage) {
  return { communityId, channelId, messageId };
}
