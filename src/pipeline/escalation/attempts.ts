import type { Case } from "../../engine/case/case.ts";
import { admit, type Inbox } from "../../engine/escalation/inbox.ts";
import type { Job } from "../../ports/jobs.ts";
import { type Attempt, type AttemptKind, CHANNEL } from "../../ports/attempts.ts";
import { personalId, type PipelineDeps } from "../deps.ts";
import { type CommunityContext, readerOf } from "./context.ts";
import { delayed } from "./plan-climb.ts";

/** Whom to tell what, before it is known whether it goes out at once. */
export interface Wish {
  readonly kind: AttemptKind;
  readonly personId: string;
  readonly ways: readonly string[];
  /** Round and step of the ladder; 0 where there is none. */
  readonly round: number;
  readonly step: number;
  /** Tells apart two wishes of one step; empty where there is one. */
  readonly mark?: string | number;
  readonly when: "now" | "digest";
}

/** An attempt, and the timer of the summary in which it waits. */
export interface Admitted {
  readonly attempt: Attempt;
  readonly jobs: readonly Job[];
}

const SOON_MS = 5000;
const EMPTY: Inbox = { sent: [], summaryAt: null };

/**
 * Makes an attempt of a wish: pending, or bundled with its timer. Its id follows from case, round,
 * step, kind and person, so that a job that is delivered again makes no second one.
 */
export function admitWish(
  deps: Pick<PipelineDeps, "digests">,
  context: CommunityContext,
  item: Case,
  wish: Wish,
  inbox: Inbox | undefined,
  at: number,
): Admitted {
  const { kind, personId, ways, round, step, mark = "", when } = wish;
  const reader = readerOf(context, personId);
  const { severity, communityId } = item;
  const { escalation } = context.policy;
  const about = { severity, when };
  const admission = admit(inbox ?? EMPTY, about, reader, escalation, reader.cap, at);
  const basis = ["attempt", item.id, round, step, kind, personId, mark];
  const common = {
    ...newAttempt(`a-${personalId(deps, basis)}`, communityId, personId, at),
    caseId: item.id,
    kind,
    round,
    step,
    ways,
  };
  if (admission.kind === "now") return { attempt: common, jobs: [] };
  const { at: dueAt, because } = admission;
  return {
    attempt: { ...common, outcome: "bundled", dueAt, waitsFor: because },
    jobs: [summaryJob(deps, common, dueAt, at)],
  };
}

/** The timer of the summary in which an attempt waits from now on. */
export function summaryJob(
  deps: Pick<PipelineDeps, "digests">,
  { id, communityId, personId }: Attempt,
  dueAt: number,
  at: number,
): Job {
  // The timer of this very moment may be running and have looked already.
  const suffix = dueAt - at < SOON_MS ? `-${id.slice(2, 10)}` : "";
  return bundleJob(deps, communityId, personId, dueAt, at, suffix);
}

/** A pending attempt about no case yet, due at once. */
export function newAttempt(
  id: string,
  communityId: string,
  personId: string,
  at: number,
): Attempt & { readonly outcome: "pending" } {
  return {
    id,
    communityId,
    caseId: null,
    personId,
    kind: "bundle",
    round: 0,
    step: 0,
    ways: [],
    outcome: "pending",
    dueAt: at,
    requestedAt: at,
    bundle: null,
    way: null,
    ref: null,
    refused: [],
    doneAt: null,
  };
}

/** The ways to the moderators' channel. */
export const CHANNEL_WAYS = ["announce"] as const;

/** A wish for the moderators' channel. */
export function channelWish(
  kind: AttemptKind,
  { round, step }: { readonly round: number; readonly step: number },
  when: Wish["when"],
): Wish {
  return { kind, personId: CHANNEL, ways: CHANNEL_WAYS, round, step, when };
}

/** How a queue knows for whom a summary is: no job names a person. It covers the community, for one person may serve two. */
export function waiterOf(
  deps: Pick<PipelineDeps, "digests">,
  community: string,
  person: string,
): string {
  return deps.digests.fingerprint("person", `${community}\n${person}`).slice(0, 16);
}

/**
 * The timer of a summary. One for each person and time; `suffix` makes it another, for where the plain
 * one may have been run.
 */
export function bundleJob(
  deps: Pick<PipelineDeps, "digests">,
  community: string,
  person: string,
  dueAt: number,
  at: number,
  suffix = "",
): Job {
  const who = waiterOf(deps, community, person);
  const payload = { community, who, dueAt };
  return {
    queue: "timers",
    id: `b-${who}-${dueAt}${suffix}`,
    name: "bundle",
    payload,
    ...delayed(dueAt - at),
  };
}

/** The job that delivers an attempt which no climb delivers. `suffix` makes it another. */
export function deliverJob({ id, communityId, caseId }: Attempt, suffix = ""): Job {
  const about = caseId === null ? {} : { case: caseId };
  const payload = { community: communityId, attempt: id, ...about };
  return { queue: "escalations", id: `${id}-deliver${suffix}`, name: "deliver", payload };
}
