import { type LadderStep, peopleOf } from "../../engine/escalation/steps.ts";
import { parseTarget, type Rung } from "../../engine/escalation/escalation-policy.ts";
import { mayLook } from "../../engine/escalation/may-work.ts";
import type { TeamPerson } from "../../engine/escalation/roster.ts";
import { handOverAt, nextOnCall, onCallAt, type RotaEntry } from "../../engine/rota/on-call.ts";
import type { Policy } from "../../engine/policy.ts";
import { ok } from "../../engine/result.ts";
import type { Job } from "../../ports/jobs.ts";
import { type Attempt, CHANNEL } from "../../ports/attempts.ts";
import type { CaseView } from "../../ports/store.ts";
import { showJob } from "../case-change.ts";
import type { PipelineDeps } from "../deps.ts";
import { type CommunityContext, contextOf } from "./context.ts";
import { claimed } from "./claims.ts";
import { deliverAttempts, deliverClaimed } from "./deliver.ts";
import { attemptsOfStep } from "./of-step.ts";
import { endStuck, isStuck } from "../rights/end-stuck.ts";
import { waitingIn } from "../rights/judges.ts";
import { appealedAtOf } from "../rights/waiting.ts";
import { stepsFor } from "./plan-climb.ts";
import { type ClimbOrder, LOOK_AGAIN_MS, type StepSituation, takeStep } from "./take-step.ts";

/**
 * Job `climb`: takes the next step of a case's ladder in one transaction, then tells its people. Safe
 * to deliver again: a step that was taken is only told to those whose attempt is still pending. Throws
 * when somebody must be tried again.
 */
export async function climb(deps: PipelineDeps, job: Job): Promise<void> {
  const order = readOrder(job);
  const view = await deps.store.findCase(order.caseId);
  if (!view || view.shadow) return;
  if (isStuck(view)) return endStuck(deps, view);
  const context = await contextOf(deps, view);
  const at = deps.clock.now();
  const appeals = view.state === "appealed" ? await deps.store.appealsOf(view.id) : [];
  const waiting = await waitingIn(deps, context, view, appeals);
  const steps = stepsFor(context.policy, view, appealedAtOf(appeals));
  const step = steps[order.step];
  const found = step
    ? await findPeople(deps, context, view, step.rung, at)
    : { people: [], isBarred: false, isWhole: true, lookAgainAt: at };
  const told = step ? await toldBefore(deps, view, order, step) : new Set<string>();
  const parties = [...(await authorsOf(deps, view)), ...(await reportersOf(deps, view))];
  const fresh = deps.ids.next();
  const judges = waiting.length > 0 ? waiting.flatMap((each) => each.judges.people) : null;
  const people = judges === null ? found.people : mayDecide(context, found.people, judges);
  const situation = { order, context, steps, ...found, people, parties, judges, told, at, fresh };
  let written: readonly Attempt[] = [];
  const taken = await deps.store.changeCase(
    view,
    { at, people: [...people.map(({ id }) => id), CHANNEL] },
    (current, known) => {
      const change = takeStep(deps, situation, current, known);
      if (!change.ok) return change;
      const now = deps.clock.now();
      const { attempts: made = [] } = change.value;
      written = made.map((each) => claimed(deps, each, now, made.length));
      // Whoever looks at the case sees when the next step is due.
      const shows = context.policy.mode !== "shadow";
      const jobs = [...change.value.jobs, ...(shows ? [showJob(deps.ids, current)] : [])];
      return ok({ ...change.value, jobs, attempts: written });
    },
  );
  if (taken.ok) deps.jobsWritten();
  // The community may have gone into shadow mode since: then nobody is woken any more.
  if (context.policy.mode === "shadow") return;
  if (!taken.ok) return finishStep(deps, context, order);
  const mine = written.filter(({ outcome }) => outcome === "pending");
  await deliverClaimed(deps, context, { ...view, ...taken.value }, written, mine);
}

/** Whom a step about appeals is for: who may decide one of those that it names, or whoever may where it names none of them. */
function mayDecide(
  { team }: CommunityContext,
  named: readonly TeamPerson[],
  judges: readonly string[],
): readonly TeamPerson[] {
  const isJudge = ({ id }: TeamPerson) => judges.includes(id);
  return named.some(isJudge) ? named.filter(isJudge) : team.filter(isJudge);
}

/** Who wrote in the case; of most there is one message, and nothing to look up. */
async function authorsOf(
  deps: PipelineDeps,
  { id, messages, authorId }: CaseView,
): Promise<readonly string[]> {
  if (messages === 1) return [authorId];
  return (await deps.store.caseAuthors(id)).map((author) => author.id);
}

/** Who reported something in the case: they do not decide it. */
async function reportersOf(
  deps: PipelineDeps,
  { id }: Pick<CaseView, "id">,
): Promise<readonly string[]> {
  return (await deps.store.reportsOf(id)).map(({ reporterId }) => reporterId);
}

/** Delivers what a killed or refused try of the same step left pending. */
async function finishStep(
  deps: PipelineDeps,
  context: CommunityContext,
  { caseId, round, step }: ClimbOrder,
): Promise<void> {
  const view = await deps.store.findCase(caseId);
  if (!view) return;
  const attempts = await attemptsOfStep(deps, view, round, step);
  if (attempts.some(({ outcome }) => outcome === "pending")) {
    await deliverAttempts(deps, context, view, attempts);
  }
}

async function findPeople(
  deps: PipelineDeps,
  { communityId, policy, team, teamIsWhole }: CommunityContext,
  { source }: CaseView,
  rung: Rung,
  at: number,
): Promise<Pick<StepSituation, "people" | "isBarred" | "isWhole" | "lookAgainAt">> {
  const entries = new Map<string, readonly RotaEntry[]>();
  for (const name of rotasOf(rung, policy)) {
    entries.set(name, await deps.store.rotaEntries(communityId, name, at));
  }
  const onCall = (name: string) => {
    const rota = policy.rotas[name];
    return rota ? onCallAt(rota, entries.get(name) ?? [], at) : [];
  };
  // Whoever may not open the case is not told what it is about. Of whom nothing is known, the policy answers.
  const mayBeTold = (each: TeamPerson) => !team.includes(each) || mayLook(each.roles, source);
  const named = peopleOf(rung, team, onCall);
  const people = named.filter(mayBeTold);
  const comes = [...entries].flatMap(([name, changes]) => {
    const rota = policy.rotas[name];
    if (people.length > 0 || !rota) return [];
    // Somebody who may not open it is on call: another may be after them.
    const isTaken = onCall(name).length > 0;
    return (isTaken ? handOverAt(rota, changes, at) : nextOnCall(rota, changes, at)) ?? [];
  });
  return {
    people,
    isBarred: named.length > people.length && people.length === 0,
    isWhole: teamIsWhole || !asksForTeam(rung),
    lookAgainAt: Math.max(at + 1, Math.min(at + LOOK_AGAIN_MS, ...comes)),
  };
}

/** Whether who is meant depends on the team, of which the platform names a part. */
function asksForTeam({ who }: Rung): boolean {
  return who.some((words) => {
    const kind = parseTarget(words)?.kind;
    return kind === "role" || kind === "everyone";
  });
}

/** Whom this very step has told already, while the platform did not name its whole team. */
async function toldBefore(
  deps: PipelineDeps,
  view: CaseView,
  { round, step: index, dueAt }: ClimbOrder,
  step: LadderStep,
): Promise<ReadonlySet<string>> {
  // At its own time it is taken for the first time.
  if (dueAt <= view.ladder.startedAt + step.afterMs) return new Set();
  const attempts = await attemptsOfStep(deps, view, round, index);
  const pages = attempts.filter(({ kind }) => kind === "page");
  return new Set(pages.map(({ personId }) => personId));
}

function rotasOf(rung: Rung, { rotas }: Policy): readonly string[] {
  const names = rung.who.flatMap((words) => {
    const target = parseTarget(words);
    return target?.kind === "on-call" ? [target.rota] : [];
  });
  return [...new Set(names)].filter((name) => rotas[name] !== undefined);
}

function readOrder({ payload }: Job): ClimbOrder {
  return {
    caseId: String(payload["case"]),
    round: Number(payload["round"]),
    step: Number(payload["step"]),
    dueAt: Number(payload["dueAt"]),
    waits: Number(payload["waits"] ?? Number.POSITIVE_INFINITY),
  };
}
