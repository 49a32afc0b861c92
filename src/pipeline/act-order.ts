import type { CaseAction, CaseActionKind, Decision } from "../engine/case/decision.ts";
import { CASE_ACTIONS, type Sanction, SANCTIONS } from "../engine/case/decision.ts";
import type { Policy } from "../engine/policy.ts";
import type { Job } from "../ports/jobs.ts";
import type { PlatformPort } from "../ports/platform.ts";
import type { CaseView } from "../ports/store.ts";
import { addedBy, clearedBy, isAddedAt, isAddedFor } from "./case-authors.ts";
import { personOf, type PipelineDeps, platformOf, policyOf } from "./deps.ts";
import type { Effect } from "./effects.ts";

/** One action of a decision, as its job names it. */
export interface Ordered {
  readonly view: CaseView;
  readonly platform: PlatformPort;
  readonly policy: Policy;
  readonly decisionId: string;
  readonly index: number;
  /** What thresholds added for single authors. */
  readonly added: ReadonlyMap<string, Sanction>;
  /** For whom alone the decision was overturned. */
  readonly cleared: readonly string[];
  /** The one author whose share is taken back; null: everybody. */
  readonly only: string | null;
}

/** What a job orders; null where there is nothing to do: the case is gone, or of shadow mode. */
export async function readOrder(deps: PipelineDeps, job: Job): Promise<Ordered | null> {
  const view = await deps.store.findCase(String(job.payload["case"]));
  if (!view || view.shadow) return null;
  const decisionId = String(job.payload["decision"]);
  const cleared = await clearedIn(deps, { view, decisionId });
  return {
    view,
    platform: platformOf(deps, view.platform),
    policy: await policyOf(deps, view.communityId),
    decisionId,
    index: Number(job.payload["index"]),
    added: addedBy(await deps.store.strikesOf(view.id), decisionId),
    cleared: cleared.map(({ authorId }) => authorId),
    only: null,
  };
}

/** For whom alone a decision stands no more, by which appeals. */
export async function clearedIn(
  { store }: Pick<PipelineDeps, "store">,
  { view: { id, decision }, decisionId }: Pick<Ordered, "view" | "decisionId">,
) {
  const stands = decision?.id === decisionId;
  const undone = stands ? undefined : (await store.undoneDecisions(id)).find(isThis(decisionId));
  return clearedBy(await store.appealsOf(id), decisionId, undone?.undoneAt ?? null);
}

function isThis(decisionId: string) {
  return ({ id }: Pick<Decision, "id">) => id === decisionId;
}

/** The action of an index; of what was added for single authors one of them, for each has their own end. */
export function actionAt({ index, added }: Ordered, { actions }: Decision): CaseAction | undefined {
  if (!isAddedAt(index)) return actions[index];
  return [...added.values()].find(({ kind }) => isAddedFor(index, kind));
}

/** Whether an action of a decision is about an author: they may have another in its place, or be left out of it by now. */
export function isFor(
  { index, added, cleared, only }: Ordered,
  kind: CaseActionKind,
  authorId: string,
) {
  if (cleared.includes(authorId) || (only !== null && only !== authorId)) return false;
  const own = added.get(authorId);
  if (isAddedAt(index)) return own !== undefined && isAddedFor(index, own.kind);
  return own === undefined || !SANCTIONS.some((each) => each === kind);
}

/** The kind that a job names: once the decision is undone, the case no longer says it. */
export function kindOf({ payload }: Job): CaseActionKind | undefined {
  return CASE_ACTIONS.find((kind) => kind === payload["action"]);
}

/** The decision of a job, while it stands. */
export function standing({ decision }: CaseView, { decisionId }: Ordered): Decision | null {
  return decision?.id === decisionId ? decision : null;
}

/** The id of what is done, under which it is noted once. */
export function actId({ decisionId, index }: Ordered): string {
  return `${decisionId}-act-${index}`;
}

/** Whom the case is about, as every event of an action says it. */
export function authorOf(
  deps: PipelineDeps,
  { id: caseId, platform, authorId }: CaseView,
): Pick<Effect, "person" | "author"> {
  if (authorId === "") return { person: null };
  return { person: personOf(deps, platform, authorId), author: { id: authorId, caseId } };
}

/** What every event of an action says. */
export function payloadOf({ view, decisionId }: Ordered, kind: CaseActionKind) {
  return { case: view.id, number: view.number, decision: decisionId, action: kind };
}
