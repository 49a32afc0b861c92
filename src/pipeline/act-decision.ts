import type { CaseAction, CaseActionKind, Decision } from "../engine/case/decision.ts";
import { CASE_ACTIONS, type Sanction, SANCTIONS, UNDONE_BY } from "../engine/case/decision.ts";
import type { Policy } from "../engine/policy.ts";
import type { Job } from "../ports/jobs.ts";
import type { ActionResult, MemberTarget, PlatformPort } from "../ports/platform.ts";
import type { CaseMessage, CaseView } from "../ports/store.ts";
import { onAuthors, type RunMany } from "./act-on-authors.ts";
import { banTogether, deleteTogether, logReason, onName, placeKey } from "./act-together.ts";
import { addedBy, clearedBy, isAddedAt, isAddedFor } from "./case-authors.ts";
import { DAY_MS, MINUTE_MS } from "./case-change.ts";
import { personOf, type PipelineDeps, platformOf, policyOf } from "./deps.ts";
import { say } from "../words/say.ts";
import { isDeletedElsewhere, longer, otherSanction } from "./other-sanctions.ts";
import { doOnce, type Effect, onMessage, refusalOf, targetOf } from "./effects.ts";

/** Messages of one case on which a decision is carried out. */
const MOST_MESSAGES = 10_000;
/** After so many messages that must be tried again the rest waits for the next try: the platform is busy. */
const MOST_PROBLEMS = 3;

/** One action of a decision, as its job names it. */
interface Ordered {
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

/**
 * Job `act`: carries one action of a decision out, and takes it back when the decision was undone
 * meanwhile. Safe to deliver again. Throws when it must be tried again.
 */
export async function act(deps: PipelineDeps, job: Job): Promise<void> {
  const ordered = await read(deps, job);
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
  const ordered = await read(deps, job);
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

async function read(deps: PipelineDeps, job: Job): Promise<Ordered | null> {
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

async function clearedIn(
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
function actionAt({ index, added }: Ordered, { actions }: Decision): CaseAction | undefined {
  if (!isAddedAt(index)) return actions[index];
  return [...added.values()].find(({ kind }) => isAddedFor(index, kind));
}

/** Whether an action of a decision is about an author: they may have another in its place, or be left out of it by now. */
function isFor({ index, added, cleared, only }: Ordered, kind: CaseActionKind, authorId: string) {
  if (cleared.includes(authorId) || (only !== null && only !== authorId)) return false;
  const own = added.get(authorId);
  if (isAddedAt(index)) return own !== undefined && isAddedFor(index, own.kind);
  return own === undefined || !SANCTIONS.some((each) => each === kind);
}

function kindOf({ payload }: Job): CaseActionKind | undefined {
  return CASE_ACTIONS.find((kind) => kind === payload["action"]);
}

function standing({ decision }: CaseView, { decisionId }: Ordered): Decision | null {
  return decision?.id === decisionId ? decision : null;
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

/** Hides or restores the messages of a case that are `wanted`, each once whatever its revisions, and says so at the end. */
async function onMessages(
  deps: PipelineDeps,
  ordered: Ordered,
  what: "delete" | "restore",
  prefix: string,
  wanted: (message: CaseMessage) => boolean,
  why: string,
): Promise<void> {
  const { view, platform, policy, decisionId, index } = ordered;
  const all = distinct(await deps.store.caseMessages(view.id, MOST_MESSAGES));
  const undone = prefix !== "act";
  const messages: CaseMessage[] = [];
  const about = all.filter(
    ({ message: { authorId } }) =>
      !ordered.cleared.includes(authorId) && (ordered.only ?? authorId) === authorId,
  );
  for (const each of about.filter(wanted)) {
    const stays =
      undone && what === "restore" && (await isDeletedElsewhere(deps, view, each.message));
    if (!stays) messages.push(each);
  }
  const base = `${decisionId}-${prefix}-${index}`;
  const isDelete = what === "delete";
  const problems: unknown[] = [];
  const effects = messages.map(({ message }) => ({ message, id: `${base}-${message.key}` }));
  const together = await deleteTogether(deps, platform, isDelete ? effects : [], why);
  const name = isDelete ? say(policy.language, "name.neutral") : null;
  for (const { message, id } of effects) {
    const target = targetOf(message);
    const effect: Effect = {
      ...onMessage(deps, message, view.id),
      id,
      type: isDelete ? "message.hidden" : "message.restored",
      goneIsDone: true,
      run: async () =>
        together.get(placeKey(message)) ??
        onName(platform, message, name, why) ??
        (isDelete ? platform.hideMessage(target, why) : platform.restoreMessage(target)),
    };
    await doOnce(deps, effect).catch((problem: unknown) => problems.push(problem));
    if (problems.length >= MOST_PROBLEMS) break;
  }
  if (problems.length > 0) throw problems[0];
  const kind = undone ? (what === "delete" ? "restore" : "delete") : what;
  await deps.store.noteEffect(base, view.communityId, {
    type: undone ? "action.undone" : "action.done",
    at: deps.clock.now(),
    ...authorOf(deps, view),
    payload: { ...payloadOf(ordered, kind), messages: messages.length },
  });
}

/** The newest row of each message; held when one of its revisions was. */
function distinct(messages: readonly CaseMessage[]): readonly CaseMessage[] {
  const known = new Map<string, CaseMessage>();
  for (const each of messages) {
    const key = `${each.message.channelId}\n${each.message.messageId}`;
    known.set(key, { ...each, held: each.held || (known.get(key)?.held ?? false) });
  }
  return [...known.values()];
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

function actId({ decisionId, index }: Ordered): string {
  return `${decisionId}-act-${index}`;
}

/** Whom the case is about, as every event of an action says it. */
function authorOf(
  deps: PipelineDeps,
  { id: caseId, platform, authorId }: CaseView,
): Pick<Effect, "person" | "author"> {
  if (authorId === "") return { person: null };
  return { person: personOf(deps, platform, authorId), author: { id: authorId, caseId } };
}

function payloadOf({ view, decisionId }: Ordered, kind: CaseActionKind) {
  return { case: view.id, number: view.number, decision: decisionId, action: kind };
}
