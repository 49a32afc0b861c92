import type { NewAuditEvent } from "../engine/audit.ts";
import { evaluate } from "../engine/evaluate.ts";
import { type FoldedText, foldText } from "../engine/fold/index.ts";
import { type Message, messageKey, originOf, type Place } from "../engine/message.ts";
import { planActions } from "../engine/plan.ts";
import { DEFAULT_POLICY } from "../engine/policy.ts";
import { redact } from "../engine/redact.ts";
import type { Verdict } from "../engine/verdict.ts";
import type { Handled } from "../ports/platform.ts";
import type { KnownOfMessage, Recording, StoredMessage } from "../ports/store.ts";
import { DAY_MS, HOUR_MS } from "./case-change.ts";
import { caseRequest, isOnlyErrored, type Judged, messageJobs } from "./case-request.ts";
import { personOf, type PipelineDeps } from "./deps.ts";

/**
 * Judges the message by what came before, and records verdict, case, audit events and jobs in one
 * transaction. Resolves once that is durable. Messages of one community are judged in the order in which
 * they are handed over. Handing over the same revision again changes nothing.
 */
export async function handleMessage(deps: PipelineDeps, message: Message): Promise<Handled> {
  const key = deps.digests.hash(messageKey(message)).slice(0, 32);
  const text = foldText(message.text);
  // Messages without words (pictures, stickers) have nothing in common.
  const textFingerprint = text.folded === "" ? "" : deps.digests.fingerprint("text", text.folded);
  let writesJobs = false;
  let shadow = false;
  const recorded = await deps.store.record(message, textFingerprint, (known) => {
    const recording = toRecording(
      deps,
      judge(deps, { message, key, text, textFingerprint }, known),
    );
    writesJobs = recording.jobs.length > 0;
    shadow = recording.mode === "shadow";
    return recording;
  });
  writesJobs ||= recorded.case !== null;
  if (recorded.kind === "recorded" && writesJobs) deps.jobsWritten();
  const { verdict } = recorded;
  deps.log.info(
    {
      message: key,
      decision: verdict.decision,
      flags: verdict.flags,
      case: recorded.case?.number,
    },
    recorded.kind === "duplicate" ? "message seen before" : "message judged",
  );
  return {
    verdict,
    case: recorded.case && { id: recorded.case.id, number: recorded.case.number },
    // A revision that was recorded before says by its case in which mode that was.
    mode: (recorded.case?.shadow ?? shadow) ? "shadow" : "live",
    duplicate: recorded.kind === "duplicate",
  };
}

/** A message as it is before it is judged. */
interface Unjudged extends Pick<Judged, "message" | "key" | "textFingerprint"> {
  readonly text: FoldedText;
}

function judge(
  deps: PipelineDeps,
  { message, key, text, textFingerprint }: Unjudged,
  { policy: own, recalled }: KnownOfMessage,
): Judged {
  const policy = own ?? DEFAULT_POLICY;
  const { verdict } = evaluate(message, { rules: deps.ruleSet.rules, policy, recalled, text });
  return {
    message,
    key,
    caseId: caseIdOf(deps, message, verdict),
    verdict,
    plan: planActions(verdict, policy.mode, originOf(message.id) === null),
    policy,
    textFingerprint,
    at: deps.clock.now(),
  };
}

/**
 * Id of the case that a message opens, and of its jobs: the same for every delivery of the same
 * revision, so that one message cannot open two. A rule that broke opens one case for each version of
 * the rules, not one for each message it breaks on.
 */
function caseIdOf(deps: PipelineDeps, message: Message, verdict: Verdict): string {
  const basis = isOnlyErrored(verdict)
    ? ["errored", message.community.id, deps.ruleSet.version, ...(verdict.errored ?? [])]
    : ["message", messageKey(message)];
  return `c-${deps.digests.hash(basis).slice(0, 32)}`;
}

function toRecording(deps: PipelineDeps, judged: Judged): Recording {
  const { verdict, plan, policy } = judged;
  return {
    message: toStoredMessage(judged),
    verdict,
    rulesVersion: deps.ruleSet.version,
    mode: policy.mode,
    ...(plan.opensCase && { needsCase: caseRequest(deps, judged) }),
    events: toEvents(deps, judged),
    // A message that asks for a case has its jobs written with the case.
    jobs: plan.opensCase ? [] : messageJobs(judged),
  };
}

function toStoredMessage({
  message,
  key,
  verdict,
  plan,
  policy,
  textFingerprint,
  at,
}: Judged): StoredMessage {
  const leaks = verdict.findings.filter((finding) => finding.family === "leak");
  const { evidence, messages, contextHours } = policy.retentionDays;
  const days = plan.opensCase ? evidence : messages;
  const keepsText = plan.opensCase || contextHours > 0;
  return {
    key,
    platform: message.platform,
    communityId: message.community.id,
    communityName: maskedName(message.community),
    channelId: message.channel.id,
    channelName: maskedName(message.channel),
    messageId: message.id,
    revisedAt: message.revisedAt ?? null,
    authorId: message.author.id,
    authorRole: message.author.role,
    evidence: keepsText
      ? redact(
          message.text,
          leaks.flatMap((leak) => leak.spans),
        )
      : null,
    textFingerprint,
    ...(message.unreadFiles !== undefined && { unreadFiles: message.unreadFiles }),
    sentAt: message.sentAt,
    receivedAt: at,
    expiresAt: at + days * DAY_MS,
    contextUntil: plan.opensCase ? null : at + contextHours * HOUR_MS,
  };
}

/** Names of places are free text, and are kept: people put telephone numbers into them. */
function maskedName({ name }: Place): string | null {
  return name === undefined ? null : redact(name, []);
}

function toEvents(deps: PipelineDeps, judged: Judged): readonly NewAuditEvent[] {
  const { message, key, verdict, policy, at } = judged;
  if (verdict.decision === "none") return [];
  const person = personOf(deps, message.platform, message.author.id);
  return [
    {
      type: "message.judged",
      at,
      person,
      payload: {
        author: person,
        role: message.author.role,
        message: key,
        decision: verdict.decision,
        rules: verdict.findings.map((finding) => `${finding.rule} ${finding.severity}`),
        errored: verdict.errored ?? [],
        rulesVersion: deps.ruleSet.version,
        mode: policy.mode,
      },
    },
  ];
}
