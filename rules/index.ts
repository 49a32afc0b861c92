import type { Detector } from "../src/engine/detector.ts";
import { assertedClaim } from "./claims/asserted-claim.ts";
import { grievance } from "./complaints/grievance.ts";
import { personalNumber } from "./leaks/personal-number.ts";
import { contactAndCommerce } from "./promotion/contact-and-commerce.ts";

/** Every detector a pack may name, by id. */
export const DETECTORS: ReadonlyMap<string, Detector> = new Map(
  [assertedClaim, personalNumber, contactAndCommerce, grievance].map((detector) => [
    detector.id,
    detector,
  ]),
);
