import { z } from "zod";
import { type RotaEntry, offerName } from "../engine/rota/on-call.ts";
import { type Argument, word } from "./arguments.ts";

const OFFER = /^s:([0-9a-z]{1,12}-[0-9a-z]{1,12})$/u;

/** `s:mhx1abcd-1f4000`: the offer to swap that a button is about. */
export const swapOffer: Argument<string> = {
  ...word,
  schema: z
    .string()
    .regex(OFFER)
    .transform((words) => words.replace(OFFER, "$1")),
  accepted: { key: "accepts.offer" },
  claims: (token) => OFFER.test(token),
};

/** Whether an offer is the one that a button names; any where none is named. */
export function isNamed(offer: RotaEntry, name: string | null): boolean {
  return name === null || offerName(offer) === name;
}
