import type { CaseAction, CaseActionKind, Decision } from "../engine/case/decision.ts";
import { UNDONE_BY } from "../engine/case/decision.ts";
import type { Job } from "../ports/jobs.ts";
import type { ActionResult, MemberTarget, PlatformPort } from "../ports/platform.ts";
import { onAuthors, type RunMany } from "./act-on-authors.ts";
import { onMessages } from "./act-on-messages.ts";
import {
  actId,
  actionAt,
  authorOf,
  clearedIn,
  isFor,
  kindOf,
  type Ordered,
  payloadOf,
  readOrder,
  standing,
} from "./act-order.ts";
import { banTogether, logReason } from "./act-together.ts";
import { isAddedAt } from "./case-authors.ts";
import { DAY_MS, MINUTE_MS } from "./case-change.ts";
import type { PipelineDeps } from "./deps.ts";
import { doOnce, refusalOf, targetOf } from "./effects.ts";
import { longer, otherSanction } from "./other-sanctions.ts";

/**
 * Job `act`: carries one action of a decision out, and takes it back when the decision was undone
 * meanwhile. Safe to deliver again. Throws when it must be tried again.
 */
export async function act(deps: PipelineDeps, job: Job): Promise<void> {
  const ordered = await readOrder(deps, job);
  if (!ordered) return;
  const { view, policy } = ordered;
  const decision = standing(view, ordered);
  const action = decision ? actionAt(ordered, decision) : undefined;
  // In shadow mode nothing is hidden and nobody is shut out any more, but what was hidden may come back.
  if (decision && action && (policy.mode === "live" || action.kind === "restore")) {
    await carryOut(deps, ordered, decision, action);
  }
  const after = await deps.store.findCase(view.id);
  const kind = action?.kind ?? kindOf(job);
  if (!after || !kind) return;
  // This try or an earlier one may have been carried out beside the undoing, or after it.
  if (!standing(after, ordered)) return takeBack(deps, { ...ordered, view: after }, kind, "-late");
  const since = await clearedIn(deps, ordered);
  for (const { authorId, appealId } of since) {
    if (ordered.cleared.includes(authorId)) continue;
    await takeBack(deps, { ...ordered, view: after, only: authorId }, kind, `-late-${appealId}`);
  }
}

/** Job `undo`: takes one action of an undone decision back. Safe to deliver again. Throws when it must be tried again. */
export async function undo(deps: PipelineDeps, job: Job): Promise<void> {
  const ordered = await readOrder(deps, job);
  const kind = kindOf(job);
  if (!ordered || !kind) return;
  const appealId = job.payload["appeal"];
  if (appealId === undefined) return takeBack(deps, ordered, kind, "");
  const one = (await clearedIn(deps, ordered)).find((each) => each.appealId === appealId);
  // Erased since: nobody knows any more whom to let in.
  if (!one) return;
  const { authorId: only } = one;
  const cleared = ordered.cleared.filter((id) => id !== only);
  await takeBack(deps, { ...ordered, only, cleared }, kind, `-${appealId}`);
}

async function carryOut(
  deps: PipelineDeps,
  ordered: Ordered,
  decision: Decision,
  action: CaseAction,
): Promise<void> {
  const { view, platform } = ordered;
  const why = logReason(view.number, decision.rule);
  switch (action.kind) {
    case "delete":
    case "restore":
      return onMessages(deps, ordered, action.kind, "act", () => true, why);
    case "warn":
    case "ask-correction":
      return; // Said in the notice of the decision (rights/follow.ts), with all the rest of it.
    case "timeout":
    case "ban": {
      const { kind } = action;
      const until = endOf(decision, action);
      // A retry that comes when the time is over: a timeout from now on was never decided.
      const isOver = (end: number | null) => end !== null && end <= deps.clock.now();
      if (!isAddedAt(ordered.index) && isOver(until)) {
        return failed(deps, ordered, action, "over");
      }
      const endFor = async (memberId: string) => {
        const own = isAddedAt(ordered.index)
          ? endOf(decision, ordered.added.get(memberId) ?? action)
          : until;
        // A milder decision does not let anybody in sooner than a harder one that stands.
        return isOver(own) ? null : longer(await otherSanction(deps, view, memberId, kind), own);
      };
      const days = action.kind === "ban" ? (action.deleteDays ?? 0) : 0;
      const deleteSeconds = days * (DAY_MS / 1000);
      const run: Run = async (member) => {
        const end = await endFor(member.memberId);
        if (!end) return { ok: false, error: { kind: "gone" } };
        return bar(platform, kind, member, end.until, why, deleteSeconds);
      };
      const many = banTogether(ordered, endFor, why, deleteSeconds);
      return doTo(deps, ordered, kind, run, kind === "ban" ? many : undefined);
    }
    case "kick":
      return doTo(deps, ordered, action.kind, (member) => platform.kickMember(member, why));
    case "publish-answer": {
      const id = actId(ordered);
      const run = () => platform.publish(targetOf(view.message), id, action.text);
      await doOnce(deps, {
        id,
        type: "action.done",
        communityId: view.communityId,
        ...authorOf(deps, view),
        payload: payloadOf(ordered, action.kind),
        goneIsDone: false,
        run,
      });
    }
  }
}

/** Takes an action back, unless a newer decision of the case settles the same thing. */
async function takeBack(
  deps: PipelineDeps,
  ordered: Ordered,
  kind: CaseActionKind,
  late: string,
): Promise<void> {
  const { view, platform, policy } = ordered;
  const newer = view.decision?.id === ordered.decisionId ? null : view.decision;
  if (UNDONE_BY[kind] === "nothing" || settles(newer, kind)) return;
  const why = logReason(view.number, "");
  switch (kind) {
    case "delete":
      // What was hidden before anybody decided is hidden until somebody decides again, unless an appeal has ended it.
      return onMessages(
        deps,
        ordered,
        "restore",
        `undo${late}`,
        ({ held }) => !held || view.state === "closed" || ordered.only !== null,
        why,
      );
    case "restore":
      if (policy.mode === "shadow") return;
      return onMessages(deps, ordered, "delete", `undo${late}`, ({ held }) => held, why);
    case "timeout":
      return liftFrom(deps, ordered, kind, late, (member) => platform.liftTimeout(member, why));
    case "ban":
      return liftFrom(deps, ordered, kind, late, (member) => platform.unbanMember(member, why));
    case "warn":
    case "kick":
    case "ask-correction":
    case "publish-answer":
      return;
  }
}

/** Whether a decision says itself what is to become of that on which an action of `kind` was done. */
function settles(decision: Decision | null, kind: CaseActionKind): boolean {
  if (!decision) return false;
  const kinds = decision.actions.map((action) => action.kind);
  if (kind === "delete" || kind === "restore") {
    return kinds.includes("delete") || kinds.includes("restore");
  }
  return kinds.includes(kind);
}

type Run = (member: MemberTarget) => Promise<ActionResult>;

/** Does something to the authors of the case. */
function doTo(
  deps: PipelineDeps,
  ordered: Ordered,
  kind: CaseActionKind,
  run: Run,
  runMany?: RunMany,
): Promise<void> {
  const actionId = actId(ordered);
  const payload = payloadOf(ordered, kind);
  return onAuthors(deps, {
    ...ordered,
    type: "action.done",
    actionId,
    base: actionId,
    mayBeUnnoted: false,
    isFor: (authorId) => isFor(ordered, kind, authorId),
    payload,
    run,
    ...(runMany && { runMany }),
  });
}

/** Takes back what was done to the authors of the case. */
function liftFrom(
  deps: PipelineDeps,
  ordered: Ordered,
  kind: "timeout" | "ban",
  late: string,
  run: Run,
): Promise<void> {
  const { view, platform } = ordered;
  return onAuthors(deps, {
    ...ordered,
    type: "action.undone",
    actionId: actId(ordered),
    base: `${ordered.decisionId}-undo-${ordered.index}${late}`,
    mayBeUnnoted: late.startsWith("-late"),
    isFor: (authorId) => isFor(ordered, kind, authorId),
    payload: payloadOf(ordered, kind),
    run: async (member) => {
      const lifted = await run(member);
      const other = await otherSanction(deps, view, member.memberId, kind);
      // Another decision stands: its end is what remains.
      return other !== null && (lifted.ok || lifted.error.kind === "gone")
        ? bar(platform, kind, member, other.until, logReason(view.number, ""))
        : lifted;
    },
  });
}

/** When what shuts somebody out ends (epoch ms); null for never. */
function endOf({ decidedAt }: Decision, action: CaseAction): number | null {
  const minutes = "minutes" in action ? action.minutes : null;
  return minutes === null ? null : decidedAt + minutes * MINUTE_MS;
}

/** A timeout has an end: without one, somebody is banned. */
function bar(
  platform: PlatformPort,
  kind: "timeout" | "ban",
  member: MemberTarget,
  until: number | null,
  why: string,
  deleteSeconds = 0,
): Promise<ActionResult> {
  return kind === "timeout" && until !== null
    ? platform.timeoutMember(member, until, why)
    : platform.banMember(member, until, why, deleteSeconds);
}

async function failed(
  deps: PipelineDeps,
  ordered: Ordered,
  { kind }: CaseAction,
  refused: string,
): Promise<void> {
  const { view } = ordered;
  await deps.store.noteEffect(refusalOf(actId(ordered)), view.communityId, {
    type: "action.failed",
    at: deps.clock.now(),
    ...authorOf(deps, view),
    payload: { ...payloadOf(ordered, kind), refused },
  });
}
