import type { Message } from "../../src/engine/message.ts";
import { exampleMessage } from "../../src/engine/pack.ts";
import type { Policy } from "../../src/engine/policy.ts";
import type { RuleSet } from "../../src/engine/rule.ts";
import { carryOut, settle } from "../../src/pipeline/carry-out.ts";
import type { PipelineDeps } from "../../src/pipeline/deps.ts";
import { climb } from "../../src/pipeline/escalate.ts";
import { handleMessage } from "../../src/pipeline/handle-message.ts";
import type { Job } from "../../src/ports/jobs.ts";
import { openMemory, openTestRecords, testParts } from "../adapters/postgres/databases.ts";
import { makeListeningLog } from "../adapters/system/silent-log.ts";
import { freshId } from "../conformance/recordings.ts";
import { FakePlatform } from "../fakes/platform.ts";
import { shippedRuleSet } from "../support/rules.ts";

/** The whole line over a real database in memory and a platform in memory, with a clock that a test turns. */
export class Line {
  readonly deps: PipelineDeps;
  readonly platform: FakePlatform;
  readonly log: ReturnType<typeof makeListeningLog>;
  readonly community = freshId("community");
  readonly #clock: { at: number };

  constructor(records: Awaited<ReturnType<typeof openTestRecords>>, ruleSet: RuleSet) {
    const platform = new FakePlatform();
    const log = makeListeningLog();
    const clock = { at: testParts.clock.now() };
    this.platform = platform;
    this.log = log;
    this.#clock = clock;
    this.deps = {
      ...testParts,
      ruleSet,
      store: records.store,
      history: records.history,
      clock: { now: () => clock.at },
      log,
      jobsWritten: () => undefined,
      recordChanged: () => undefined,
      platform: (name) => (name === platform.name ? platform : undefined),
    };
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
    await this.platform.start((message) => handleMessage(this.deps, message));
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
  async jobs(): Promise<readonly Job[]> {
    return this.deps.store.pendingJobs(100, Number.MAX_SAFE_INTEGER);
  }

  /** Runs what was written, as a worker would; delayed jobs only when `delayed` says so. */
  async work({ delayed = false } = {}): Promise<void> {
    const pending = await this.jobs();
    for (const job of pending.filter((each) => delayed || each.delayMs === undefined)) {
      await this.run(job);
      await this.deps.store.markEnqueued([job], this.#clock.at);
    }
  }

  async run(job: Job): Promise<void> {
    if (job.name === "carry-out") await carryOut(this.deps, job);
    else if (job.name === "settle") await settle(this.deps, job);
    else await climb(this.deps, job);
  }

  async cases() {
    return this.deps.store.listCases({ communityId: this.community, limit: 100 });
  }

  async auditTypes(): Promise<readonly string[]> {
    const events = await this.deps.store.auditEvents(this.community, 0, 100);
    return events.map((event) => event.type);
  }
}

/** One database for a test file; every line has a community of its own, the outbox is shared. */
export async function openLines() {
  const database = await openMemory();
  const records = await openTestRecords(database);
  const ruleSet = await shippedRuleSet();
  /** Forgets jobs that a test left behind. */
  const clear = async () => {
    await records.store.markEnqueued(
      await records.store.pendingJobs(1000, Number.MAX_SAFE_INTEGER),
      0,
    );
  };
  return { makeLine: (rules = ruleSet) => new Line(records, rules), clear, close: database.close };
}
