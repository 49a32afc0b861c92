import type { Case } from "../../../src/engine/case/case.ts";
import { type Policy, policySchema } from "../../../src/engine/policy.ts";
import { type CaseCommand, stepCase } from "../../../src/engine/case/transitions.ts";
import { ok } from "../../../src/engine/result.ts";
import type { PipelineDeps } from "../../../src/pipeline/deps.ts";
import { Dispatcher } from "../../../src/pipeline/dispatch.ts";
import { acknowledgedJobs, planClimb } from "../../../src/pipeline/escalation/index.ts";
import { HANDLERS } from "../../../src/pipeline/workers.ts";
import type { Job } from "../../../src/ports/jobs.ts";
import type { Delivered, Notice, Notifier } from "../../../src/ports/notifier.ts";
import { CHANNEL } from "../../../src/ports/attempts.ts";
import { openMemory, testParts } from "../../adapters/postgres/databases.ts";
import { recordsOver } from "../../../adapters/postgres/records.ts";
import { silentLog } from "../../adapters/system/silent-log.ts";
import { changeCase, freshId, makeRecording, record } from "../../conformance/recordings.ts";
import { FakePlatform } from "../../fakes/platform.ts";
import { VirtualClock, VirtualJobs } from "../../fakes/virtual-jobs.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** A Monday, 10:00 UTC. */
export const MONDAY = Date.UTC(2026, 2, 2, 10);

/** E-mail in memory; a letter that is sent twice comes twice. `fault` makes every letter fail. */
export class FakeEmail implements Notifier {
  readonly way = "email";
  readonly letters = new Map<string, Notice[]>();
  fault: Extract<Delivered, { ok: false }>["error"] | null = null;

  async send(address: string, notice: Notice): Promise<Delivered> {
    if (this.fault) return { ok: false, error: this.fault };
    this.letters.set(address, [...(this.letters.get(address) ?? []), notice]);
    return { ok: true, value: { ref: null } };
  }

  async close(): Promise<void> {}
}

/** The escalation of one community over a real store in memory, with a queue and a clock that a test turns. */
export class Desk {
  readonly clock = new VirtualClock(MONDAY);
  readonly jobs = new VirtualJobs(this.clock);
  readonly platform = new FakePlatform();
  readonly email = new FakeEmail();
  readonly community = freshId("club");
  readonly deps: PipelineDeps;
  readonly #dispatcher: Dispatcher;
  policy: Policy = policySchema.parse({});

  constructor(parts: Pick<PipelineDeps, "store">) {
    this.deps = {
      ...testParts,
      ...parts,
      ruleSet: { rules: [], version: "desk" },
      clock: this.clock,
      log: silentLog,
      jobsWritten: () => undefined,
      recordChanged: () => undefined,
      platform: (name) => (name === this.platform.name ? this.platform : undefined),
      notifiers: new Map([["email", this.email]]),
    };
    this.#dispatcher = new Dispatcher(parts.store, this.jobs, this.clock, silentLog);
  }

  /** Takes up work under a policy; whoever its team names is a member. */
  async open(policy: unknown, handler = run): Promise<void> {
    await this.usePolicy(policy);
    for (const { id } of this.policy.team) this.platform.addMember(this.community, { id });
    for (const queue of ["escalations", "timers"] as const) {
      await this.jobs.work(queue, (job) => handler(this.deps, job));
    }
  }

  async usePolicy(policy: unknown): Promise<void> {
    this.policy = policySchema.parse(policy);
    const place = { id: this.community, platform: this.platform.name, name: null };
    const event = { type: "policy.changed", at: this.clock.at, person: null, payload: {} } as const;
    await this.deps.store.savePolicy(place, this.policy, event);
  }

  /** A case comes in; what is due at this moment is done. */
  async openCase(more: Partial<Case> = {}): Promise<Case> {
    const id = freshId("c");
    const at = this.clock.at;
    const message = {
      platform: this.platform.name,
      authorId: "author",
      sentAt: at,
      receivedAt: at,
      expiresAt: at + 1000 * HOUR,
    };
    const { needsCase, ...recording } = makeRecording({
      community: this.community,
      message,
      caseId: id,
    });
    if (!needsCase) throw new Error("asked for no case");
    const recorded = await record(this.deps.store, {
      ...recording,
      needsCase: {
        ...needsCase,
        opens: { ...needsCase.opens, ...more },
        onOpen: (opened) => {
          const { ladder, jobs } = planClimb(this.policy, opened, this.deps.ids);
          return { case: { ...opened, ladder }, events: [], jobs };
        },
      },
    });
    if (!recorded.case) throw new Error("no case came of it");
    await this.pass(0);
    return recorded.case;
  }

  /** Somebody does something with a case; the timers of an acknowledgement and of a new round come with it. */
  async step(caseId: string, command: CaseCommand): Promise<Case> {
    const { at } = this.clock;
    const changed = await changeCase(this.deps.store, caseId, { at }, (current) => {
      const stepped = stepCase(current, command, at);
      if (!stepped.ok) return stepped;
      const { ladder, jobs } = planClimb(this.policy, stepped.value, this.deps.ids);
      const after = { ...stepped.value, ladder };
      const timers = acknowledgedJobs(this.policy, after, at);
      return ok({ case: after, events: [], jobs: [...jobs, ...timers] });
    });
    if (!changed.ok) throw new Error(`${command.kind}: ${changed.error.kind}`);
    await this.pass(0);
    return changed.value;
  }

  decide(caseId: string): Promise<Case> {
    const decision = {
      id: freshId("d"),
      outcome: "dismiss",
      rule: "rule",
      reason: "looked at",
      actions: [],
      moderatorId: "mod",
      decidedAt: this.clock.at,
      confirmedBy: null,
      strikePoints: 0,
    } as const;
    return this.step(caseId, { kind: "decide", by: "mod", decision, needsSecond: false });
  }

  /** Time passes, and everything that becomes due in it is done. */
  async pass(ms: number): Promise<void> {
    const until = this.clock.at + ms;
    for (;;) {
      await this.#dispatcher.sweep();
      const next = this.jobs.nextAt();
      if (next === null || next > until) break;
      await this.jobs.runNext();
    }
    this.clock.at = Math.max(this.clock.at, until);
  }

  titles(person: string = CHANNEL): readonly string[] {
    return this.platform.inbox(this.community, person).map(({ title }) => title);
  }

  letters(address: string): readonly string[] {
    return (this.email.letters.get(address) ?? []).map(({ title }) => title);
  }

  /** What somebody was sent more than once, over the platform or by mail. */
  sentTwice(): readonly string[] {
    const mails = [...this.email.letters].flatMap(([person, letters]) =>
      letters.map(({ id }) => ({ person, id })),
    );
    const all = [...this.platform.sends, ...mails].map(({ person, id }) => `${person} ${id}`);
    return all.filter((each, i) => all.indexOf(each) !== i);
  }

  attempts() {
    return this.deps.store.attempts({ communityId: this.community, limit: 1000 });
  }

  async events(type: string) {
    const events = await this.deps.store.auditEvents(this.community, 0, 1000);
    return events.filter((event) => event.type === type).map(({ payload }) => payload);
  }
}

export function run(deps: PipelineDeps, job: Job): Promise<void> {
  const handler = HANDLERS[job.queue === "timers" ? "timers" : "escalations"][job.name];
  if (!handler) throw new Error(`no handler for ${job.name}`);
  return handler(deps, job);
}

/** One database for a test file; every desk has a community and an empty outbox. */
export async function openDesks() {
  // The store of the file asks the clock of the desk that is at work.
  let clock = new VirtualClock(MONDAY);
  const database = await openMemory();
  const parts = { ...testParts, clock: { now: () => clock.now() }, log: silentLog };
  const records = await recordsOver(database.pool, parts);
  if (!records.ok) throw new Error(`records did not open: ${records.error.kind}`);
  const { store } = records.value;
  const makeDesk = async () => {
    for (;;) {
      const left = await store.pendingJobs(1000);
      if (left.length === 0) break;
      await store.markEnqueued(left, 0);
    }
    // Those of other desks have begun at times that this one's clock has yet to reach.
    await database.pool.query("UPDATE cases SET ladder_next_at = NULL");
    const desk = new Desk({ store });
    clock = desk.clock;
    return desk;
  };
  return { makeDesk, close: database.close };
}
