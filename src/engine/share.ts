/** The part of all communities that one process works for: the one at `index`, counted from 0, of `of` parts. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/** All of them, where one process works alone. */
export const WHOLE: Share = { index: 0, of: 1 };

/** Ids of Discord's servers carry the time at which they were made from this bit on. */
export const SHARD_SHIFT = 22n;

/**
 * The index of the process that works for a community. Discord tells shard (id >> 22) % n of a server
 * (https://discord.com/developers/docs/events/gateway#sharding); the processes take n to be a multiple of their own
 * number, so that this is the remainder whatever n is. Whatever has no such id belongs to the first.
 */
export function shareOf(communityId: string, of: number): number {
  if (!/^\d+$/u.test(communityId)) return 0;
  return Number((BigInt(communityId) >> SHARD_SHIFT) % BigInt(of));
}

export function isWithin({ index, of }: Share, communityId: string): boolean {
  return of === 1 || shareOf(communityId, of) === index;
}
