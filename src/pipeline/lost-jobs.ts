import type { Jobs } from "../ports/jobs.ts";
import type { JobName, Store } from "../ports/store.ts";

/** What was handed over lately is still on its way; what is under way for longer is asked after once in this time. */
const ASKED_AFTER_MS = 60_000;
const BATCH = 500;
/** Questions to the queue at once: where it lives in the database, others have questions too. */
const AT_ONCE = 10;

type Record = Pick<Store, "jobsUnderWay" | "markEnqueued" | "markEnded">;

/** Clocks of processes differ by less than this. */
const SET_BACK_MS = 60_000;

/**
 * Asks the queue after the actions that it was given and has not ended. What it does not know any more it
 * has lost, as a Redis does that dies with what it had not written down: that is handed over again under
 * its own id. Doing an action again is safe, for its effects are noted once. What it keeps to be tried again at a
 * time of before the clock was set back is tried now, for it would wait for as long as that. Returns how many were
 * lost; `at` is epoch ms.
 */
export async function findLostJobs(
  store: Record,
  jobs: Pick<Jobs, "state" | "hurry">,
  at: number,
): Promise<number> {
  let found = 0;
  for (;;) {
    const asked = await store.jobsUnderWay(at - ASKED_AFTER_MS, BATCH);
    const ended: JobName[] = [];
    const held: JobName[] = [];
    const lost: JobName[] = [];
    const late: JobName[] = [];
    for (let next = 0; next < asked.length; next += AT_ONCE) {
      const some = asked.slice(next, next + AT_ONCE);
      const states = await Promise.all(some.map(({ queue, id }) => jobs.state(queue, id)));
      some.forEach((job, i) => {
        const state = states[i] ?? null;
        const ends = state === "done" || state === "failed";
        (state === null ? lost : ends ? ended : held).push(job);
        if (state === "delayed" && job.heldAt > at + SET_BACK_MS) late.push(job);
      });
    }
    for (const { queue, id } of late) await jobs.hurry(queue, id);
    await store.markEnded(ended, at);
    await store.markEnqueued(held, at);
    await store.markEnqueued(lost, null);
    found += lost.length;
    if (asked.length < BATCH) return found;
  }
}
