import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { WORDS as EN } from "../../../adapters/sandbox/page/words-en.js";
import { WORDS as ZH_CN } from "../../../adapters/sandbox/page/words-zh-cn.js";
import { WORDS as ZH_TW } from "../../../adapters/sandbox/page/words-zh-tw.js";
import { packageRoot } from "../../../adapters/system/package-root.ts";
import { AUDIT_TYPES } from "../../../src/engine/audit.ts";
import { CASE_SOURCES, CASE_STATES } from "../../../src/engine/case/case.ts";
import { CASE_ACTIONS, OUTCOMES } from "../../../src/engine/case/decision.ts";
import { AUTHOR_ROLES, FAMILIES } from "../../../src/engine/message.ts";
import { DECISIONS } from "../../../src/engine/policy.ts";
import { TEAM_ROLES } from "../../../src/engine/roles.ts";
import { ATTEMPT_KINDS, ATTEMPT_OUTCOMES } from "../../../src/ports/attempts.ts";

const PAGE = join(packageRoot(), "adapters", "sandbox", "page");

/** The values that each sentence names. */
function valuesOf(words: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(words).map(([key, text]) => [
      key,
      [...new Set(text.match(/\{\w+\}/gu) ?? [])].toSorted((a, b) => a.localeCompare(b)),
    ]),
  );
}

test("every catalogue has every sentence, with the same values in it", () => {
  expect(valuesOf(ZH_CN)).toEqual(valuesOf(EN));
  expect(valuesOf(ZH_TW)).toEqual(valuesOf(EN));
  for (const words of [EN, ZH_CN, ZH_TW]) {
    expect(Object.values(words).filter((text) => text.trim() === "")).toEqual([]);
  }
});

test("the page has its own words for what people are refused in ordinary use", async () => {
  const api = await readFile(join(PAGE, "api.js"), "utf8");
  const [, listed = ""] = /PLAIN = new Set\(\[([\d, ]+)\]\)/u.exec(api) ?? [];
  const statuses = listed.split(", ");
  // A post or a command of more than 64 KB is one of them.
  expect(statuses).toContain("413");
  for (const status of statuses) {
    for (const words of [EN, ZH_CN, ZH_TW]) expect(words).toHaveProperty([`refused${status}`]);
  }
});

test("a number goes with its form of the word, and forms stand in pairs", () => {
  const form = /\{(\w+):[^|{}]+\|[^|{}]+\}/gu;
  expect(EN["reports"]).toBe("{count} {count:report|reports}");
  for (const words of [EN, ZH_CN, ZH_TW]) {
    for (const text of Object.values(words)) {
      expect(text.replace(form, "").replaceAll(/\{\w+\}/gu, "")).not.toMatch(/[{}|]/u);
      for (const [, name] of text.matchAll(form)) expect(text).toContain(`{${name}}`);
    }
  }
});

test("one thing has one word, and people are addressed politely", () => {
  const unwanted = [
    [ZH_CN, /[你]|命令|员工|经理|合作方|不当宣称|移除|, /u],
    [
      ZH_TW,
      /[你]|命令|員工|經理|合作夥伴|不當宣稱|資料外洩|廣告推廣|客訴|未定級|封鎖|移除|[條]|, /u,
    ],
    [EN, /for ever/u],
  ] as const;
  for (const [words, pattern] of unwanted) {
    expect(Object.values(words).filter((text) => pattern.test(text))).toEqual([]);
  }
});

test("everything that the record can hold has a name on the page", () => {
  const named = {
    type: AUDIT_TYPES,
    state: CASE_STATES,
    source: CASE_SOURCES,
    action: CASE_ACTIONS,
    family: FAMILIES,
    decision: DECISIONS,
    role: [...TEAM_ROLES, ...AUTHOR_ROLES],
    kind: ATTEMPT_KINDS,
    outcome: ATTEMPT_OUTCOMES,
  };
  const keys = Object.entries(named).flatMap(([prefix, names]) =>
    names.map((name) => `${prefix}.${name}`),
  );
  expect([...keys, ...OUTCOMES].filter((key) => EN[key] === undefined)).toEqual([]);
});

test("every word that the page asks for is there", async () => {
  const asked = new Set<string>();
  for (const name of await readdir(PAGE)) {
    if (!/^(?!words-).*\.(?:js|html)$/u.test(name)) continue;
    const text = await readFile(join(PAGE, name), "utf8");
    const calls = /\bsay\("([^"]+)"|data-(?:word|label|hint)="([^"]+)"/gu;
    for (const [, said, fixed] of text.matchAll(calls)) asked.add(said ?? fixed ?? "");
  }
  expect(asked.size).toBeGreaterThan(100);
  expect([...asked].filter((key) => EN[key] === undefined)).toEqual([]);
});
