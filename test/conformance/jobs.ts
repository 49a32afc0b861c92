import { EventEmitter, once } from "node:events";
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import {
  type Job,
  type Jobs,
  type JobState,
  RetryLaterError,
  UnretriableError,
} from "../../src/ports/jobs.ts";
import { freshId } from "./recordings.ts";

export interface JobsUnderTest {
  /** A queue with names of its own, or again the one of this prefix. The first pause after a failure is 20 ms. */
  readonly open: (prefix: string) => Promise<Jobs>;
  readonly close: () => Promise<void>;
}

/** What every queue must do. `start` is called once. */
export function describeJobs(name: string, start: () => Promise<JobsUnderTest>): void {
  describe(`${name} is a queue`, () => {
    let under: JobsUnderTest;
    const opened: Jobs[] = [];
    beforeAll(async () => {
      under = await start();
    }, 60_000);
    afterAll(async () => {
      await Promise.all(opened.map((jobs) => jobs.close()));
      await under.close();
    }, 60_000);
    const open = async (prefix = freshId("q")) => {
      const jobs = await under.open(prefix);
      opened.push(jobs);
      return jobs;
    };
    keeping(open);
    working(open);
    failing(open);
  });
}

type Open = (prefix?: string) => Promise<Jobs>;

function job(id: string, more: Partial<Job> = {}): Job {
  return {
    queue: "actions",
    id,
    name: "carry-out",
    payload: { message: "key-1", rung: 2 },
    ...more,
  };
}

function keeping(open: Open): void {
  test("jobs wait until somebody works, in the order they came", async () => {
    const jobs = await open();
    await jobs.add([
      job("one"),
      job("two"),
      job("later", { delayMs: 60_000 }),
      job("other", { queue: "timers" }),
    ]);
    expect(await jobs.list("actions", ["waiting"], 10)).toEqual(["one", "two"]);
    expect(await jobs.list("actions", ["waiting", "delayed"], 10)).toHaveLength(3);
    expect(await jobs.list("actions", ["waiting"], 1)).toEqual(["one"]);
    expect(await jobs.counts("actions")).toEqual({
      waiting: 2,
      delayed: 1,
      running: 0,
      done: 0,
      failed: 0,
    });
    expect(await jobs.state("actions", "later")).toBe("delayed");
    expect(await jobs.state("timers", "other")).toBe("waiting");
    expect(await jobs.state("actions", "other")).toBeNull();
    await jobs.add([]);
  });

  test("an id that is held is not added again, also after the job is done", async () => {
    const jobs = await open();
    const seen: Job[] = [];
    await jobs.add([job("one"), job("one", { payload: { message: "another" } })]);
    await jobs.work("actions", async (each) => void seen.push(each));
    await until(jobs, "one", "done");
    await jobs.add([job("one")]);
    await jobs.add([job("two")]);
    await until(jobs, "two", "done");
    expect(seen).toEqual([job("one"), job("two")]);
  });

  test("jobs outlive a process that closes without having worked", async () => {
    const prefix = freshId("q");
    const first = await open(prefix);
    await first.add([job("now"), job("soon", { delayMs: 150 })]);
    await first.close();
    const second = await open(prefix);
    const seen: string[] = [];
    await second.work("actions", async ({ id }) => void seen.push(id));
    await until(second, "soon", "done");
    expect(seen).toEqual(["now", "soon"]);
  });
}

function working(open: Open): void {
  test("a delayed job runs when its time has come, and not before", async () => {
    const jobs = await open();
    let ranAfter = 0;
    const added = performance.now();
    await jobs.work("escalations", async () => {
      ranAfter = performance.now() - added;
    });
    await jobs.add([job("rung", { queue: "escalations", delayMs: 300 })]);
    expect(await jobs.state("escalations", "rung")).toBe("delayed");
    await until(jobs, "rung", "done", "escalations");
    // Timers of queue and test may differ by some milliseconds.
    expect(ranAfter).toBeGreaterThan(280);
  });

  test("a job that waits for its time runs at once where it is hurried, and nothing else changes", async () => {
    const jobs = await open();
    await jobs.add([job("late", { delayMs: 3_600_000 }), job("now")]);
    await jobs.hurry("actions", "late");
    await jobs.hurry("actions", "now");
    await jobs.hurry("actions", "unknown");
    expect(await jobs.counts("actions")).toMatchObject({ waiting: 2, delayed: 0 });
    const done = new EventEmitter();
    const ended = once(done, "late");
    await jobs.work("actions", async ({ id }) => void done.emit(id));
    await ended;
    await jobs.hurry("actions", "late");
    expect((await jobs.counts("actions")).delayed).toBe(0);
  });

  test("a schedule runs again and again, and the newest one of a name counts", async () => {
    const jobs = await open();
    const seen: string[] = [];
    await jobs.every("maintenance", "sweep", 3_600_000);
    await jobs.every("maintenance", "sweep", 60);
    await new Promise<void>((resolve) => {
      void jobs.work("maintenance", async ({ name, payload }) => {
        seen.push(`${name} ${JSON.stringify(payload)}`);
        if (seen.length === 3) resolve();
      });
    });
    expect(new Set(seen)).toEqual(new Set(["sweep {}"]));
  });

  test("a schedule that was planned before the clock was set back does not wait for as long as that", async () => {
    const jobs = await open();
    const now = jest.spyOn(Date, "now");
    const ahead = Date.now() + 3_600_000;
    try {
      now.mockReturnValue(ahead);
      await jobs.every("maintenance", "sweep", 200);
    } finally {
      now.mockRestore();
    }
    await jobs.every("maintenance", "sweep", 200);
    let runs = 0;
    await new Promise<void>((resolve) => {
      void jobs.work("maintenance", async () => {
        runs += 1;
        if (runs === 2) resolve();
      });
    });
    expect(runs).toBeGreaterThan(1);
  });

  test("closing waits for the job under way", async () => {
    const jobs = await open();
    let done = false;
    const started = new Promise<void>((resolve) => {
      void jobs.work("actions", async () => {
        resolve();
        await sleep(100);
        done = true;
      });
    });
    await jobs.add([job("slow")]);
    await started;
    expect(await jobs.state("actions", "slow")).toBe("running");
    await jobs.close();
    expect(done).toBe(true);
    await jobs.close();
  });

  test("a queue has one handler in a process", async () => {
    const jobs = await open();
    await jobs.work("timers", async () => {});
    await expect(jobs.work("timers", async () => {})).rejects.toThrow("a handler already");
  });
}

function failing(open: Open): void {
  test("a job that fails is tried again", async () => {
    const jobs = await open();
    let tries = 0;
    await jobs.work("actions", async () => {
      tries += 1;
      if (tries < 3) throw new Error("not yet");
    });
    await jobs.add([job("stubborn")]);
    await until(jobs, "stubborn", "done");
    expect(tries).toBe(3);
  });

  test("a job that is asked to wait is not tried before, however short the back-off", async () => {
    const jobs = await open();
    const tries: number[] = [];
    await jobs.add([job("asked")]);
    await new Promise<void>((resolve) => {
      void jobs.work("actions", async () => {
        tries.push(performance.now());
        // More often than a job may fail.
        if (tries.length < 8) throw new RetryLaterError("wait", tries.length === 1 ? 400 : 1);
        resolve();
      });
    });
    const [first = 0, second = 0] = tries;
    // The queue's clock has whole milliseconds.
    expect(second - first).toBeGreaterThanOrEqual(399);
  });

  test("a job that keeps failing is given up after the last try, and that is told", async () => {
    const jobs = await open();
    let tries = 0;
    const told = new EventEmitter();
    const givenUp = once(told, "job");
    await jobs.work(
      "actions",
      async () => {
        tries += 1;
        throw new Error("never");
      },
      async (hopeless) => void told.emit("job", hopeless),
    );
    await jobs.add([job("hopeless")]);
    await until(jobs, "hopeless", "failed");
    // Told by an event, which may come a moment after the state.
    expect(await givenUp).toMatchObject([{ queue: "actions", id: "hopeless" }]);
    expect(tries).toBe(5);
    expect(await jobs.list("actions", ["failed"], 10)).toEqual(["hopeless"]);
  });

  test("bad data is not tried again", async () => {
    const jobs = await open();
    let tries = 0;
    await jobs.work("actions", async () => {
      tries += 1;
      throw new UnretriableError("no such case");
    });
    await jobs.add([job("bad")]);
    await until(jobs, "bad", "failed");
    expect(tries).toBe(1);
  });
}

async function until(
  jobs: Jobs,
  id: string,
  state: JobState,
  queue: Job["queue"] = "actions",
): Promise<void> {
  while ((await jobs.state(queue, id)) !== state) await sleep(10);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
