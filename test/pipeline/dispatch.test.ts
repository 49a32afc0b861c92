import { describe, expect, test } from "@jest/globals";
import { Dispatcher } from "../../src/pipeline/dispatch.ts";
import type { Job, Jobs } from "../../src/ports/jobs.ts";
import type { PendingJob, Store } from "../../src/ports/store.ts";
import { makeListeningLog } from "../adapters/system/silent-log.ts";

/** The two ends of the dispatcher in memory; `broken` makes the queue fail. */
function makeEnds(pending: PendingJob[]) {
  const added: Job[] = [];
  const ends = { broken: false, added };
  const jobs: Pick<Jobs, "add"> = {
    async add(batch) {
      if (ends.broken) throw new Error("no queue");
      added.push(...batch);
    },
  };
  const store: Pick<Store, "pendingJobs" | "markEnqueued"> = {
    pendingJobs: async (limit) => pending.slice(0, limit),
    async markEnqueued(done) {
      for (const { id } of done)
        pending.splice(
          pending.findIndex((job) => job.id === id),
          1,
        );
    },
  };
  const log = makeListeningLog();
  const clock = { now: () => 10_000 };
  return { ends, log, dispatcher: new Dispatcher(store, jobs, clock, log) };
}

function pendingJobs(count: number, more: Partial<PendingJob> = {}): PendingJob[] {
  return Array.from({ length: count }, (_, i) => {
    return {
      queue: "actions",
      id: `j-${i}`,
      name: "carry-out",
      payload: {},
      writtenAt: 4000,
      ...more,
    };
  });
}

describe("the dispatcher", () => {
  test("hands over everything, also more than one batch", async () => {
    const pending = pendingJobs(450);
    const { ends, dispatcher } = makeEnds(pending);
    expect(await dispatcher.sweep()).toBe(450);
    expect(ends.added).toHaveLength(450);
    expect(pending).toEqual([]);
  });

  test("counts a delay from when the job was written", async () => {
    const { ends, dispatcher } = makeEnds([
      ...pendingJobs(1, { delayMs: 9000 }),
      ...pendingJobs(1, { id: "late", delayMs: 2000 }),
    ]);
    await dispatcher.sweep();
    expect(ends.added.map((job) => job.delayMs)).toEqual([3000, undefined]);
  });

  test("hands over what was written later than the clock says by now, and waits no longer for it", async () => {
    const { ends, dispatcher } = makeEnds([
      ...pendingJobs(1, { writtenAt: 99_000 }),
      ...pendingJobs(1, { writtenAt: 99_000, delayMs: 500 }),
    ]);
    expect(await dispatcher.sweep()).toBe(2);
    expect(ends.added.map((job) => job.delayMs)).toEqual([undefined, 500]);
  });

  test("keeps what the queue did not take, says so, and never throws from wake", async () => {
    const pending = pendingJobs(1);
    const { ends, log, dispatcher } = makeEnds(pending);
    ends.broken = true;
    dispatcher.wake();
    await dispatcher.drain();
    expect(pending).toHaveLength(1);
    expect(log.lines).toMatchObject([{ words: expect.stringContaining("sweeper") }]);
    ends.broken = false;
    dispatcher.wake();
    await dispatcher.drain();
    expect(pending).toEqual([]);
  });
});
