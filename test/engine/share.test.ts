import fc from "fast-check";
import { describe, expect, test } from "@jest/globals";
import { isWithin, shareOf, WHOLE } from "../../src/engine/share.ts";

const snowflake = fc.bigInt({ min: 0n, max: (1n << 63n) - 1n }).map(String);

describe("which process works for a community", () => {
  test("is the same whatever multiple of the processes Discord's shards are", () => {
    fc.assert(
      fc.property(
        snowflake,
        fc.integer({ min: 1, max: 16 }),
        fc.integer({ min: 1, max: 40 }),
        (id, of, each) => {
          const shard = Number((BigInt(id) >> 22n) % BigInt(of * each));
          expect(shard % of).toBe(shareOf(id, of));
        },
      ),
    );
  });

  test.each(["sandbox", "-1001234567890", ""])(
    "is the first for %j, which is no server's id",
    (id) => {
      expect(shareOf(id, 5)).toBe(0);
    },
  );

  test("is one alone, and where there is but one it has all", () => {
    fc.assert(
      fc.property(snowflake, fc.integer({ min: 2, max: 16 }), (id, of) => {
        const within = Array.from({ length: of }, (_, index) => isWithin({ index, of }, id));
        expect(within.filter(Boolean)).toHaveLength(1);
        expect(isWithin(WHOLE, id)).toBe(true);
      }),
    );
  });
});
