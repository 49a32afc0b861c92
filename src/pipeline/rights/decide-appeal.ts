import type { Case } from "../../engine/case/case.ts";
import type { Decision } from "../../engine/case/decision.ts";
import type { CaseError } from "../../engine/case/transitions.ts";
import { fail, ok, type Result } from "../../engine/result.ts";
import type { Job } from "../../ports/jobs.ts";
import { type Appeal, MOST_AUTHORS } from "../../ports/rights.ts";
import {
  addJobs,
  caseEvent,
  changeCase,
  move,
  type NotFound,
  type StepContext,
} from "../case-change.ts";
import { touchedAuthors } from "../case-authors.ts";
import { contextOf } from "../escalation/context.ts";
import { readWords, type WordsProblem } from "../case-words.ts";
import type { PipelineDeps } from "../deps.ts";
import { undoJobs } from "../take-back.ts";
import { appealAttempt, tellAll } from "./attempts.ts";
import { afterOverturn, afterOverturnFor } from "./follow.ts";
import { judgesOf, partOf } from "./judges.ts";
import { isLiving, waitingAppeals } from "./waiting.ts";

export type AppealDecisionProblem =
  | CaseError
  | NotFound
  | WordsProblem
  /** Whoever reported something does not grade their own report. */
  | { readonly kind: "own-report" }
  /** Several authors have appealed, and it was not said which of these appeals is decided; all that wait. */
  | { readonly kind: "which-appeal"; readonly waiting: readonly Appeal[] };

export interface AppealDecision {
  readonly caseId: string;
  /**
   * The moderator's id on the platform of the case; neither who decided, nor who confirmed, nor who reported what
   * its author wrote, while anybody else can.
   */
  readonly by: string;
  /** Id of the appeal; null: the only one that there was against the decision. */
  readonly appealId: string | null;
  readonly overturn: boolean;
  /** Why; the author is told, after redaction. */
  readonly reason: string;
}

export interface DecidedAppeal {
  readonly case: Case;
  /** Whether an owner with a part in it decided, because everybody else who could had one too. */
  readonly byLeftOwner: boolean;
}

/**
 * Decides an appeal. Either way its author is told why, and the case is closed when no other author's appeal
 * waits. Overturned, what can be undone is, what was hidden comes back, and strike and statements no longer
 * count: for whoever appealed alone where the decision stands for other authors. Where it stands for nobody any
 * more, every other appeal against it is won with this one. Where all who moderate had a part in it, the owner decides.
 */
export async function decideAppeal(
  deps: PipelineDeps,
  { caseId, by, appealId, overturn, reason }: AppealDecision,
): Promise<Result<DecidedAppeal, AppealDecisionProblem>> {
  const words = readWords(reason);
  if (!words.ok) return words;
  const view = await deps.store.findCase(caseId);
  if (!view) return fail({ kind: "not-found" });
  const team = await contextOf(deps, view);
  let byLeftOwner = false;
  const changed = await changeCase<AppealDecisionProblem>(
    deps,
    caseId,
    (context) => {
      const { current, known, at } = context;
      const { decision } = current;
      const { appeals = [], reports = [] } = known.rights ?? {};
      const waiting = appeals.filter(({ decidedAt }) => decidedAt === null);
      const named = waiting.find(({ id }) => id === appealId);
      const heard = waitingAppeals(waiting);
      const isOnly = appeals.length - (waiting.length - heard.length) === 1;
      const appeal = named ?? (appealId === null && isOnly ? heard[0] : undefined);
      if (current.state !== "appealed" || !decision || waiting.length === 0) {
        return fail({ kind: "wrong-state", state: current.state });
      }
      if (!appeal) return fail({ kind: "which-appeal", waiting: heard });
      const part = partOf({ decision, reports }, appeal, by);
      const authors = known.authors.map(({ id }) => id);
      const judges = judgesOf(team, { decision, reports, authors }, appeal);
      byLeftOwner = part !== null && judges.isLeftToOwner && judges.people.includes(by);
      if (part !== null && !byLeftOwner) return fail({ kind: part });
      const stands = standsForOthers(context, appeal);
      const others = waiting.filter(({ id }) => id !== appeal.id);
      const endsForAll = overturn && !stands;
      const left = endsForAll ? [] : others.filter(isLiving).map((each) => each.at);
      const waits = left.length > 0;
      const settled: Settled = { decidedBy: by, overturned: overturn, answer: words.value, at };
      // What ends for everybody, or has only erased authors left who would wait, is over for the others too.
      const decidedWith = waits
        ? []
        : others.map((each) => asDecided(each, { ...settled, overturned: endsForAll }));
      const moved = move(deps, context, {
        command: {
          kind: "decide-appeal",
          by,
          overturn,
          stands,
          ...(waits && { waitsSince: Math.min(...left) }),
          isLast: byLeftOwner,
        },
        appealedAt: left,
        type: "appeal.decided",
        by,
        payload: {
          decision: decision.id,
          appeal: appeal.id,
          overturned: overturn,
          ...(byLeftOwner && { leftToOwner: true }),
        },
      });
      if (!moved.ok) return moved;
      const answered = [appeal, ...decidedWith];
      const told = tellAll(answered.flatMap((each) => appealAttempt(deps, current, each, at)));
      const also = decidedWith.map(({ id, overturned }) =>
        caseEvent(deps, current, {
          type: "appeal.decided",
          by,
          at,
          payload: {
            before: current.state,
            after: moved.value.case.state,
            decision: decision.id,
            appeal: id,
            overturned,
          },
        }),
      );
      const step = {
        ...addJobs(moved.value, told.jobs),
        events: [...moved.value.events, ...also],
        appeal: asDecided(appeal, settled),
        decidedWith,
      };
      if (!overturn) return ok({ ...step, attempts: told.attempts });
      const overturned = { step, told: told.attempts, decision, appeal, by };
      return ok(
        stands
          ? overturnedForOne(deps, context, overturned)
          : overturnedForAll(deps, context, overturned),
      );
    },
    { rights: true },
  );
  return changed.ok ? ok({ case: changed.value, byLeftOwner }) : changed;
}

interface Settled extends Pick<Appeal, "decidedBy" | "overturned" | "answer"> {
  readonly at: number;
}

function asDecided(appeal: Appeal, { at: decidedAt, ...settled }: Settled): Appeal {
  return { ...appeal, ...settled, decidedAt };
}

/**
 * Whether a decision touches authors beside whoever appealed, for whom nobody has overturned it. For those who were
 * erased it stands as it is; in a flood, where it was about one, it ends with that one's.
 */
function standsForOthers({ current, known }: StepContext, { authorId }: Appeal): boolean {
  if (known.hasErased && known.authors.length <= MOST_AUTHORS) return true;
  return touchedAuthors(current, known.authors).some(
    ({ id, cleared }) => id !== authorId && !cleared,
  );
}

interface Overturned {
  readonly step: ReturnType<typeof addJobs> & {
    readonly appeal: Appeal;
    readonly decidedWith: readonly Appeal[];
  };
  readonly told: ReturnType<typeof tellAll>["attempts"];
  readonly decision: Decision;
  readonly appeal: Appeal;
  readonly by: string;
}

function overturnedForAll(
  deps: PipelineDeps,
  context: StepContext,
  { step, told, decision, appeal, by }: Overturned,
) {
  const { current, known, at } = context;
  const appellants = [appeal, ...step.decidedWith].map(({ authorId }) => authorId);
  const { attempts, jobs, ...owed } = afterOverturn(deps, context, decision, appellants);
  const undone = { decisionId: decision.id, by, at };
  const added = known.authors.flatMap((author) => author.added ?? []);
  const all = [...undoJobs(current, decision, added), ...restoreJobs(current, decision), ...jobs];
  return { ...addJobs(step, all), ...owed, undone, attempts: [...told, ...attempts] };
}

/** The decision stands for the other authors. Whoever appealed and was erased since has nothing left to take back. */
function overturnedForOne(
  deps: PipelineDeps,
  context: StepContext,
  { step, told, decision, appeal }: Overturned,
) {
  const { current, known, at } = context;
  const { authorId } = appeal;
  if (authorId === "") return { ...step, attempts: told };
  const { attempts, jobs, ...owed } = afterOverturnFor(deps, context, decision, appeal);
  const own = known.authors.find(({ id }) => id === authorId);
  const theirs = { ...decision, strikePoints: own?.points ?? 0 };
  const undos = undoJobs(current, theirs, own?.added ? [own.added] : []);
  // A job holds nobody's id: the appeal says whose it is.
  const forOne = [...undos, ...restoreJobs(current, decision)].map((job) => ({
    ...job,
    id: `${job.id}-${appeal.id}`,
    payload: { ...job.payload, appeal: appeal.id },
  }));
  const cleared = { decisionId: decision.id, authorId, at };
  const all = [...forOne, ...jobs];
  return { ...addJobs(step, all), ...owed, cleared, attempts: [...told, ...attempts] };
}

/** What was hidden before the decision comes back with the undoing of a deletion; without one, it is undone by itself. */
function restoreJobs({ id, held }: Case, decision: Decision): readonly Job[] {
  if (!held || decision.actions.some(({ kind }) => kind === "delete")) return [];
  const index = decision.actions.length;
  const payload = { case: id, decision: decision.id, index, action: "delete" };
  return [{ queue: "actions", id: `${decision.id}-undo-${index}`, name: "undo", payload }];
}
