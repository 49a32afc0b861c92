import { z } from "zod";
import { SHORT_ID_UNITS } from "../engine/case/decision.ts";
import { type Argument, count, number, word } from "./arguments.ts";

const MOST_MESSAGES = 999_999;
const SEEN = /^(?:seen|已看)[:：]\s*/iu;
const COUNT = /^[1-9]\d{0,5}$/u;

/**
 * `seen:3`: how many messages of a case whoever decides was shown. A platform's own form gives the number
 * that it showed.
 */
export const seen: Argument<number> = {
  ...count(MOST_MESSAGES),
  schema: z
    .union([z.string(), z.number().transform(String)])
    .transform((words) => words.normalize("NFKC").trim().replace(SEEN, ""))
    .pipe(z.string().regex(COUNT).transform(Number)),
  accepted: { key: "accepts.seen" },
  claims: (token) => SEEN.test(token),
};

const PART = /^(?:part|部分)[:：]\s*/iu;

/** `part:2`: which part of a text that takes several replies. */
export const part: Argument<number> = {
  ...seen,
  schema: z
    .union([z.string(), z.number().transform(String)])
    .transform((words) => words.normalize("NFKC").trim().replace(PART, ""))
    .pipe(z.string().regex(COUNT).transform(Number)),
  accepted: { key: "accepts.part" },
  claims: (token) => PART.test(token),
};

const APPEAL = /^(?:appeal|申诉|申訴)[:：]\s*/iu;

/** `appeal:2`: which appeal of a case that several authors have appealed. */
export const appealPlace: Argument<number> = {
  ...seen,
  schema: z
    .union([z.string(), z.number().transform(String)])
    .transform((words) => words.normalize("NFKC").trim().replace(APPEAL, ""))
    .pipe(z.string().regex(COUNT).transform(Number)),
  accepted: { key: "accepts.appeal" },
  claims: (token) => APPEAL.test(token),
};

const ABOUT = /^(?:about|关于|關於)[:：]\s*/iu;

/** `about:#142`: the decision that feedback is about, as the button under its notice says it. */
export const about: Argument<number> = {
  ...number,
  schema: z
    .union([z.string(), z.number().transform(String)])
    .transform((words) => words.normalize("NFKC").trim().replace(ABOUT, "").replace(/^#/u, ""))
    .pipe(
      z
        .string()
        .regex(/^[1-9]\d{0,8}$/u)
        .transform(Number),
    ),
  accepted: { key: "accepts.about" },
  claims: (token) => ABOUT.test(token),
};

const PROPOSAL = new RegExp(`^p:([\\w-]{1,${SHORT_ID_UNITS}})$`, "u");

/** `p:1a2b3c4d`: the proposal that a button is about, by the end of its id. */
export const proposalName: Argument<string> = {
  ...word,
  schema: z
    .string()
    .regex(PROPOSAL)
    .transform((words) => words.replace(PROPOSAL, "$1")),
  accepted: { key: "accepts.proposal" },
  claims: (token) => PROPOSAL.test(token),
};
