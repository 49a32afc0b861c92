import type { AuditType, NewAuditEvent } from "../engine/audit.ts";
import { type PlannedAction, planActions } from "../engine/plan.ts";
import { DEFAULT_POLICY, type Policy } from "../engine/policy.ts";
import type { Result } from "../engine/result.ts";
import type { VerdictFinding } from "../engine/verdict.ts";
import { type Job, UnretriableError } from "../ports/jobs.ts";
import type { ActionError, PlatformPort } from "../ports/platform.ts";
import type { CaseView, JudgedMessage, StoredMessage } from "../ports/store.ts";
import { personOf, type PipelineDeps } from "./deps.ts";

type ActionResult = Result<void, ActionError>;

/** One effect on a platform: what is done, how the audit log calls it, and the id under which it is noted once. */
interface Effect {
  readonly id: string;
  readonly type: AuditType;
  readonly message: StoredMessage;
  readonly caseId: string | null;
  readonly run: () => Promise<ActionResult>;
}

/**
 * Job `carry-out`: does what the plan of a recorded message asks for. Safe to deliver again. Each
 * action is tried for itself, so that a message that cannot be hidden is still shown to a person.
 * Throws when one must be tried again.
 */
export async function carryOut(deps: PipelineDeps, job: Job): Promise<void> {
  const key = String(job.payload["message"]);
  const judged = await deps.store.findJudged(key);
  if (!judged) return; // Expired or erased meanwhile: nothing is left to act on.
  const policy = (await deps.store.policyOf(judged.message.communityId)) ?? DEFAULT_POLICY;
  // The community may have gone into shadow mode since: then nothing is touched any more.
  if (policy.mode === "shadow") return;
  const problems: unknown[] = [];
  for (const action of planActions(judged.verdict, judged.mode).actions) {
    await actOn(deps, judged, action, policy).catch((problem: unknown) => problems.push(problem));
  }
  if (problems.length > 0) throw problems[0];
}

async function actOn(
  deps: PipelineDeps,
  judged: JudgedMessage,
  action: PlannedAction,
  policy: Policy,
): Promise<void> {
  const { message, verdict } = judged;
  const caseId = judged.case?.id ?? null;
  const platform = platformOf(deps, message);
  const base = { message, caseId };
  switch (action) {
    case "hide-message":
      return hide(deps, platform, base);
    case "nudge-author": {
      if (await isDismissed(deps, caseId)) return undefined;
      const target = { ...targetOf(message), authorId: message.authorId };
      const reason = nudgeReason(verdict.findings, policy);
      const run = () => platform.nudgeAuthor(target, reason);
      return doOnce(deps, { ...base, id: `${message.key}-nudge`, type: "author.nudged", run });
    }
    case "show-case": {
      const run = () => showCase(deps, platform, caseId);
      return doOnce(deps, { ...base, id: `${message.key}-show`, type: "case.shown", run });
    }
  }
}

/** Hides a message unless a moderator has dismissed its case, and brings it back when one did meanwhile. */
async function hide(
  deps: PipelineDeps,
  platform: PlatformPort,
  base: Pick<Effect, "message" | "caseId">,
): Promise<void> {
  const { message, caseId } = base;
  const target = targetOf(message);
  if (!(await isDismissed(deps, caseId))) await hideOnce(deps, platform, base);
  if (!(await isDismissed(deps, caseId))) return;
  // The dismissal may have been settled while the message was being hidden, by this try or an earlier one.
  const id = `${message.key}-restore-late`;
  const run = () => platform.restoreMessage(target);
  await doOnce(deps, { ...base, id, type: "message.restored", run });
}

function hideOnce(
  deps: PipelineDeps,
  platform: PlatformPort,
  base: Pick<Effect, "message" | "caseId">,
): Promise<void> {
  const run = () => platform.hideMessage(targetOf(base.message));
  return doOnce(deps, { ...base, id: `${base.message.key}-hide`, type: "message.hidden", run });
}

/**
 * Job `settle`: brings the platform in line with a decision. Safe to deliver again. Throws when it
 * must be tried again.
 */
export async function settle(deps: PipelineDeps, job: Job): Promise<void> {
  const view = await deps.store.findCase(String(job.payload["case"]));
  if (!view?.decision) return;
  const platform = platformOf(deps, view.message);
  await settleMessage(deps, platform, view);
  const shown = await platform.showCase(view);
  if (mustRetry(shown)) throw new Error(`case.shown: ${shown.error.kind}`);
}

async function settleMessage(
  deps: PipelineDeps,
  platform: PlatformPort,
  view: CaseView,
): Promise<void> {
  const { message, decision } = view;
  if (view.shadow) return;
  const policy = (await deps.store.policyOf(view.communityId)) ?? DEFAULT_POLICY;
  // In shadow mode nothing is hidden any more, but what was hidden may come back.
  if (policy.mode === "shadow" && decision?.outcome === "uphold") return;
  const target = targetOf(message);
  const base = { message, caseId: view.id };
  if (decision?.outcome === "uphold") {
    const run = () => platform.hideMessage(target);
    await doOnce(deps, { ...base, id: `${message.key}-hide`, type: "message.hidden", run });
  } else if (view.held) {
    const run = () => platform.restoreMessage(target);
    await doOnce(deps, { ...base, id: `${message.key}-restore`, type: "message.restored", run });
  }
}

/** Says in the audit log that a job of the actions queue was tried for the last time and not done. */
export async function noteGivenUp(deps: PipelineDeps, job: Job): Promise<void> {
  const { message: key, case: caseId } = job.payload;
  const judged = key === undefined ? null : await deps.store.findJudged(String(key));
  const view = caseId === undefined ? null : await deps.store.findCase(String(caseId));
  const message = judged?.message ?? view?.message;
  if (!message) return;
  await deps.store.noteEffect(`${job.id}-${job.name}-given-up`, message.communityId, {
    type: "action.failed",
    at: deps.clock.now(),
    person: personOf(deps, message.platform, message.authorId),
    payload: {
      message: message.key,
      case: view?.id ?? judged?.case?.id ?? null,
      action: job.name,
      refused: "given up",
    },
  });
}

/** The reason of the finding that the author is told about: not every finding concerns them. */
function nudgeReason(findings: readonly VerdictFinding[], { actions }: Policy): string {
  const told = findings.find(({ family, severity }) => {
    const asked = actions[family][severity];
    return asked === "hold" || asked === "nudge";
  });
  return (told ?? findings[0])?.reason ?? "";
}

async function isDismissed(deps: PipelineDeps, caseId: string | null): Promise<boolean> {
  const view = caseId === null ? null : await deps.store.findCase(caseId);
  return view?.decision?.outcome === "dismiss";
}

async function showCase(
  deps: PipelineDeps,
  platform: PlatformPort,
  caseId: string | null,
): Promise<ActionResult> {
  const view = caseId === null ? null : await deps.store.findCase(caseId);
  return view ? platform.showCase(view) : { ok: false, error: { kind: "gone" } };
}

async function doOnce(deps: PipelineDeps, effect: Effect): Promise<void> {
  if (await deps.store.hasEffect(effect.id)) return;
  const result = await effect.run();
  // Thrown so that the queue retries with its back-off.
  if (mustRetry(result)) throw new Error(`${effect.type}: ${result.error.kind}`);
  const refused = result.ok ? null : result.error.kind;
  if (refused !== null)
    deps.log.warn({ effect: effect.id, refused }, "the platform refused an action");
  // A refused effect is not done: a later decision may try it again.
  const id = refused === null ? effect.id : `${effect.id}-refused`;
  await deps.store.noteEffect(id, effect.message.communityId, toEvent(deps, effect, refused));
}

/** Whether trying again later can help. */
export function mustRetry(result: ActionResult): result is {
  readonly ok: false;
  readonly error: ActionError & { kind: "throttled" | "unavailable" };
} {
  return !result.ok && (result.error.kind === "throttled" || result.error.kind === "unavailable");
}

function toEvent(deps: PipelineDeps, effect: Effect, refused: string | null): NewAuditEvent {
  const { message, type, caseId } = effect;
  return {
    type: refused === null ? type : "action.failed",
    at: deps.clock.now(),
    person: personOf(deps, message.platform, message.authorId),
    payload: {
      message: message.key,
      case: caseId,
      ...(refused !== null && { refused, action: type }),
    },
  };
}

function targetOf({ communityId, channelId, messageId }: StoredMessage) {
  return { communityId, channelId, messageId };
}

function platformOf(deps: PipelineDeps, message: StoredMessage): PlatformPort {
  const platform = deps.platform(message.platform);
  if (!platform)
    throw new UnretriableError(`this process does not hold platform ${message.platform}`);
  return platform;
}
