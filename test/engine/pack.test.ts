import { describe, expect, test } from "@jest/globals";
import { DETECTORS } from "../../rules/index.ts";
import { loadPack } from "../../src/engine/pack.ts";

const text = { zh: "字", en: "words" };
const rule = {
  id: "INV-90",
  detector: "claims.asserted-claim",
  severity: "S1",
  title: text,
  reason: text,
  config: { cues: { zh: ["稳赚"] } },
  examples: { flags: ["稳赚"], passes: ["谨防稳赚"] },
};

function load(changes: object, packChanges: object = {}) {
  const rules = [{ ...rule, ...changes }];
  return loadPack({ id: "test", family: "claim", title: text, rules, ...packChanges }, DETECTORS);
}

describe("a pack", () => {
  test("loads with its rules bound", () => {
    expect(load({})).toMatchObject({
      ok: true,
      value: [{ id: "INV-90", pack: "test", raiseForStaff: false }],
    });
  });

  test.each([
    [
      "a flagging example that passes",
      { examples: { flags: ["早上好"], passes: ["a"] } },
      "does not flag",
    ],
    [
      "a passing example that flags",
      { examples: { flags: ["稳赚"], passes: ["稳赚"] } },
      "flags its passing example",
    ],
    ["an unknown detector", { detector: "claims.none" }, "known are"],
    ["a detector of another family", { detector: "leaks.personal-number", config: {} }, "family"],
    ["an unbounded pattern", { config: { cues: { zh: ["稳.*"] } } }, "bounded"],
    ["an unknown key of the configuration", { config: { cues: {}, cue: 1 } }, "Unrecognized key"],
    ["an id of another family", { id: "leak.x" }, "id says family"],
    ["a malformed id", { id: "inv 1" }, "an id such as"],
    ["no passing example", { examples: { flags: ["稳赚"], passes: [] } }, "passes"],
  ])("with %s does not load", (_what, changes, words) => {
    const loaded = load(changes);
    expect(loaded.ok).toBe(false);
    expect(JSON.stringify(loaded)).toContain(words);
  });

  test("names the rule that is wrong", () => {
    expect(load({ severity: "S9" })).toMatchObject({ ok: false, error: [{ rule: "INV-90" }] });
    expect(loadPack("no object", DETECTORS)).toMatchObject({
      ok: false,
      error: [{ rule: "(pack)" }],
    });
  });
});
