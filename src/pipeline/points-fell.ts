import { CASE_STATES } from "../engine/case/case.ts";
import { type Decision, type Sanction, UNDONE_BY } from "../engine/case/decision.ts";
import type { Locale } from "../engine/policy.ts";
import { ok, type Result } from "../engine/result.ts";
import type { Job } from "../ports/jobs.ts";
import type { CaseNote, CaseView } from "../ports/store.ts";
import { type CommandNames, say } from "../words/say.ts";
import { sanctionsOn, touchedAuthors } from "./case-authors.ts";
import { caseEvent, changeCase, MINUTE_MS, type Step, type StepContext } from "./case-change.ts";
import { personalId, type PipelineDeps, platformOf, policyOf } from "./deps.ts";
import { deliverJob, newAttempt } from "./escalation/attempts.ts";

const STANDING = CASE_STATES.filter((state) => ["decided", "appealed", "closed"].includes(state));
/** Decided cases of one person that are looked at, the newest. */
const MOST_CASES = 200;

/** What a threshold added to a decision that stands, and the points no longer reach. */
export interface Fallen {
  readonly case: CaseView;
  readonly decision: Decision;
  /** Whose points: one of those who wrote in the case. */
  readonly authorId: string;
  /** For how many people the decision stands. */
  readonly people: number;
  readonly action: Sanction & { readonly threshold: number };
  /** Points that counted when it was decided, without those taken back since. */
  readonly points: number;
}

/**
 * What thresholds added to other decisions about the authors of a case, and no longer would. Points that are
 * taken back were counted there: the statement to their author says that they count no more.
 */
export async function fallenSince(
  deps: Pick<PipelineDeps, "store" | "clock">,
  { id, communityId }: Pick<CaseView, "id" | "communityId">,
): Promise<readonly Fallen[]> {
  const fallen: Fallen[] = [];
  for (const author of await deps.store.caseAuthors(id)) {
    const filter = { communityId, authorId: author.id, states: STANDING, limit: MOST_CASES };
    for (const item of await deps.store.listCases(filter)) {
      const { decision, shadow } = item;
      if (!decision || item.id === id || shadow) continue;
      const touched = touchedAuthors(item, await deps.store.caseAuthors(item.id));
      const own = touched.find((each) => each.id === author.id);
      const all = own ? sanctionsOn(decision.actions, own).map(({ action: each }) => each) : [];
      const action = all.find(isAdded);
      if (!action) continue;
      if (!lasts(action, decision.decidedAt, deps.clock.now())) continue;
      const standing = await deps.store.standing(communityId, author.id, decision.decidedAt);
      const points = standing?.strikePoints ?? 0;
      const people = touched.filter(({ cleared }) => !cleared).length;
      const { id: authorId } = author;
      if (points >= action.threshold) continue;
      fallen.push({ case: item, decision, authorId, people, action, points });
    }
  }
  return fallen;
}

/**
 * Job `reweigh`: strike points were taken back. Where a threshold had added something because of them, a
 * person must look at it: who decided it is told, and the case says so. Safe to deliver again.
 */
export async function reweigh(deps: PipelineDeps, job: Job): Promise<void> {
  const [caseId, decisionId] = [String(job.payload["case"]), String(job.payload["decision"])];
  const view = await deps.store.findCase(caseId);
  const undone = await takenBack(deps, job);
  if (!view || view.shadow || !undone) return;
  const { language } = await policyOf(deps, view.communityId);
  const { communityId, platform } = view;
  for (const fallen of await fallenSince(deps, view)) {
    const { authorId: memberId } = fallen;
    const { commandName } = platformOf(deps, platform);
    const name = await platformOf(deps, platform).nameOf({ communityId, memberId });
    // Of one case the points of several may have fallen, each of which is another thing to look at.
    const whose = fallen.people > 1 ? `-${personalId(deps, ["fell", memberId])}` : "";
    await tell(deps, fallen, {
      id: `${fallen.decision.id}-fell-${String(job.payload["appeal"] ?? decisionId)}${whose}`,
      caseId: fallen.case.id,
      by: undone.by,
      audience: "team",
      text: sayFallen(language, fallen, name ?? memberId, commandName),
      at: undone.at,
    });
  }
}

/** Who took the points back and when: for everybody with the decision, or for one author by their appeal. null: nobody has. */
async function takenBack(
  { store }: PipelineDeps,
  { payload: { case: caseId, decision, appeal } }: Job,
): Promise<{ readonly by: string; readonly at: number } | null> {
  if (appeal === undefined) {
    const all = await store.undoneDecisions(String(caseId));
    const undone = all.find(({ id }) => id === decision);
    return undone ? { by: undone.undoneBy, at: undone.undoneAt } : null;
  }
  const won = (await store.appealsOf(String(caseId))).find(({ id }) => id === appeal);
  if (!won || won.decidedAt === null) return null;
  return { by: won.decidedBy ?? "", at: won.decidedAt };
}

/**
 * What somebody is asked to look at; `who` is whose points fell, by name. Of several authors it is said whose, and that
 * undoing is for all of them: for one alone the decision is taken back by their appeal.
 */
export function sayFallen(
  locale: Locale,
  { case: item, action, points, people }: Fallen,
  who: string,
  names?: CommandNames,
): string {
  const { number } = item;
  const { threshold } = action;
  const named = say(locale, `choice.${action.kind}`);
  const values = { number, action: named, threshold, points };
  return people > 1
    ? say(locale, "case.points-fell-of", { ...values, who, people }, names)
    : say(locale, "case.points-fell", values, names);
}

async function tell(
  deps: PipelineDeps,
  { case: item, decision, authorId }: Fallen,
  note: CaseNote,
): Promise<void> {
  if ((await deps.store.caseNotes(item.id)).some(({ id }) => id === note.id)) return;
  // Whoever took the points back has read it in the answer.
  const deciders = [decision.moderatorId, decision.confirmedBy].filter((each) => each !== note.by);
  const [to = ""] = deciders.filter((each) => each !== null && each !== "");
  const step = ({ current, known, at }: StepContext): Result<Step, never> => {
    // Erased since: there is nobody left whose points could be looked at, and no name is written.
    const isHere = known.authors.some(({ id }) => id === authorId);
    if (!isHere) return ok({ case: current, events: [], jobs: [] });
    const payload = { note: note.id, audience: note.audience };
    const event = caseEvent(deps, current, { type: "case.noted", by: null, at, payload });
    const attempt = {
      ...newAttempt(note.id, current.communityId, to ?? "", at),
      caseId: current.id,
      kind: "note",
      ways: ["direct"],
    } as const;
    const sent = to ? { attempts: [attempt], jobs: [deliverJob(attempt)] } : { jobs: [] };
    return ok({ case: current, events: [event], note, ...sent });
  };
  await changeCase(deps, item.id, step, { rights: true });
}

function isAdded(action: Sanction): action is Fallen["action"] {
  return action.threshold !== undefined && UNDONE_BY[action.kind] !== "nothing";
}

function lasts(action: Sanction, decidedAt: number, now: number): boolean {
  if (!("minutes" in action) || action.minutes === null) return true;
  return decidedAt + action.minutes * MINUTE_MS > now;
}
