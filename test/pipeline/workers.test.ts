import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { Dispatcher } from "../../src/pipeline/dispatch.ts";
import { newAttempt } from "../../src/pipeline/escalation/attempts.ts";
import { startWorkers } from "../../src/pipeline/workers.ts";
import type { Job, JobHandler, Jobs, JobState, QueueName } from "../../src/ports/jobs.ts";
import { openLines } from "./line.ts";

/** A queue in memory that runs its jobs when a test says so, whatever their delay. */
class JobsByHand implements Pick<Jobs, "add" | "work" | "every" | "state" | "hurry"> {
  readonly schedules: string[] = [];
  readonly #handlers = new Map<
    QueueName,
    { handle: JobHandler; onGivenUp: JobHandler | undefined }
  >();
  readonly #waiting = new Map<string, Job>();
  readonly #done = new Set<string>();
  asked = 0;

  async add(jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) this.#waiting.set(`${job.queue} ${job.id}`, job);
  }

  async work(queue: QueueName, handle: JobHandler, onGivenUp?: JobHandler): Promise<void> {
    this.#handlers.set(queue, { handle, onGivenUp });
  }

  async every(queue: QueueName, name: string): Promise<void> {
    this.schedules.push(`${queue} ${name}`);
  }

  /** Runs one job, or all that wait on a queue. */
  async run(queue: QueueName, job?: Job): Promise<void> {
    const jobs = job ? [job] : [...this.#waiting.values()].filter((each) => each.queue === queue);
    for (const each of jobs) {
      this.#waiting.delete(`${queue} ${each.id}`);
      await this.#handlers.get(queue)?.handle(each);
      this.#done.add(`${queue} ${each.id}`);
    }
  }

  async hurry(): Promise<void> {}

  async state(queue: QueueName, id: string): Promise<JobState | null> {
    this.asked += 1;
    if (this.#done.has(`${queue} ${id}`)) return "done";
    return this.#waiting.has(`${queue} ${id}`) ? "waiting" : null;
  }

  /** Dies and comes back with nothing. */
  loseAll(): void {
    this.#waiting.clear();
    this.#done.clear();
  }

  async giveUp(queue: QueueName): Promise<void> {
    for (const job of this.#waiting.values()) {
      if (job.queue === queue) await this.#handlers.get(queue)?.onGivenUp?.(job);
    }
  }
}

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterEach(() => lines.clear());
afterAll(() => lines.close());

const broken = () => Promise.reject(new Error("cannot be read"));

const LIST = "客户名单\n张三 13900000001\n李四 13900000002\n王五 13900000003";

async function working() {
  const line = lines.makeLine();
  await line.start();
  const jobs = new JobsByHand();
  const dispatcher = new Dispatcher(line.deps.store, jobs, line.deps.clock, line.log);
  await startWorkers(line.deps, jobs, dispatcher);
  // What it hands over at its start must not be what a test writes later.
  await dispatcher.drain();
  return { line, jobs, dispatcher };
}

describe("the workers", () => {
  test("sweep and purge are scheduled, and a sweep hands over what a crash left behind", async () => {
    const { line, jobs } = await working();
    expect(jobs.schedules).toEqual(["timers purge", "maintenance sweep"]);
    await line.platform.post(line.message(LIST));
    await jobs.run("maintenance", { queue: "maintenance", id: "s", name: "sweep", payload: {} });
    await jobs.run("actions");
    expect(line.platform.messages("example")).toMatchObject([{ hidden: true }]);
  });

  test("of several processes one alone deletes what is past its time", async () => {
    const line = lines.makeLine();
    await line.start();
    const jobs = new JobsByHand();
    const dispatcher = new Dispatcher(line.deps.store, jobs, line.deps.clock, line.log);
    await startWorkers(line.deps, jobs, dispatcher, { purges: false });
    await dispatcher.drain();
    expect(jobs.schedules).toEqual(["maintenance sweep"]);
  });

  test("what a dead process was sending is sent by the next one at its start", async () => {
    const line = lines.makeLine();
    await line.start();
    await line.platform.post(line.message("早上好"));
    const { store, clock } = line.deps;
    const at = clock.now();
    const sending = {
      ...newAttempt(`d-${line.community}`, line.community, "mo", at),
      kind: "duty",
      ways: ["direct"],
      claimedUntil: at + 95_000,
    } as const;
    const nothing = { attempts: [], events: [], jobs: [] };
    await store.settleAttempts({ communityId: line.community, ...nothing, added: [sending] });
    const jobs = new JobsByHand();
    const dispatcher = new Dispatcher(store, jobs, clock, line.log);
    await startWorkers(line.deps, jobs, dispatcher);
    await dispatcher.drain();
    await jobs.run("escalations");
    const [sent] = await store.attempts({ communityId: line.community, id: sending.id, limit: 1 });
    expect(sent?.outcome).not.toBe("pending");
  });

  test("a sweep whose first parts fail hands over what a crash left behind all the same", async () => {
    const line = lines.makeLine();
    await line.start();
    const jobs = new JobsByHand();
    const { store } = line.deps;
    const dispatcher = new Dispatcher(store, jobs, line.deps.clock, line.log);
    const deps = {
      ...line.deps,
      store: { ...store, jobsUnderWay: broken, communities: broken },
    };
    await startWorkers(deps, jobs, dispatcher);
    await dispatcher.drain();
    await line.platform.post(line.message(LIST));
    await jobs.run("maintenance", { queue: "maintenance", id: "s", name: "sweep", payload: {} });
    await jobs.run("actions");
    expect(line.platform.messages("example")).toMatchObject([{ hidden: true }]);
    const failed = line.log.lines.filter(({ words }) => words === "a part of the sweep failed");
    expect(failed).toHaveLength(2);
  });

  test("what was pending when the program starts is handed over at once", async () => {
    const line = lines.makeLine();
    await line.start();
    await line.platform.post(line.message(LIST));
    const jobs = new JobsByHand();
    const dispatcher = new Dispatcher(line.deps.store, jobs, line.deps.clock, line.log);
    await startWorkers(line.deps, jobs, dispatcher);
    await dispatcher.drain();
    await jobs.run("actions");
    expect(line.platform.messages("example")).toMatchObject([{ hidden: true }]);
  });

  test("what the queue lost after it was handed over is done all the same, once", async () => {
    const { line, jobs, dispatcher } = await working();
    const sweep = () =>
      jobs.run("maintenance", { queue: "maintenance", id: "s", name: "sweep", payload: {} });
    await line.platform.post(line.message(LIST));
    await dispatcher.sweep();
    jobs.loseAll();
    await sweep();
    await jobs.run("actions");
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false }]);
    line.pass(61_000);
    await sweep();
    await jobs.run("actions");
    await jobs.run("escalations");
    expect(line.platform.messages("example")).toMatchObject([{ hidden: true }]);
    const hidden = (await line.auditTypes()).filter((type) => type === "message.hidden");
    expect(hidden).toHaveLength(1);
    const [view] = await line.cases();
    await line.decide(view!.id, "uphold");
    await dispatcher.sweep();
    jobs.loseAll();
    line.pass(61_000);
    await sweep();
    await jobs.run("actions");
    const done = (await line.audit()).filter(({ type }) => type === "action.done");
    expect(done.map(({ payload }) => payload?.["action"])).toEqual(["delete", "timeout"]);
  });

  test("the queue is asked after a job until it has ended it", async () => {
    const { line, jobs, dispatcher } = await working();
    const sweep = () =>
      jobs.run("maintenance", { queue: "maintenance", id: "s", name: "sweep", payload: {} });
    await line.platform.post(line.message(LIST));
    await dispatcher.sweep();
    line.pass(61_000);
    await sweep();
    const before = jobs.asked;
    expect(before).toBeGreaterThan(0);
    // It holds them: it is not asked again at once.
    await sweep();
    expect(jobs.asked).toBe(before);
    await jobs.run("actions");
    line.pass(61_000);
    await sweep();
    expect(jobs.asked).toBeGreaterThan(before);
    const ended = jobs.asked;
    line.pass(10 * 61_000);
    await sweep();
    expect(jobs.asked).toBe(ended);
  });

  test("a message travels from posting over hiding and a rung to its decision", async () => {
    const { line, jobs, dispatcher } = await working();
    await line.platform.post(line.message(LIST));
    await dispatcher.sweep();
    await jobs.run("actions");
    await jobs.run("escalations");
    const [view] = await line.cases();
    expect(line.platform.cases.get(view!.id)).toMatchObject({ state: "open" });
    await line.decide(view!.id, "dismiss");
    await dispatcher.sweep();
    await jobs.run("actions");
    expect(line.platform.messages("example")).toMatchObject([{ hidden: false }]);
    expect(line.platform.cases.get(view!.id)).toMatchObject({ state: "decided" });
    const types = await line.auditTypes();
    for (const type of ["message.hidden", "case.shown", "message.restored"]) {
      expect(types.filter((each) => each === type)).toHaveLength(1);
    }
  });

  test("expired messages go, but not one that nobody has decided about", async () => {
    const { line, jobs } = await working();
    await line.platform.post(line.message(LIST));
    await line.platform.post(line.message("早上好"));
    line.pass(400 * 24 * 60 * 60 * 1000);
    await jobs.run("timers", { queue: "timers", id: "p", name: "purge", payload: {} });
    expect(line.log.lines.at(-1)).toMatchObject({ words: "expired messages deleted" });
    expect(await line.cases()).toHaveLength(1);
  });

  test("an action that was tried for the last time stands in the audit log", async () => {
    const { line, jobs, dispatcher } = await working();
    await line.platform.post(line.message(LIST));
    await dispatcher.sweep();
    await jobs.giveUp("actions");
    const events = await line.deps.store.auditEvents(line.community, 0, 10);
    expect(events.at(-1)).toMatchObject({
      type: "action.failed",
      payload: { action: "show", refused: "given up" },
    });
  });

  test("a job of an unknown name is not tried again", async () => {
    const { jobs } = await working();
    const job = { queue: "actions", id: "x", name: "dance", payload: {} } as const;
    await expect(jobs.run("actions", job)).rejects.toMatchObject({ name: "UnretriableError" });
  });
});
