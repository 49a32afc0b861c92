import { expect, test } from "@jest/globals";
import { findLostJobs } from "../../src/pipeline/lost-jobs.ts";
import { VirtualClock, VirtualJobs } from "../fakes/virtual-jobs.ts";

const HOUR = 60 * 60_000;
const NOW = 100 * HOUR;

/** One action that failed, and is to be tried again in a second. */
async function failing() {
  const clock = new VirtualClock(NOW);
  const jobs = new VirtualJobs(clock);
  const job = { queue: "actions", id: "hide", name: "hide", payload: {} } as const;
  let tries = 0;
  await jobs.work("actions", async () => {
    tries += 1;
    if (tries === 1) throw new Error("away");
  });
  await jobs.add([job]);
  await jobs.runNext();
  let heldAt: number | null = NOW;
  const store = {
    jobsUnderWay: async (before: number) => {
      const asks = heldAt !== null && (heldAt < before || heldAt > before + 2 * 60_000);
      return asks && heldAt !== null ? [{ ...job, heldAt }] : [];
    },
    markEnqueued: async (marked: readonly unknown[], at: number | null) => {
      if (marked.length > 0) heldAt = at;
    },
    markEnded: async () => undefined,
  };
  return { clock, jobs, store, dueIn: () => (jobs.nextAt() ?? Number.NaN) - clock.at };
}

test("an action that is to be tried again does not wait for a clock that was set back", async () => {
  const { clock, jobs, store, dueIn } = await failing();
  clock.at -= 5 * HOUR;
  expect(dueIn()).toBe(5 * HOUR + 1000);
  await findLostJobs(store, jobs, clock.at);
  expect(dueIn()).toBe(0);
  expect((await jobs.runNext())?.state).toBe("done");
});

test("one that waits as the queue has it keeps its pause, however long it is under way", async () => {
  const { clock, jobs, store, dueIn } = await failing();
  await findLostJobs(store, jobs, clock.at + HOUR);
  expect(dueIn()).toBe(1000);
});
