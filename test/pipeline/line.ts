import type { Message } from "../../src/engine/message.ts";
import { exampleMessage } from "../../src/engine/pack.ts";
import type { Policy } from "../../src/engine/policy.ts";
import type { RuleSet } from "../../src/engine/rule.ts";
import type { CaseAction } from "../../src/engine/case/decision.ts";
import type { PipelineDeps } from "../../src/pipeline/deps.ts";
import { handleMessage } from "../../src/pipeline/handle-message.ts";
import { handlePlatformEvent } from "../../src/pipeline/platform-event.ts";
import { decideCase } from "../../src/pipeline/work-case.ts";
import { HANDLERS } from "../../src/pipeline/workers.ts";
import type { Job } from "../../src/ports/jobs.ts";
import type { Notifier } from "../../src/ports/notifier.ts";
import type { PendingJob } from "../../src/ports/store.ts";
import { recordsOver } from "../../adapters/postgres/records.ts";
import { openMemory, type openTestRecords, testParts } from "../adapters/postgres/databases.ts";
import { makeListeningLog } from "../adapters/system/silent-log.ts";
import { freshId } from "../conformance/recordings.ts";
import { FakePlatform } from "../fakes/platform.ts";
import { shippedRuleSet } from "../support/rules.ts";

/** The whole line over a real database in memory and a platform in memory, with a clock that a test turns. */
export class Line {
  readonly deps: PipelineDeps;
  readonly platform: FakePlatform;
  readonly log: ReturnType<typeof makeListeningLog>;
  /** Ways beside the platform; a test puts its own in. */
  readonly notifiers = new Map<Notifier["way"], Notifier>();
  readonly community = freshId("community");
  readonly #clock: { at: number };

  /** `clock` is also that of the records, which say when a job was written. */
  constructor(
    records: Awaited<ReturnType<typeof openTestRecords>>,
    clock: { at: number },
    ruleSet: RuleSet,
  ) {
    const platform = new FakePlatform();
    const log = makeListeningLog();
    this.platform = platform;
    this.log = log;
    this.#clock = clock;
    this.deps = {
      ...testParts,
      ruleSet,
      store: records.store,
      clock: { now: () => clock.at },
      log,
      jobsWritten: () => undefined,
      recordChanged: () => undefined,
      platform: (name) => (name === platform.name ? platform : undefined),
      notifiers: this.notifiers,
    };
  }

  get now(): number {
    return this.#clock.at;
  }

  message(text: string, changes: Partial<Message> = {}): Message {
    return {
      ...exampleMessage(text),
      id: freshId("message"),
      platform: this.platform.name,
      community: { id: this.community },
      sentAt: this.#clock.at,
      ...changes,
    };
  }

  async start(): Promise<void> {
    await this.platform.start(
      (message) => handleMessage(this.deps, message),
      (event) => handlePlatformEvent(this.deps, event),
    );
  }

  pass(ms: number): void {
    this.#clock.at += ms;
  }

  usePolicy(policy: Policy): Promise<number> {
    const place = { id: this.community, platform: this.platform.name, name: null };
    const event = {
      type: "policy.changed",
      at: this.#clock.at,
      person: null,
      payload: {},
    } as const;
    return this.deps.store.savePolicy(place, policy, event);
  }

  /** Jobs that were written and are not yet marked as handed over. */
  async jobs(): Promise<readonly PendingJob[]> {
    return this.deps.store.pendingJobs(2000);
  }

  /** The first job of a name that waits. */
  async job(name: string): Promise<Job> {
    const found = (await this.jobs()).find((job) => job.name === name);
    if (!found) throw new Error(`no job ${name} waits`);
    return found;
  }

  /** Runs what was written and what that writes, as a worker would; what is delayed by now too when `delayed` says so. */
  async work({ delayed = false } = {}): Promise<void> {
    for (let first = true; ; first = false) {
      const pending = await this.jobs();
      const ready = pending.filter(({ delayMs = 0 }) => (delayed && first) || delayMs === 0);
      if (ready.length === 0) return;
      for (const job of ready) {
        await this.run(job);
        await this.deps.store.markEnqueued([job], this.#clock.at);
      }
    }
  }

  /** Lets time pass: each job runs when it is due, those that it writes included. */
  async live(ms: number): Promise<void> {
    const end = this.#clock.at + ms;
    for (;;) {
      const due = (await this.jobs())
        .filter((job) => dueAt(job) <= end)
        .toSorted((a, b) => dueAt(a) - dueAt(b));
      const [next] = due;
      if (!next) break;
      this.#clock.at = Math.max(this.#clock.at, dueAt(next));
      await this.run(next);
      await this.deps.store.markEnqueued([next], this.#clock.at);
    }
    this.#clock.at = end;
  }

  async run(job: Job): Promise<void> {
    const { queue, name } = job;
    const handle = queue === "maintenance" ? undefined : HANDLERS[queue][name];
    if (!handle) throw new Error(`no worker knows ${queue} ${name}`);
    await handle(this.deps, job);
  }

  /** A decision by `mo`, with a reason, unless told otherwise. */
  decide(caseId: string, outcome: "uphold" | "dismiss", more: DecideMore = {}) {
    const { by = "mo", reason = "looked at", rule = null, actions = null, ...words } = more;
    return decideCase(this.deps, { caseId, by, outcome, rule, reason, actions, ...words });
  }

  async cases() {
    return this.deps.store.listCases({ communityId: this.community, limit: 100 });
  }

  async audit() {
    return this.deps.store.auditEvents(this.community, 0, 10_000);
  }

  async auditTypes(): Promise<readonly string[]> {
    return (await this.audit()).map((event) => event.type);
  }
}

interface DecideMore {
  readonly by?: string;
  readonly reason?: string;
  readonly rule?: string | null;
  readonly actions?: readonly CaseAction[] | null;
  readonly answer?: string;
}

function dueAt({ writtenAt, delayMs = 0 }: PendingJob): number {
  return writtenAt + delayMs;
}

/** One database for a test file; every line has a community of its own, the outbox is shared. */
export async function openLines() {
  const database = await openMemory();
  const clock = { at: testParts.clock.now() };
  const parts = { ...testParts, clock: { now: () => clock.at } };
  const opened = await recordsOver(database.pool, parts);
  if (!opened.ok) throw new Error(`records did not open: ${opened.error.kind}`);
  const records = opened.value;
  const ruleSet = await shippedRuleSet();
  /** Forgets jobs that a test left behind. */
  const clear = async () => {
    for (;;) {
      const pending = await records.store.pendingJobs(1000);
      if (pending.length === 0) return;
      await records.store.markEnqueued(pending, 0);
    }
  };
  return {
    makeLine: (rules = ruleSet) => new Line(records, clock, rules),
    clear,
    close: database.close,
  };
}
