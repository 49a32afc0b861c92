import { originOf } from "../engine/message.ts";
import type { ActionResult, PlatformPort } from "../ports/platform.ts";
import type { StoredMessage } from "../ports/store.ts";
import type { OnAuthors, RunMany } from "./act-on-authors.ts";
import type { PipelineDeps } from "./deps.ts";
import { mustRetry } from "./effects.ts";

/** A rule of the rule set; words of a community's own could hold anything. */
const RULE_ID = /^[\w.-]{1,60}$/u;

/** What a platform's own log says of an action: the case and its rule, and nothing of people. */
export function logReason(number: number | null, rule: string): string {
  const named = RULE_ID.test(rule) ? [rule] : [];
  return ["Candor", ...(number === null ? [] : [`#${number}`]), ...named].join(" ");
}

/** How the result of a message is found again. */
export function placeKey({
  channelId,
  messageId,
}: Pick<StoredMessage, "channelId" | "messageId">): string {
  return `${channelId}\n${messageId}`;
}

/**
 * Deletes many messages with as few requests as the platform can, those left out whose effect is noted. What is
 * not in the result is still to be deleted on its own: what stands alone in its channel, and everything where the
 * platform knows no other way.
 */
export async function deleteTogether(
  { store }: Pick<PipelineDeps, "store">,
  platform: PlatformPort,
  messages: readonly { readonly message: StoredMessage; readonly id: string }[],
  reason: string,
): Promise<ReadonlyMap<string, ActionResult>> {
  const results = new Map<string, ActionResult>();
  const { extras } = platform;
  if (!extras?.deleteMessages || messages.length < 2) return results;
  const byChannel = new Map<string, StoredMessage[]>();
  for (const { message, id } of messages) {
    if (originOf(message.messageId) !== null || (await store.hasEffect(id))) continue;
    byChannel.set(message.channelId, [...(byChannel.get(message.channelId) ?? []), message]);
  }
  for (const [channelId, inChannel] of byChannel) {
    const [first, second] = inChannel;
    if (!first || !second) continue;
    const place = { communityId: first.communityId, channelId };
    const ids = inChannel.map(({ messageId }) => messageId);
    const deleted = await extras.deleteMessages(place, ids, reason);
    for (const [messageId, result] of deleted) {
      results.set(placeKey({ channelId, messageId }), result);
      // The platform is busy: what is left waits for the next try.
      if (mustRetry(result)) return results;
    }
  }
  return results;
}

/** Bans everybody at once where the platform can: a raid is over before the last of them is banned alone. */
export function banTogether(
  { view: { communityId }, platform: { extras } }: Pick<OnAuthors, "view" | "platform">,
  endFor: (memberId: string) => Promise<{ readonly until: number | null } | null>,
  why: string,
  deleteSeconds: number,
): RunMany | undefined {
  const banMembers = extras?.banMembers?.bind(extras);
  if (!banMembers) return undefined;
  return async (memberIds) => {
    const bans: { memberId: string; until: number | null }[] = [];
    for (const memberId of memberIds) {
      const end = await endFor(memberId);
      if (end) bans.push({ memberId, until: end.until });
    }
    return banMembers(communityId, bans, why, deleteSeconds);
  };
}

/**
 * Takes an offending name away, or gives somebody back what they call themselves. `undefined` where the message
 * is no name, or the platform names nobody.
 */
export function onName(
  { extras }: PlatformPort,
  { communityId, messageId, authorId }: StoredMessage,
  name: string | null,
  reason: string,
): Promise<ActionResult> | undefined {
  if (originOf(messageId) !== "name" || !extras?.rename || authorId === "") return undefined;
  const renamed = extras.rename({ communityId, memberId: authorId }, name, reason);
  return renamed.then((result) => (result.ok ? { ok: true, value: undefined } : result));
}
