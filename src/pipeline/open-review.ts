import { type Case, UNDECIDED } from "../engine/case/case.ts";
import { foldText } from "../engine/fold/index.ts";
import type { AuthorRole } from "../engine/message.ts";
import type { Policy } from "../engine/policy.ts";
import type { Result } from "../engine/result.ts";
import type { Severity } from "../engine/severity.ts";
import type { Verdict } from "../engine/verdict.ts";
import type { CaseChange, OpenRequest, StoredMessage } from "../ports/store.ts";
import { caseEvent, DAY_MS, showJob, withClimb } from "./case-change.ts";
import { unopened } from "./case-request.ts";
import { readWords, type WordsProblem } from "./case-words.ts";
import { decideCase } from "./decide-case.ts";
import { type DecideProblem, type DecisionInput, readDecision } from "./read-decision.ts";
import { type PipelineDeps, policyOf } from "./deps.ts";

/** Undecided cases of one person that are looked at, and messages of one of them. */
const MOST_WAITING = 100;
const MOST_MESSAGES = 10_000;

/** A moderator acts on somebody without a finding: warn, timeout, kick, ban, purge. */
export interface ReviewInput extends Omit<DecisionInput, "caseId"> {
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
 * Opens a case with source `review` and decides it at once, so that every act has a case, a reason, a rule
 * and an undo. Joins the undecided case that has one of the messages, when there is one and nobody else
 * wrote in it: whoever acts on one person decides nothing about others. What is wrong with the words is
 * said before anything is opened.
 */
export async function openReview(
  deps: PipelineDeps,
  input: ReviewInput,
): Promise<Result<Case, DecideProblem>> {
  const words = readDecision(deps, input);
  if (!words.ok) return words;
  const policy = await policyOf(deps, input.communityId);
  const opened =
    input.messageKeys.length > 0
      ? await deps.store.openCase(await aboutMessages(deps, input, policy))
      : null;
  // Nothing is recorded of them, or no longer.
  const about = opened?.ok === true ? opened : await openWritten(deps, input, policy);
  deps.jobsWritten();
  const { by, outcome, rule, reason, actions } = input;
  return decideCase(deps, { caseId: about.value.case.id, by, outcome, rule, reason, actions });
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
  const opened = await openWith(deps, request, policy, { ...input, ...subject, ...said });
  deps.jobsWritten();
  return { ok: true, value: opened };
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
    joins: !(await waitsWithOthers(deps, input)),
  };
}

/** Whether one of the messages is in an undecided case that holds messages of others too. */
async function waitsWithOthers(
  deps: Pick<PipelineDeps, "store">,
  { communityId, author, messageKeys }: ReviewInput,
): Promise<boolean> {
  const waiting = await deps.store.listCases({
    communityId,
    authorId: author.id,
    states: UNDECIDED,
    limit: MOST_WAITING,
  });
  for (const { id } of waiting) {
    const authors = await deps.store.caseAuthors(id);
    if (authors.every((each) => each.id === author.id)) continue;
    const messages = await deps.store.caseMessages(id, MOST_MESSAGES);
    if (messages.some(({ message }) => messageKeys.includes(message.key))) return true;
  }
  return false;
}

async function openWritten(deps: PipelineDeps, input: ReviewInput, policy: Policy) {
  const subject = subjectOf(input);
  const request = requestFor(deps, input, policy, subject, requestOf(input));
  const said = { evidence: null, textFingerprint: "" };
  const opened = await openWith(deps, request, policy, { ...input, ...subject, ...said });
  return { value: { case: opened } };
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

async function openWith(
  deps: PipelineDeps,
  request: Request,
  policy: Policy,
  written: Place & Subject & Pick<StoredMessage, "evidence" | "textFingerprint">,
): Promise<Case> {
  const { opens } = request;
  const message = writtenMessage(opens, policy, written);
  const opened = await deps.store.openCase({
    ...request,
    opens: { ...opens, messageKey: message.key },
    messageKeys: [],
    written: { message, verdict: nothingFound(message.messageId) },
    joins: false,
  });
  if (!opened.ok) throw new Error("a case with a written message was not opened");
  return opened.value.case;
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
    id: `c-${deps.digests.hash(basis).slice(0, 32)}`,
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
  const { messageKey: message, severity, source, openedAt: at } = item;
  const payload = { message, severity, source };
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
