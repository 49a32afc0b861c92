import { type Case, UNDECIDED } from "../engine/case/case.ts";
import { type Decision, isSanction } from "../engine/case/decision.ts";
import { foldText } from "../engine/fold/index.ts";
import type { AuthorRole } from "../engine/message.ts";
import type { Policy } from "../engine/policy.ts";
import { ok, type Result } from "../engine/result.ts";
import { graver, type Severity } from "../engine/severity.ts";
import type { Verdict } from "../engine/verdict.ts";
import type { CaseChange, OpeningStep, OpenRequest, StoredMessage } from "../ports/store.ts";
import { caseEvent, DAY_MS, MINUTE_MS, showJob, withClimb, withoutEcho } from "./case-change.ts";
import { unopened } from "./case-request.ts";
import { readWords, type WordsProblem } from "./case-words.ts";
import { decisionStep } from "./decide-case.ts";
import {
  type DecideProblem,
  type DecisionInput,
  type ReadDecision,
  readDecision,
} from "./read-decision.ts";
import { personalId, type PipelineDeps, policyOf } from "./deps.ts";
import { standingOf } from "./join-case.ts";

/** Undecided cases of one person that are looked at, the most pressing. */
const MOST_WAITING = 100;
/** Within so long the same request of the same moderator is the same one: a button pressed twice, a line sent again. */
const REPEATED_MS = MINUTE_MS;

/** A moderator acts on somebody without a finding: warn, timeout, kick, ban, purge. */
export interface ReviewInput extends Omit<DecisionInput, "caseId" | "outcome"> {
  readonly outcome: Decision["outcome"];
  readonly platform: string;
  readonly communityId: string;
  /** Where it was said that this be done; the place of the case when no message is recorded. */
  readonly channelId: string;
  /** Whom it is about. */
  readonly author: { readonly id: string; readonly role: AuthorRole };
  /** Keys of recorded messages of theirs that it is about, the most telling first; may be empty. */
  readonly messageKeys: readonly string[];
  /** null: S3. */
  readonly severity: Severity | null;
  /** The same for every try of one request: two clicks are one case. null: each call is a request of its own. */
  readonly requestId: string | null;
}

/**
 * Opens a case with source `review` and decides it in the same transaction, so that every act has a case, a
 * reason, a rule and an undo, and none is lost half-way. Joins the undecided case that has one of the
 * messages where that case is about nothing else: whoever acts on some messages of somebody decides
 * nothing about others. The same asked again within a minute is the case of the first time.
 */
export async function openReview(
  deps: PipelineDeps,
  input: ReviewInput,
): Promise<Result<Case, DecideProblem>> {
  const words = readDecision(deps, input);
  if (!words.ok) return words;
  const policy = await policyOf(deps, input.communityId);
  const step = await decidingStep(deps, input, words.value, policy);
  const decide = (request: OpenRequest) => deps.store.openAndChange<DecideProblem>(request, step);
  const written = openWritten(deps, input, policy);
  const decided =
    input.messageKeys.length > 0
      ? await decide(await aboutMessages(deps, input, policy))
      : await decide(written);
  // Nothing is recorded of them, or no longer.
  const unknown = !decided.ok && decided.error.kind === "not-found";
  const reviewed = unknown ? await decide(written) : decided;
  if (reviewed.ok) deps.jobsWritten();
  return reviewed;
}

/** The decision, as the step that the case takes with its opening. */
async function decidingStep(
  deps: PipelineDeps,
  input: ReviewInput,
  words: ReadDecision,
  policy: Policy,
): Promise<OpeningStep<DecideProblem>> {
  const at = deps.clock.now();
  const take = decisionStep(deps, input, words, deps.ids.next(), await gravestOf(deps, input));
  return {
    at,
    rights: true,
    repeats: {
      since: at - REPEATED_MS,
      is: ({ decision, proposal }) => repeats(input, words, decision ?? proposal, at),
    },
    change: (view) => (current, known) => {
      const taken = take({ current, known, policy, view, at });
      return taken.ok ? ok(withoutEcho(current, taken.value)) : taken;
    },
  };
}

/** Whether a decision is the one that is asked for, made or proposed a moment ago. */
function repeats(
  { by, outcome }: ReviewInput,
  { rule, reason, actions }: ReadDecision,
  made: Decision | null,
  at: number,
): boolean {
  if (made === null || made.moderatorId !== by || made.decidedAt < at - REPEATED_MS) return false;
  const done = made.actions.map((action) => JSON.stringify(action));
  const hardened = made.actions.some(
    (action) => isSanction(action) && action.threshold !== undefined,
  );
  return (
    made.outcome === outcome &&
    made.reason === reason &&
    (rule === null || made.rule === rule) &&
    // The policy may have added one, or put it in the place of a milder one.
    (actions ?? []).every(
      (action) => done.includes(JSON.stringify(action)) || (hardened && isSanction(action)),
    )
  );
}

/**
 * The gravest of what waits about somebody: a second moderator who must see it is not passed by with a
 * milder case beside it.
 */
async function gravestOf(
  deps: Pick<PipelineDeps, "store">,
  { communityId, author }: ReviewInput,
): Promise<Severity | null> {
  const waiting = await deps.store.listCases({
    communityId,
    authorId: author.id,
    states: UNDECIDED,
    limit: MOST_WAITING,
  });
  return waiting
    .filter(({ shadow }) => !shadow)
    .reduce<Severity | null>((most, { severity }) => graver(most, severity), null);
}

/** What a member asks or tells the company through Candor. */
export interface InquiryInput {
  readonly kind: "question" | "feedback";
  readonly platform: string;
  readonly communityId: string;
  readonly channelId: string;
  readonly authorId: string;
  readonly text: string;
  /** As in `ReviewInput`. */
  readonly requestId: string | null;
}

/** Opens a case for the service team, with a ladder of its own; the text is kept redacted. */
export async function openInquiry(
  deps: PipelineDeps,
  input: InquiryInput,
): Promise<Result<Case, WordsProblem>> {
  const text = readWords(input.text);
  if (!text.ok) return text;
  const policy = await policyOf(deps, input.communityId);
  const { kind, authorId } = input;
  const textFingerprint = deps.digests.fingerprint("text", foldText(input.text).folded);
  const subject = { source: kind, authorId, role: "member", severity: null } as const;
  const request = requestFor(deps, input, policy, subject, input.requestId);
  const said = { evidence: text.value, textFingerprint };
  const asked = withMessage(request, policy, { ...input, ...subject, ...said });
  const opened = await deps.store.openCase(asked);
  if (!opened.ok) throw new Error("a case with a written message was not opened");
  deps.jobsWritten();
  return ok(opened.value.case);
}

interface Place {
  readonly platform: string;
  readonly communityId: string;
  readonly channelId: string;
}

interface Subject {
  readonly source: "review" | "question" | "feedback";
  readonly authorId: string;
  readonly role: AuthorRole;
  readonly severity: Severity | null;
}

type Request = Omit<OpenRequest, "messageKeys" | "written" | "joins">;

async function aboutMessages(
  deps: PipelineDeps,
  input: ReviewInput,
  policy: Policy,
): Promise<OpenRequest> {
  const { messageKeys } = input;
  const belongTo = new Map<string, string | null>();
  for (const key of messageKeys) {
    const judged = await deps.store.findJudged(key);
    if (judged) belongTo.set(key, judged.case?.id ?? null);
  }
  const request = requestFor(deps, input, policy, subjectOf(input), requestOf(input));
  return {
    ...request,
    opens: { ...request.opens, messages: Math.max(1, belongTo.size) },
    onJoin: (existing) => {
      const more = [...belongTo.values()].filter((caseId) => caseId !== existing.id).length;
      const messages = existing.messages + more;
      const lastSeenAt = request.opens.lastSeenAt;
      return { case: { ...existing, messages, lastSeenAt }, events: [], jobs: [] };
    },
    messageKeys,
    written: null,
    joins: "alone",
  };
}

function openWritten(deps: PipelineDeps, input: ReviewInput, policy: Policy): OpenRequest {
  const subject = subjectOf(input);
  const request = requestFor(deps, input, policy, subject, requestOf(input));
  const said = { evidence: null, textFingerprint: "" };
  return withMessage(request, policy, { ...input, ...subject, ...said });
}

/** One request is of one moderator, for the same things. */
function requestOf({ requestId, by, actions }: ReviewInput): string | null {
  if (requestId === null) return null;
  return [by, ...(actions ?? []).map(({ kind }) => kind), requestId].join("\n");
}

function subjectOf({ author, severity }: ReviewInput): Subject {
  const { id: authorId, role } = author;
  return { source: "review", authorId, role, severity: severity ?? "S3" };
}

function withMessage(
  request: Request,
  policy: Policy,
  written: Place & Subject & Pick<StoredMessage, "evidence" | "textFingerprint">,
): OpenRequest {
  const { opens } = request;
  const message = writtenMessage(opens, policy, written);
  return {
    ...request,
    opens: { ...opens, messageKey: message.key },
    messageKeys: [],
    written: { message, verdict: nothingFound(message.messageId) },
    joins: false,
  };
}

function requestFor(
  deps: PipelineDeps,
  { platform, communityId }: Place,
  policy: Policy,
  { source, authorId, role, severity }: Subject,
  requestId: string | null,
): Request {
  const at = deps.clock.now();
  // Of whom it is belongs to it: the same id from another person, or about another, is another request.
  const basis = [source, platform, communityId, authorId, requestId ?? deps.ids.next()];
  const opens: Case = {
    ...unopened(policy, at),
    id: `c-${personalId(deps, basis)}`,
    platform,
    communityId,
    source,
    messageKey: "",
    authorId,
    speaker: role,
    severity,
    families: [],
  };
  return {
    opens,
    held: false,
    keepsUntil: at + policy.retentionDays.evidence * DAY_MS,
    onOpen: (opened) => open(deps, policy, opened),
    onJoin: (existing) => ({ case: existing, events: [], jobs: [] }),
  };
}

function open(
  deps: PipelineDeps,
  policy: Policy,
  opened: Case,
): Pick<CaseChange, "case" | "events" | "jobs"> {
  const { case: item, jobs } = withClimb(deps.ids, policy, opened);
  const { messageKey: message, source, openedAt: at } = item;
  const payload = { message, source, ...standingOf(item) };
  return {
    case: item,
    events: [caseEvent(deps, item, { type: "case.opened", by: null, at, payload })],
    jobs: item.shadow ? [] : [showJob(deps.ids, item), ...jobs],
  };
}

/** Words given to Candor itself, or the place of an act on somebody of whom nothing is recorded; no platform has this message. */
function writtenMessage(
  { id, openedAt: at }: Case,
  policy: Policy,
  written: Place & Subject & Pick<StoredMessage, "evidence" | "textFingerprint">,
): StoredMessage {
  const { platform, communityId, channelId, authorId, role, evidence, textFingerprint } = written;
  return {
    key: id.slice("c-".length),
    platform,
    communityId,
    communityName: null,
    channelId,
    channelName: null,
    messageId: `${written.source}-${id}`,
    revisedAt: null,
    authorId,
    authorRole: role,
    evidence,
    textFingerprint,
    sentAt: at,
    receivedAt: at,
    expiresAt: at + policy.retentionDays.evidence * DAY_MS,
    contextUntil: null,
  };
}

function nothingFound(id: string): Verdict {
  return {
    id,
    flags: [],
    decision: "none",
    scores: { claim: 0, leak: 0, promotion: 0, complaint: 0 },
    findings: [],
  };
}
