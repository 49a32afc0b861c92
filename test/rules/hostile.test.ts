import { expect, test } from "@jest/globals";
import { exampleMessage } from "../../src/engine/pack.ts";
import { runRules } from "../../src/engine/run-rules.ts";
import { NOTHING_RECALLED, readSignals } from "../../src/engine/signals.ts";
import { shippedRuleSet } from "../support/rules.ts";

const { rules } = await shippedRuleSet();

/** UTF-16 units of a hostile text: far beyond a message, so that what is not linear meets jest's time limit. */
const LENGTH = 120_000;

const UNITS = [
  "-",
  " ",
  "\n",
  "1",
  "1 ",
  "123 ",
  "123-",
  "(1) ",
  "+1 ",
  "86 ",
  '"',
  "“",
  "'",
  "a",
  "a-",
  "a.",
  "a ",
  "a@",
  "/a",
  "_1",
  "=1",
  "not ",
  "not-",
  "no one ",
  "吗 ",
  "不",
  "没有",
  "说",
  "稳赚",
  "稳赚，",
  "稳赚？",
  "不稳赚",
  "年化1",
  "退款",
  "再不",
  "客服",
  "加微信",
  "加微信？",
  "出售加微信吗",
  "v:",
  "①",
  "➕",
  "risk-free profit ",
  "guaranteed profits ",
  "guaranteed ",
  "still waiting ",
  "dm me, ",
  "beware: ",
  "13900000012 ",
  "13900000012/",
  "139 0000 0012 ",
  "a/13900000012",
  "4111 1111 1111 1111 ",
  "$1 ",
];

test.each(UNITS)("every rule reads %j many times over in linear time", (unit) => {
  const text = unit.repeat(Math.ceil(LENGTH / unit.length));
  const outcomes = runRules(rules, readSignals(exampleMessage(text), NOTHING_RECALLED));
  expect(outcomes.filter(({ kind }) => kind === "errored")).toEqual([]);
});

test.each([
  ["dashes between a denial and a promise", `not${"-".repeat(LENGTH)}1 guaranteed profits`],
  ["words between a denial and a promise", `not ${"a ".repeat(LENGTH / 2)}guaranteed profits`],
  ["many promises after one label", `反诈提醒：${"稳赚，".repeat(LENGTH / 3)}`],
  ["many promises in one warning", `${"稳赚".repeat(LENGTH / 2)}都是骗局`],
  ["an address before a number", `https://example.com/${"a/1390000001".repeat(LENGTH / 12)}`],
  ["a card word before rows of digits", `卡号 ${"4111 ".repeat(LENGTH / 5)}`],
])("%s are read in linear time", (_name, text) => {
  const outcomes = runRules(rules, readSignals(exampleMessage(text), NOTHING_RECALLED));
  expect(outcomes.filter(({ kind }) => kind === "errored")).toEqual([]);
});
