import type { NewAuditEvent } from "../engine/audit.ts";
import { evaluate } from "../engine/evaluate.ts";
import { foldText } from "../engine/fold/index.ts";
import { type Message, messageKey, type Place } from "../engine/message.ts";
import { type Plan, planActions } from "../engine/plan.ts";
import { DEFAULT_POLICY, type Policy } from "../engine/policy.ts";
import { redact } from "../engine/redact.ts";
import { gravest, type Verdict } from "../engine/verdict.ts";
import type { Job } from "../ports/jobs.ts";
import type { Handled } from "../ports/platform.ts";
import type { Recording, StoredMessage } from "../ports/store.ts";
import { personOf, type PipelineDeps } from "./deps.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;

/** All that is known about a message once it is judged, before it is written. */
interface Judged {
  readonly message: Message;
  readonly key: string;
  readonly caseId: string;
  readonly verdict: Verdict;
  readonly plan: Plan;
  readonly policy: Policy;
  readonly textFingerprint: string;
  readonly at: number;
}

/**
 * Reads what came before, judges the message, and records verdict, case, audit events and jobs in one
 * transaction. Resolves once that is durable. Handing over the same revision again changes nothing.
 */
export async function handleMessage(deps: PipelineDeps, message: Message): Promise<Handled> {
  const judged = await judge(deps, message);
  const recording = toRecording(deps, judged);
  const recorded = await deps.store.record(recording);
  if (recorded.kind === "recorded" && recording.jobs.length > 0) deps.jobsWritten();
  const { verdict } = recorded;
  deps.log.info(
    {
      message: judged.key,
      decision: verdict.decision,
      flags: verdict.flags,
      case: recorded.case?.number,
    },
    recorded.kind === "duplicate" ? "message seen before" : "message judged",
  );
  return {
    verdict,
    case: recorded.case && { id: recorded.case.id, number: recorded.case.number },
    duplicate: recorded.kind === "duplicate",
  };
}

async function judge(deps: PipelineDeps, message: Message): Promise<Judged> {
  const policy = (await deps.store.policyOf(message.community.id)) ?? DEFAULT_POLICY;
  const text = foldText(message.text);
  const textFingerprint = deps.digests.fingerprint("text", text.folded);
  const recalled = await deps.history.recall(message, textFingerprint);
  const { verdict } = evaluate(message, { rules: deps.ruleSet.rules, policy, recalled, text });
  return {
    message,
    key: deps.digests.hash(messageKey(message)).slice(0, 32),
    caseId: caseIdOf(deps, message, verdict),
    verdict,
    plan: planActions(verdict, policy.mode),
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
  const onlyErrored = verdict.findings.length === 0 && verdict.errored !== undefined;
  const basis = onlyErrored
    ? ["errored", message.community.id, deps.ruleSet.version, ...(verdict.errored ?? [])]
    : ["message", messageKey(message)];
  return `c-${deps.digests.hash(basis).slice(0, 32)}`;
}

function toRecording(deps: PipelineDeps, judged: Judged): Recording {
  const { verdict, plan, policy, caseId } = judged;
  return {
    message: toStoredMessage(judged),
    verdict,
    rulesVersion: deps.ruleSet.version,
    mode: policy.mode,
    ...(plan.opensCase && {
      newCase: {
        id: caseId,
        severity: gravest(verdict),
        families: verdict.flags,
        held: plan.actions.includes("hide-message"),
      },
    }),
    events: toEvents(deps, judged),
    jobs: toJobs(judged),
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
  const days = plan.opensCase ? policy.retentionDays.evidence : policy.retentionDays.messages;
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
    evidence: plan.opensCase
      ? redact(
          message.text,
          leaks.flatMap((leak) => leak.spans),
        )
      : null,
    textFingerprint,
    sentAt: message.sentAt,
    receivedAt: at,
    expiresAt: at + days * DAY_MS,
  };
}

/** Names of places are free text, and are kept: people put telephone numbers into them. */
function maskedName({ name }: Place): string | null {
  return name === undefined ? null : redact(name, []);
}

function toEvents(deps: PipelineDeps, judged: Judged): readonly NewAuditEvent[] {
  const { message, key, caseId, verdict, plan, policy, at } = judged;
  if (verdict.decision === "none") return [];
  const person = personOf(deps, message.platform, message.author.id);
  const event: NewAuditEvent = {
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
  };
  if (!plan.opensCase) return [event];
  const severity = gravest(verdict);
  return [
    event,
    { type: "case.opened", at, person, payload: { case: caseId, message: key, severity } },
  ];
}

function toJobs({ message, key, caseId, plan, policy }: Judged): readonly Job[] {
  const jobs: Job[] = [];
  if (plan.actions.length > 0) {
    // A nudge without a case travels under the message's key.
    const id = plan.opensCase ? caseId : `m-${key}`;
    jobs.push({
      queue: "actions",
      id,
      name: "carry-out",
      payload: { message: key, platform: message.platform },
    });
  }
  const [firstRungMinutes] = policy.escalation.afterMinutes;
  if (plan.opensCase && policy.mode === "live" && firstRungMinutes !== undefined) {
    jobs.push({
      queue: "escalations",
      id: caseId,
      name: "climb",
      payload: { case: caseId, rung: 1 },
      delayMs: firstRungMinutes * MINUTE_MS,
    });
  }
  return jobs;
}
