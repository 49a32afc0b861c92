import { nextCaseState } from "../../src/engine/case.ts";
import {
  appendEvent,
  type AuditEvent,
  EMPTY_CHAIN,
  type NewAuditEvent,
} from "../../src/engine/audit.ts";
import { type Message, messageKey } from "../../src/engine/message.ts";
import { redact } from "../../src/engine/redact.ts";
import { fail, ok, type Result } from "../../src/engine/result.ts";
import { gravest, type Verdict } from "../../src/engine/verdict.ts";
import { verifyChain } from "../../src/pipeline/audit-report.ts";
import type { DecideProblem, DecisionInput } from "../../src/pipeline/decide-case.ts";
import type { Digests } from "../../src/ports/digests.ts";
import type { Handled } from "../../src/ports/platform.ts";
import type { Case, CaseView, Standing, Store } from "../../src/ports/store.ts";

/**
 * What an adapter for moderators reads and decides, in memory: cases, standing and a real audit chain
 * of one community. Deterministic; `tick` is the time in epoch ms at which everything happens.
 */
export class FakeRecords
  implements
    Pick<
      Store,
      | "listCases"
      | "findCase"
      | "recentAuditEvents"
      | "standing"
      | "auditHeads"
      | "auditEvents"
      | "communities"
    >
{
  tick: number;
  readonly #community: string;
  readonly #digests: Digests;
  readonly #cases = new Map<string, CaseView>();
  readonly #standings = new Map<string, Standing>();
  #events: AuditEvent[] = [];

  constructor(community: string, digests: Digests, tick: number) {
    this.#community = community;
    this.#digests = digests;
    this.tick = tick;
  }

  /** Records a judged message; a case is opened when a human must decide. */
  record(message: Message, verdict: Verdict): Handled {
    const key = this.#digests.hash(messageKey(message)).slice(0, 32);
    const id = `c-${key}`;
    const known = this.#cases.get(id);
    if (known) return { verdict: known.verdict, case: known, duplicate: true };
    this.#count(message.author.id, { messages: 1, flagged: verdict.flags.length > 0 ? 1 : 0 });
    this.#append("message.judged", { message: key, decision: verdict.decision });
    if (verdict.decision !== "escalate" && verdict.decision !== "hold") {
      return { verdict, case: null, duplicate: false };
    }
    const opened = this.#open(id, key, message, verdict);
    this.#append("case.opened", { case: id, number: opened.number, severity: opened.severity });
    return { verdict, case: { id, number: opened.number }, duplicate: false };
  }

  #open(id: string, key: string, message: Message, verdict: Verdict): CaseView {
    const leaks = verdict.findings.filter((finding) => finding.family === "leak");
    const view: CaseView = {
      id,
      communityId: this.#community,
      number: this.#cases.size + 1,
      messageKey: key,
      state: "open",
      severity: gravest(verdict),
      families: verdict.flags,
      shadow: false,
      held: verdict.decision === "hold",
      rung: 0,
      openedAt: this.tick,
      decidedAt: null,
      verdict,
      decision: null,
      message: {
        key,
        platform: message.platform,
        communityId: this.#community,
        communityName: message.community.name ?? null,
        channelId: message.channel.id,
        channelName: message.channel.name ?? null,
        messageId: message.id,
        revisedAt: null,
        authorId: message.author.id,
        authorRole: message.author.role,
        evidence: redact(
          message.text,
          leaks.flatMap((leak) => leak.spans),
        ),
        textFingerprint: this.#digests.fingerprint("text", message.text),
        sentAt: message.sentAt,
        receivedAt: this.tick,
        expiresAt: this.tick + 1,
      },
    };
    this.#cases.set(id, view);
    return view;
  }

  async decideCase(input: DecisionInput): Promise<Result<Case, DecideProblem>> {
    const view = this.#cases.get(input.caseId);
    if (!view) return fail({ kind: "not-found" });
    const { outcome, moderatorId } = input;
    const reason = redact(input.reason.trim(), []);
    const allowed = nextCaseState(view.state, { kind: "decide", outcome, reason });
    if (!allowed.ok) return allowed;
    const decision = {
      id: `d-${view.number}`,
      caseId: view.id,
      outcome,
      reason,
      moderatorId,
      decidedAt: this.tick,
    };
    const decided: CaseView = { ...view, state: allowed.value, decidedAt: this.tick, decision };
    this.#cases.set(view.id, decided);
    this.#count(view.message.authorId, outcome === "uphold" ? { upheld: 1 } : { dismissed: 1 });
    this.#append("case.decided", { case: view.id, number: view.number, outcome });
    return ok(decided);
  }

  async findCase(caseId: string): Promise<CaseView | null> {
    return this.#cases.get(caseId) ?? null;
  }

  async listCases(filter: Parameters<Store["listCases"]>[0]): Promise<readonly CaseView[]> {
    return [...this.#cases.values()]
      .filter(({ state }) => filter.state === undefined || state === filter.state)
      .toSorted(
        (a, b) =>
          (a.severity ?? "S9").localeCompare(b.severity ?? "S9") ||
          a.openedAt - b.openedAt ||
          a.number - b.number,
      )
      .slice(0, filter.limit);
  }

  async standing(_communityId: string, authorId: string): Promise<Standing | null> {
    return this.#standings.get(authorId) ?? null;
  }

  async communities() {
    const { size } = this.#cases;
    return [
      { id: this.#community, platform: "sandbox", name: null, messages: size, openCases: size },
    ];
  }

  async auditEvents(
    _communityId: string,
    afterSeq: number,
    limit: number,
  ): Promise<readonly AuditEvent[]> {
    return this.#events.filter(({ seq }) => seq > afterSeq).slice(0, limit);
  }

  async recentAuditEvents(_communityId: string, limit: number): Promise<readonly AuditEvent[]> {
    return this.#events.toReversed().slice(0, limit);
  }

  async auditHeads() {
    const newest = this.#events.at(-1);
    return new Map(newest ? [[this.#community, { seq: newest.seq, hash: newest.hash }]] : []);
  }

  readonly verifyChain = () => verifyChain(this, this.#digests, this.#community);

  /** Changes an event behind the chain's back, as somebody with access to the database could. */
  tamper(seq: number): void {
    this.#events = this.#events.map((event) =>
      event.seq === seq ? { ...event, payload: { ...event.payload, decision: "none" } } : event,
    );
  }

  #append(type: NewAuditEvent["type"], payload: NewAuditEvent["payload"]): void {
    const newest = this.#events.at(-1);
    const event = { type, at: this.tick, person: null, payload };
    const nonce = `nonce-${this.#events.length}`;
    this.#events.push(
      appendEvent(this.#digests, this.#community, newest ?? EMPTY_CHAIN, event, nonce),
    );
  }

  #count(authorId: string, more: Partial<Standing>): void {
    const known = this.#standings.get(authorId);
    const count = (key: "messages" | "flagged" | "upheld" | "dismissed") =>
      (known?.[key] ?? 0) + (more[key] ?? 0);
    this.#standings.set(authorId, {
      messages: count("messages"),
      flagged: count("flagged"),
      upheld: count("upheld"),
      dismissed: count("dismissed"),
      firstSeenAt: known?.firstSeenAt ?? this.tick,
      lastSeenAt: this.tick,
    });
  }
}
