import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { MASK, redact } from "../../src/engine/redact.ts";

describe("redaction", () => {
  test.each([
    ["电话 139-0000-0012 谢谢", "电话 █████████████ 谢谢"],
    ["１３９００００００１２", "███████████"],
    ["一三九〇〇〇〇〇〇一二", "███████████"],
    ["write to ann@example.org", "write to ███████████████"],
    ["验证码 482910", "验证码 ██████"],
    ["https://example.org/invite/abc?token=1", "https://example.org/██████████████████"],
    ["key AKEXAMPLE0000000000X", "key ████████████████████"],
  ])("%s", (text, masked) => {
    expect(redact(text, [])).toBe(masked);
  });

  test.each(["年化30%，下午3点在2026会议室", "见 1.2.3 版本", "uncharacteristically", "三三两两"])(
    "leaves %s",
    (text) => {
      expect(redact(text, [])).toBe(text);
    },
  );

  test("masks the given spans", () => {
    expect(redact("名单：张三", [{ start: 3, end: 5 }])).toBe("名单：██");
  });

  test("keeps the length, is idempotent, and leaves no run of six digits", () => {
    const piece = fc.oneof(
      fc.constantFrom("1", "39", "-", " ", "a", "@", "张", "０", "\ud83d", ".", "零"),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const once = redact(text, []);
        expect(once).toHaveLength(text.length);
        expect(redact(once, [])).toBe(once);
        expect(once).not.toMatch(/\p{Nd}{6}/u);
      }),
      { numRuns: 500 },
    );
  });

  test("a megabyte is masked in linear time", () => {
    expect(redact("1".repeat(1_000_000), [])).toBe(MASK.repeat(1_000_000));
    expect(redact("a@".repeat(300_000), [])).toHaveLength(600_000);
    expect(redact("a ".repeat(500_000), [])).toHaveLength(1_000_000);
  });
});
