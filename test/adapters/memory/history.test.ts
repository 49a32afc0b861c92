import { describe, expect, test } from "@jest/globals";
import { MemoryHistory } from "../../../adapters/memory/history.ts";
import { SlidingCounts } from "../../../adapters/memory/sliding-counts.ts";
import { describeHistory, speaker } from "../../conformance/history.ts";
import { DAY, HOUR, NOW } from "../../conformance/recordings.ts";

describeHistory("memory", async () => ({
  history: new MemoryHistory(),
  remember: async () => {},
  close: async () => {},
}));

describe("the history in memory", () => {
  test("does not grow with the length of the stream", async () => {
    const history = new MemoryHistory();
    const say = speaker();
    let largest = 0;
    for (let minute = 0; minute < 20 * 24 * 60; minute += 1) {
      const message = say({
        id: String(minute),
        at: NOW + minute * 60_000,
        author: `a${minute % 7}`,
      });
      await history.recall(message, `text ${minute % 100}`);
      largest = Math.max(largest, history.size);
    }
    // The window, and up to two slices of it.
    expect(largest).toBeLessThanOrEqual((24 + (2 * 24) / 12) * 60 + 2);
  });

  test("is not emptied by one message with a wrong date", () => {
    const counts = new SlidingCounts(DAY);
    counts.countAndAdd("k", "1", NOW);
    expect(counts.countAndAdd("k", "2", NOW + 400 * DAY)).toBe(0);
    expect(counts.countAndAdd("k", "3", NOW + 1)).toBe(1);
    for (let hour = 1; hour < 80; hour += 1) counts.countAndAdd("k", `h${hour}`, NOW + hour * HOUR);
    // A day and two slices of it, both ends included, and the message of the future.
    expect(counts.size).toBeLessThanOrEqual(24 + 4 + 1 + 1);
  });

  test("begins anew with a second stream that starts earlier", () => {
    const counts = new SlidingCounts(HOUR);
    for (let minute = 0; minute < 600; minute += 1)
      counts.countAndAdd("k", `a${minute}`, NOW + minute * 60_000);
    let last = 0;
    for (let minute = 0; minute < 600; minute += 1) {
      last = counts.countAndAdd("k", `b${minute}`, NOW + minute * 60_000);
    }
    // Its own last hour, and that of the first stream.
    expect(last).toBe(121);
    expect(counts.size).toBeLessThanOrEqual(2 * 71);
  });

  test("agrees with counting one by one, in whatever order messages come", () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const counts = new SlidingCounts(HOUR);
    const seen: { key: string; at: number }[] = [];
    for (let index = 0; index < 2000; index += 1) {
      const at = NOW + index * 30_000 - random(10) * 20_000;
      const key = `k${random(3)}`;
      const expected = seen.filter(
        (each) => each.key === key && each.at <= at && each.at >= at - HOUR,
      ).length;
      expect(counts.countAndAdd(key, String(index), at)).toBe(expected);
      seen.push({ key, at });
    }
  });
});
