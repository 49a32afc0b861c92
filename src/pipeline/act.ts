import type { Case } from "../engine/case/case.ts";
import type { Policy } from "../engine/policy.ts";
import type { VerdictFinding } from "../engine/verdict.ts";
import type { Job } from "../ports/jobs.ts";
import type { JudgedMessage } from "../ports/store.ts";
import { logReason } from "./act-together.ts";
import { type PipelineDeps, platformOf, policyOf } from "./deps.ts";
import { doAndNote, doOnce, mustRetry, onMessage, retryOf, targetOf } from "./effects.ts";
import { holdingFinding } from "./rights/rule-words.ts";
import { roomGivenUp } from "./room.ts";
import { afterHide, afterLateRestore, letsThrough } from "./rights/follow.ts";

export { act, undo } from "./act-decision.ts";

/**
 * Job `hide`: hides a message because of its verdict, unless a moderator has let it through, and brings
 * it back when one did meanwhile. Safe to deliver again. Throws when it must be tried again.
 */
export async function hide(deps: PipelineDeps, job: Job): Promise<void> {
  const judged = await toAct(deps, job);
  if (!judged) return;
  const { message } = judged;
  const platform = platformOf(deps, message.platform);
  const target = targetOf(message);
  const base = { ...onMessage(deps, message, judged.case?.id ?? null), goneIsDone: true };
  if (!(await isLetThrough(deps, judged.case))) {
    const policy = await policyOf(deps, message.communityId);
    const rule = holdingFinding(judged.verdict, policy.actions)?.rule ?? "";
    const reason = logReason(judged.case?.number ?? null, rule);
    const run = () => platform.hideMessage(target, reason);
    const follows = () => afterHide(deps, policy, judged);
    await doOnce(deps, {
      ...base,
      id: `${message.key}-hide`,
      type: "message.hidden",
      run,
      follows,
    });
  }
  if (!(await isLetThrough(deps, judged.case))) return;
  // It may have been let through while it was being hidden, by this try or an earlier one.
  const run = () => platform.restoreMessage(target);
  const id = `${message.key}-restore-late`;
  const follows = () => afterLateRestore(deps, judged);
  await doOnce(deps, { ...base, id, type: "message.restored", run, follows });
}

/** Job `nudge`: a private word to the author because of a verdict. Safe to deliver again. Throws when it must be tried again. */
export async function nudge(deps: PipelineDeps, job: Job): Promise<void> {
  const judged = await toAct(deps, job);
  if (!judged || (await isLetThrough(deps, judged.case))) return;
  const { message, verdict } = judged;
  const platform = platformOf(deps, message.platform);
  const policy = await policyOf(deps, message.communityId);
  const reason = nudgeReason(verdict.findings, policy);
  const target = { ...targetOf(message), authorId: message.authorId };
  await doOnce(deps, {
    ...onMessage(deps, message, judged.case?.id ?? null),
    id: `${message.key}-nudge`,
    type: "author.nudged",
    goneIsDone: false,
    run: () => platform.nudgeAuthor(target, reason),
  });
}

/**
 * Job `show`: shows the newest state of a case to the moderators; the first time stands in the audit log.
 * In shadow mode only what was shown before is brought up to date. Throws when it must be tried again.
 */
export async function show(deps: PipelineDeps, job: Job): Promise<void> {
  const caseId = String(job.payload["case"]);
  const id = `${caseId}-shown`;
  const [view, shown] = await Promise.all([
    deps.store.findCase(caseId),
    job.payload["first"] === undefined && deps.store.hasEffect(id),
  ]);
  if (!view || view.shadow) return;
  const { mode } = await policyOf(deps, view.communityId);
  if (mode === "shadow" && !shown) return;
  const platform = platformOf(deps, view.platform);
  if (!shown) {
    await doAndNote(deps, {
      ...onMessage(deps, view.message, view.id),
      id,
      type: "case.shown",
      goneIsDone: false,
      run: () => platform.showCase(view),
    });
    return;
  }
  const result = await platform.showCase(view);
  if (mustRetry(result)) throw retryOf("case.shown", result.error);
  if (!result.ok) {
    deps.log.warn({ case: view.id, refused: result.error.kind }, "the platform refused a card");
  }
}

/** Says in the audit log that a job of the actions queue was tried for the last time and not done. */
export async function noteGivenUp(deps: PipelineDeps, job: Job): Promise<void> {
  if (job.name === "room") return roomGivenUp(deps, job);
  const { message: key, case: caseId, decision } = job.payload;
  const judged = key === undefined ? null : await deps.store.findJudged(String(key));
  const view = caseId === undefined ? null : await deps.store.findCase(String(caseId));
  const message = judged?.message ?? view?.message;
  if (!message) return;
  const base = onMessage(deps, message, view?.id ?? judged?.case?.id ?? null);
  await deps.store.noteEffect(`${job.id}-${job.name}-given-up`, message.communityId, {
    type: "action.failed",
    at: deps.clock.now(),
    person: base.person,
    ...(base.author && { author: base.author }),
    payload: {
      ...base.payload,
      ...(decision !== undefined && { decision }),
      action: job.name,
      refused: "given up",
    },
  });
}

/** The message of a job, when something may be done about it: it is not expired or erased, and the policy acts. */
async function toAct(deps: PipelineDeps, job: Job): Promise<JudgedMessage | null> {
  const judged = await deps.store.findJudged(String(job.payload["message"]));
  if (!judged) return null;
  // The community may have gone into shadow mode since: then nothing is touched any more.
  const { mode } = await policyOf(deps, judged.message.communityId);
  return mode === "shadow" ? null : judged;
}

/** Whether a moderator has decided that what was hidden may be read. */
async function isLetThrough(
  deps: PipelineDeps,
  belongsTo: Pick<Case, "id"> | null,
): Promise<boolean> {
  const view = belongsTo === null ? null : await deps.store.findCase(belongsTo.id);
  const decision = view?.decision;
  // A case that is closed without a decision is one whose decision was overturned on appeal.
  return decision ? letsThrough(decision) : view?.state === "closed";
}

/** The reason of the finding that the author is told about: not every finding concerns them. */
function nudgeReason(findings: readonly VerdictFinding[], { actions }: Policy): string {
  const told = findings.find(({ family, severity }) => actions[family][severity] === "nudge");
  return (told ?? findings[0])?.reason ?? "";
}
