/** Signals of the promotion score. */
export type SignalName =
  | "messengerId"
  | "inviteLink"
  | "handle"
  | "longNumber"
  | "messageMe"
  | "price"
  | "discount"
  | "trade"
  | "earning"
  | "join"
  | "referral";

/**
 * Log-odds of each signal: about half the logarithm of how much commoner it is in adverts than in
 * ordinary messages (public data, docs/adr/0006-promotion-score.md), so that no signal decides alone, plus what a
 * contact and trade say together. docs/adr/0006-promotion-score.md.
 */
export const WEIGHTS: Readonly<
  Record<SignalName | "base" | "link" | "disguise" | "repeat" | "together" | "linked", number>
> = {
  base: -4,
  messengerId: 1.3,
  inviteLink: 1.7,
  handle: 0.7,
  longNumber: 0.9,
  messageMe: 1,
  price: 0.9,
  discount: 1.1,
  trade: 1.2,
  earning: 1.3,
  join: 1.1,
  referral: 1.2,
  link: 1,
  disguise: 0.9,
  repeat: 0.8,
  together: 2.2,
  // A bare link is no way to be reached by itself: beside one word that ordinary messages also hold (a price, 订阅) it stays below one half.
  linked: 1.85,
};
