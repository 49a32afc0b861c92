import type { AuditPayload } from "../engine/audit.ts";
import type { Policy } from "../engine/policy.ts";
import type { ActionResult, MemberTarget, PlatformPort } from "../ports/platform.ts";
import type { CaseAuthor, CaseView } from "../ports/store.ts";
import { touchedAuthors } from "./case-authors.ts";
import { personOf, type PipelineDeps } from "./deps.ts";
import { doAndNote, effectOn, isNotedOn, mustRetry, refusalOf, retryOf } from "./effects.ts";

/** After so many people with whom it must be tried again the rest waits for the next try: the platform is busy. */
const MOST_PROBLEMS = 3;

/** What is done to the authors of a case, or taken back. */
export interface OnAuthors {
  readonly view: CaseView;
  readonly platform: PlatformPort;
  readonly policy: Policy;
  readonly type: "action.done" | "action.undone";
  /** Id of the action in the decision; that of each effect is made of it and of whom it touches. */
  readonly actionId: string;
  /** Begins the id of each effect; another one for each try to take it back. */
  readonly base: string;
  /**
   * Of what is taken back: an earlier try may have ended before it could note what it had done, so that
   * whatever was neither refused nor spared is taken back. Otherwise only what is noted as done is.
   */
  readonly mayBeUnnoted: boolean;
  /** Whether an author is one of those whom the action is about. */
  readonly isFor: (authorId: string) => boolean;
  readonly payload: AuditPayload;
  readonly run: (target: MemberTarget) => Promise<ActionResult>;
  /** The same for many at once, where the platform can; whoever is not in the result is left to `run`. */
  readonly runMany?: RunMany;
}

export type RunMany = (memberIds: readonly string[]) => Promise<ReadonlyMap<string, ActionResult>>;

/**
 * Does something to every author of a case, each once, whatever becomes of the others; in a flood only to
 * whom it is about. Somebody of the team who is not the one it is about is left out: what they said among
 * others is settled with them alone. Throws when it must be tried again with somebody.
 */
export async function onAuthors(deps: PipelineDeps, asked: OnAuthors): Promise<void> {
  const all = await deps.store.caseAuthors(asked.view.id);
  const touched = touchedAuthors(asked.view, all);
  const leftOut = all.length - touched.length;
  const payload = leftOut > 0 ? { ...asked.payload, leftOut } : asked.payload;
  const problems: unknown[] = [];
  const meant = touched.filter(({ id }) => asked.isFor(id));
  const many = await runTogether(deps, asked, meant);
  const run = async (target: MemberTarget) => many.get(target.memberId) ?? asked.run(target);
  for (const author of meant) {
    await onAuthor(deps, { ...asked, payload, run }, author).catch((problem: unknown) =>
      problems.push(problem),
    );
    if (problems.length >= MOST_PROBLEMS) break;
  }
  if (problems.length > 0) throw problems[0];
}

/** Does to all at once what is still to be done to more than one; the team is left out as ever. */
async function runTogether(
  deps: PipelineDeps,
  asked: OnAuthors,
  authors: readonly CaseAuthor[],
): Promise<ReadonlyMap<string, ActionResult>> {
  const { view, base, runMany } = asked;
  if (!runMany || authors.length < 2) return new Map();
  const due: string[] = [];
  for (const author of authors) {
    if (await isNotedOn(deps, base, personOf(deps, view.platform, author.id))) continue;
    const isSpared = author.id !== view.authorId && (await isOfTeam(asked, author));
    if (!isSpared) due.push(author.id);
  }
  return due.length < 2 ? new Map() : runMany(due);
}

async function onAuthor(deps: PipelineDeps, asked: OnAuthors, author: CaseAuthor): Promise<void> {
  const { view, type, actionId, base, payload, run } = asked;
  const { communityId, platform } = view;
  const person = personOf(deps, platform, author.id);
  const about = { person, author: { id: author.id, caseId: view.id } };
  const team = `${actionId}-team`;
  if (type === "action.undone") {
    // They may be shut out for something else, which is not taken back here.
    if (!(await wasDone(deps, asked, person, team))) return;
  } else if (author.id !== view.authorId && (await isOfTeam(asked, author))) {
    const spared = { ...payload, refused: "team" };
    const at = deps.clock.now();
    await deps.store.noteEffect(effectOn(deps, team, person), communityId, {
      type: "action.failed",
      at,
      ...about,
      payload: spared,
    });
    return;
  }
  if (await isNotedOn(deps, base, person)) return;
  await doAndNote(deps, {
    id: effectOn(deps, base, person),
    type,
    communityId,
    ...about,
    payload,
    goneIsDone: true,
    run: () => run({ communityId, memberId: author.id }),
  });
}

/** Whether an action was, or may have been, carried out on a person. */
async function wasDone(
  deps: PipelineDeps,
  { actionId, mayBeUnnoted }: OnAuthors,
  person: string,
  team: string,
): Promise<boolean> {
  if (await isNotedOn(deps, actionId, person)) return true;
  if (!mayBeUnnoted || (await isNotedOn(deps, team, person))) return false;
  return !(await isNotedOn(deps, actionId, person, refusalOf));
}

async function isOfTeam(
  { view: { communityId }, platform, policy }: OnAuthors,
  { id, role }: CaseAuthor,
): Promise<boolean> {
  if (role === "staff" || policy.team.some((each) => each.id === id)) return true;
  const asked = await platform.member({ communityId, memberId: id });
  if (mustRetry(asked)) throw retryOf("member", asked.error);
  // Of whom the platform says nothing, nothing is done by the way.
  return asked.ok ? (asked.value?.roles.some((each) => each !== "member") ?? false) : true;
}
