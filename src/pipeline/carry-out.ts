import type { AuditType, NewAuditEvent } from "../engine/audit.ts";
import { type PlannedAction, planActions } from "../engine/plan.ts";
import type { Result } from "../engine/result.ts";
import { type Job, UnretriableError } from "../ports/jobs.ts";
import type { ActionError, PlatformPort } from "../ports/platform.ts";
import type { StoredMessage } from "../ports/store.ts";
import { personOf, type PipelineDeps } from "./deps.ts";

/** One effect on a platform: what is done, how the audit log calls it, and the id under which it is done once. */
interface Effect {
  readonly id: string;
  readonly type: AuditType;
  readonly message: StoredMessage;
  readonly caseId: string | null;
  readonly run: () => Promise<Result<void, ActionError>>;
}

/** Job `carry-out`: does what the plan of a recorded message asks for. Safe to deliver again. */
export async function carryOut(deps: PipelineDeps, job: Job): Promise<void> {
  const key = String(job.payload["message"]);
  const judged = await deps.store.findJudged(key);
  if (!judged) return; // Expired or erased meanwhile: nothing is left to act on.
  const { message, verdict, mode } = judged;
  const platform = platformOf(deps, message);
  const caseId = judged.case?.id ?? null;
  const target = targetOf(message);
  const effects: Record<PlannedAction, () => Promise<Result<void, ActionError>>> = {
    "hide-message": () => platform.hideMessage(target),
    "nudge-author": () =>
      platform.nudgeAuthor(
        { ...target, authorId: message.authorId },
        verdict.findings[0]?.reason ?? "",
      ),
    "show-case": () => showCase(deps, platform, caseId),
  };
  const types: Record<PlannedAction, AuditType> = {
    "hide-message": "message.hidden",
    "nudge-author": "author.nudged",
    "show-case": "case.shown",
  };
  for (const action of planActions(verdict, mode).actions) {
    await doOnce(deps, {
      id: `${key}-${action}`,
      type: types[action],
      message,
      caseId,
      run: effects[action],
    });
  }
}

/** Job `settle`: brings the platform in line with a decision. Safe to deliver again. */
export async function settle(deps: PipelineDeps, job: Job): Promise<void> {
  const caseId = String(job.payload["case"]);
  const view = await deps.store.findCase(caseId);
  if (!view?.decision) return;
  const { message, decision } = view;
  const platform = platformOf(deps, message);
  const target = targetOf(message);
  if (!view.shadow && decision.outcome === "uphold") {
    await doOnce(deps, {
      id: `${message.key}-hide-message`,
      type: "message.hidden",
      message,
      caseId,
      run: () => platform.hideMessage(target),
    });
  }
  if (!view.shadow && decision.outcome === "dismiss" && view.held) {
    await doOnce(deps, {
      id: `${message.key}-restore-message`,
      type: "message.restored",
      message,
      caseId,
      run: () => platform.restoreMessage(target),
    });
  }
  await showCase(deps, platform, caseId);
}

async function showCase(
  deps: PipelineDeps,
  platform: PlatformPort,
  caseId: string | null,
): Promise<Result<void, ActionError>> {
  const view = caseId === null ? null : await deps.store.findCase(caseId);
  return view ? platform.showCase(view) : { ok: false, error: { kind: "gone" } };
}

async function doOnce(deps: PipelineDeps, effect: Effect): Promise<void> {
  if (await deps.store.hasEffect(effect.id)) return;
  const result = await effect.run();
  if (!result.ok && (result.error.kind === "throttled" || result.error.kind === "unavailable")) {
    // Thrown so that the queue retries with its back-off.
    throw new Error(`${effect.type}: ${result.error.kind}`);
  }
  const refused = result.ok ? null : result.error.kind;
  const done = refused === null || refused === "gone";
  if (!done) deps.log.warn({ effect: effect.id, refused }, "the platform refused an action");
  await deps.store.noteEffect(
    effect.id,
    effect.message.communityId,
    toEvent(deps, effect, done, refused),
  );
}

function toEvent(
  deps: PipelineDeps,
  effect: Effect,
  done: boolean,
  refused: string | null,
): NewAuditEvent {
  const { message, type, caseId } = effect;
  return {
    type: done ? type : "action.failed",
    at: deps.clock.now(),
    person: personOf(deps, message.platform, message.authorId),
    payload: {
      message: message.key,
      case: caseId,
      ...(refused !== null && { refused }),
      ...(!done && { action: type }),
    },
  };
}

function targetOf(message: StoredMessage) {
  const { communityId, channelId, messageId } = message;
  return { communityId, channelId, messageId };
}

function platformOf(deps: PipelineDeps, message: StoredMessage): PlatformPort {
  const platform = deps.platform(message.platform);
  if (!platform)
    throw new UnretriableError(`this process does not hold platform ${message.platform}`);
  return platform;
}
