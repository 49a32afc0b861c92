import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { actions, duration, person, rule, text } from "../../src/commands/arguments.ts";
import { parseDuration } from "../../src/commands/duration.ts";
import { COMMANDS } from "../../src/commands/index.ts";
import { isNear, isNearCommand } from "../../src/commands/near.ts";
import { parseArguments, parseLine } from "../../src/commands/parse.ts";

/** What a typed line gives its command: the arguments as the command gets them, or what is wrong. */
function read(line: string, replying = false): unknown {
  const parsed = parseLine(line);
  const command = COMMANDS.find(({ name }) => name === parsed?.name);
  if (!parsed || !command) return null;
  const args = parseArguments(command.args, parsed.rest, replying);
  if (!args.ok) return args.error;
  const values = command.schema.safeParse(args.value);
  if (!values.success) return { unread: values.error.issues[0]?.path[0] };
  return Object.fromEntries(Object.entries(values.data).filter(([, value]) => value !== null));
}

describe("a typed line", () => {
  test.each([
    ["/take #142", { name: "take", rest: "#142" }],
    ["take #142", { name: "take", rest: "#142" }],
    ["/Take@candor_bot #142", { name: "take", rest: "#142" }],
    ["／ｔａｋｅ　#142", { name: "take", rest: "#142" }],
    ["  /queue  ", { name: "queue", rest: "" }],
    ["/note 1 two\n  lines", { name: "note", rest: "1 two\n  lines" }],
    ["", null],
    ["/", null],
    ["你好", null],
    ["/../etc", null],
    [`/${"a".repeat(40)}`, null],
  ])("%j", (line, expected) => {
    expect(parseLine(line)).toStrictEqual(expected);
  });

  test.each([
    ["/take #142", { case: 142 }],
    ["/take 142", { case: 142 }],
    ["/take ＃１４２", { case: 142 }],
    ["/take next", { case: "next" }],
    ["/take 下一个", { case: "next" }],
    ["/take 下一個", { case: "next" }],
    ["/take 0", { unread: "case" }],
    ["/take", { kind: "missing", argument: "case" }],
    ["/take 1 2", { kind: "left-over", words: "2" }],
    ["/queue mine", { scope: "mine" }],
    ["/queue 我的", { scope: "mine" }],
    ["/hold 3 2小时 等银行回复", { case: 3, duration: 120, note: "等银行回复" }],
    ["/hold 3 2小時", { case: 3, duration: 120 }],
    ["/hold 3", { case: 3 }],
    [
      "/note 3 author it’s fine, don't worry",
      { case: 3, audience: "author", text: "it’s fine, don't worry" },
    ],
    ["/note 3 作者 我们看过了", { case: 3, audience: "author", text: "我们看过了" }],
    ["/timeout @lin 30分钟 刷屏", { who: "@lin", duration: 30, reason: "刷屏" }],
    ["/timeout <@12345> 1d12h spam", { who: "<@12345>", duration: 2160, reason: "spam" }],
    ["/timeout @lin 29d spam", { unread: "duration" }],
    ["/timeout @lin 0m spam", { unread: "duration" }],
    ["/timeout @lin 24x spam", { unread: "duration" }],
    ["/timeout @lin 2nd warning was enough", { who: "@lin", reason: "2nd warning was enough" }],
    // What was meant as a time never becomes the beginning of a reason, and what was done one without an end.
    ["/timeout @lin 1.5h spam", { who: "@lin", duration: 90, reason: "spam" }],
    ["/timeout @lin forever spam", { unread: "duration" }],
    ["/ban @lin -1d spam", { unread: "duration" }],
    ["/ban @lin 两天 刷屏", { who: "@lin", duration: 2880, reason: "刷屏" }],
    ["/ban @lin 半年 刷屏", { unread: "duration" }],
    ["/hold #1 -3h", { unread: "duration" }],
    ["/hold #1 半小时", { case: 1, duration: 30 }],
    ["/purge @lin -5 spam", { unread: "count" }],
    ['/timeout @lin "24x is a scam"', { who: "@lin", reason: "24x is a scam" }],
    ["/warn @lin", { kind: "missing", argument: "reason" }],
    ["/warn", { kind: "missing", argument: "who" }],
    ["/purge @lin 20 spam", { who: "@lin", count: 20, reason: "spam" }],
    ["/purge @lin 101 spam", { unread: "count" }],
    ["/privacy 清除 确认", { request: "erase", confirmation: "yes" }],
    ["/shadow 開", { switch: "on" }],
    ["/correct #3 say where this is from", { case: 3, text: "say where this is from" }],
    [
      "/correct 3 rule:INV-01 请更正",
      { case: 3, rule: { own: false, words: "INV-01" }, text: "请更正" },
    ],
    ["/answer #3 we open at nine", { case: 3, text: "we open at nine" }],
    ["/answer 3 误报 我们从不荐股", { case: 3, outcome: "dismiss", text: "我们从不荐股" }],
    ["/unban @lin", { kind: "missing", argument: "reason" }],
    ["/unban @lin a mistake", { who: "@lin", reason: "a mistake" }],
    [
      '/warn @lin rule:"友善" 请注意',
      { who: "@lin", rule: { own: true, words: "友善" }, reason: "请注意" },
    ],
    [
      '/timeout @lin 2h rule:"be kind" spam',
      { who: "@lin", duration: 120, rule: { own: true, words: "be kind" }, reason: "spam" },
    ],
    [
      "/kick @lin 规则：“友善” 广告",
      { who: "@lin", rule: { own: true, words: "友善" }, reason: "广告" },
    ],
    [
      '/ban @lin 1d rule:"友善" 广告',
      { who: "@lin", duration: 1440, rule: { own: true, words: "友善" }, reason: "广告" },
    ],
    // Whichever option comes first: left to the reason, a day would be a ban for ever.
    [
      '/ban @lin rule:"友善" 1d 广告',
      { who: "@lin", duration: 1440, rule: { own: true, words: "友善" }, reason: "广告" },
    ],
    ["/ban @lin forever spam", { who: "@lin", duration: "forever", reason: "spam" }],
    ["/ban @lin 永久 广告", { who: "@lin", duration: "forever", reason: "广告" }],
    ["/ban @lin 500d spam", { unread: "duration" }],
    [
      "/report 3f2b8c1e-77aa-4d0e-9b1f-0a1b2c3d4e5f spam",
      { message: "3f2b8c1e-77aa-4d0e-9b1f-0a1b2c3d4e5f", reason: "spam" },
    ],
    [
      '/purge @lin 5 rule:"友善" 广告',
      { who: "@lin", count: 5, rule: { own: true, words: "友善" }, reason: "广告" },
    ],
  ])("%j", (line, expected) => {
    expect(read(line)).toStrictEqual(expected);
  });

  test.each([
    ['/ban @lin fast rule:"be kind" x', "fast", 'rule:"be kind"'],
    ["/ban @lin for good 规则：LEK-01 x", "for", "规则:LEK-01"],
    ["/ban @lin 慢 規則：「友善」 x", "慢", "規則:「友善」"],
    ["/kick @lin soon INV-01 x", "soon", "INV-01"],
    ["/decide 142 uphold quickly duration:1d spam", "quickly", "duration:1d"],
    ["/timeout @lin time:1d spam", "time:1d", "time:1d"],
  ])("%j has an option in its reason", (line, word, option) => {
    expect(read(line)).toStrictEqual({ kind: "stray", word, option });
  });

  test.each([
    // An option behind a space is said to the author, and not done: refused, unless it is quoted.
    ["/decide 31 uphold delete ban 7d promises returns", "action", "ban"],
    ["/decide 32 成立 删除 封禁 7天 虚假承诺", "action", "封禁"],
    ["/decide 32 成立 刪除 停權 7天 虛假承諾", "action", "停權"],
    ["/decide 32 成立 删除和封禁 虚假承诺", "action", "删除和封禁"],
    ["/decide 32 成立 封禁7天 虚假承诺", "action", "封禁7天"],
    ["/decide 32 成立 删除封禁 虚假承诺", "action", "删除封禁"],
    ["/decide 31 uphold delete and ban promises", "action", "and ban"],
    ["/decide 31 uphold delete/ban promises", "action", "delete/ban"],
    ["/decide 31 uphold delete & warn promises", "action", "& warn"],
    ["/decide 31 uphold INV-01 delete Ban. promises", "action", "ban."],
    ["/decide 31 uphold timeout one week misleading", "time", "one week"],
    ["/decide 31 uphold timeout for a week misleading", "time", "for a week"],
    ["/decide 31 uphold ban half an hour misleading", "time", "half an hour"],
    ["/decide 31 uphold ban 1d 12h misleading", "time", "12h"],
    ["/timeout @lin 2h one day spam", "time", "one day"],
    ["/hold 3 2小时 三十分钟", "time", "三十分钟"],
  ])("%j has an option at the head of its reason", (line, what, words) => {
    expect(read(line)).toStrictEqual({ kind: "stray-head", what, words });
  });

  test.each([
    // The same at its end.
    ["/decide 31 uphold spam ban 7d", "ban 7d"],
    ["/decide 31 uphold delete spam, timeout for 2 hours.", "timeout for 2 hours"],
    ["/decide 32 成立 刷屏 封禁 7天", "封禁 7天"],
    ["/decide 32 成立 刷屏封禁7天", "封禁7天"],
    ["/decide 32 成立 洗版，停權三天。", "停權三天"],
    ["/decide 31 uphold ban spam 7d", "7d"],
    ["/decide 31 uphold ban spam for good", "for good"],
    ["/ban @lin spam 7d", "7d"],
    ["/ban @lin 刷屏 永久", "永久"],
    ["/timeout @lin 刷屏 三十分钟", "三十分钟"],
    ["/timeout @lin spam for two weeks", "for two weeks"],
  ])("%j has an option at the end of its reason", (line, words) => {
    expect(read(line)).toStrictEqual({ kind: "stray-tail", words });
  });

  test.each([
    ['/decide 31 uphold delete "ban 7d is what they deserve"', "ban 7d is what they deserve"],
    ["/decide 31 uphold delete banned elsewhere too", "banned elsewhere too"],
    ["/decide 31 uphold delete one of many", "one of many"],
    ["/decide 31 uphold delete anyway", "anyway"],
    ["/decide 31 成立 删除 删除了还发", "删除了还发"],
    ["/decide 31 成立 删除 每一天都刷屏", "每一天都刷屏"],
    ["/decide 31 成立 删除 和之前一样", "和之前一样"],
    ["/ban @lin ban evasion", "ban evasion"],
    ["/ban @lin 7d spam for two weeks", "spam for two weeks"],
    ["/ban @lin asked for a ban", "asked for a ban"],
    ["/ban @lin 与2024年相同，发生在三月", "与2024年相同，发生在三月"],
    ["/ban @lin 他加入的第一天", "他加入的第一天"],
    ["/ban @lin see rule 4.7 d", "see rule 4.7 d"],
    ['/ban @lin "spam ban 7d"', "spam ban 7d"],
    ["/decide 31 uphold delete spamming for 7 days", "spamming for 7 days"],
    ["/decide 31 成立 删除 连续刷屏三天", "连续刷屏三天"],
    ["/warn @lin after a ban for 7 days", "after a ban for 7 days"],
  ])("%j is a reason", (line, reason) => {
    expect(read(line)).toMatchObject({ reason });
  });

  test.each([
    ['/warn @lin "see rule:INV-01"', "see rule:INV-01"],
    ['/warn @lin he said "rule:no" twice', 'he said "rule:no" twice'],
    ["/warn @lin INV-01 and INV-02 both", "and INV-02 both"],
    ["/ban @lin the rule: be kind", { stray: true }],
    ["/ban @lin on time: never", "on time: never"],
  ])("%j", (line, reason) => {
    const expected = typeof reason === "string" ? { reason } : { kind: "stray" };
    expect(read(line)).toMatchObject(expected);
  });

  test.each([
    ["/warn be kind", { reason: "be kind" }],
    ["/warn @lin be kind", { who: "@lin", reason: "be kind" }],
    ["/timeout 2h be kind", { duration: 120, reason: "be kind" }],
    ["/unban a mistake", { reason: "a mistake" }],
  ])("%j as an answer to a message", (line, expected) => {
    expect(read(line, true)).toStrictEqual(expected);
  });
});

describe("/decide", () => {
  const head = { case: 142, outcome: "uphold" };
  test.each([
    [
      '/decide 142 uphold delete,warn 24h "reason words…"',
      { ...head, actions: ["delete", "warn"], duration: 1440, reason: "reason words…" },
    ],
    [
      "/decide ＃１４２ 成立 删除、禁言 ２天 “荐股广告，多次”",
      { ...head, actions: ["delete", "timeout"], duration: 2880, reason: "荐股广告，多次" },
    ],
    [
      "/decide #142 成立 停權 rule:INV-01 「保證獲利」",
      { ...head, actions: ["ban"], rule: { own: false, words: "INV-01" }, reason: "保證獲利" },
    ],
    [
      "/decide 142 uphold INV-01 a promise",
      { ...head, rule: { own: false, words: "INV-01" }, reason: "a promise" },
    ],
    [
      "/decide 142 uphold 规则：群规第三条 广告",
      { ...head, rule: { own: false, words: "群规第三条" }, reason: "广告" },
    ],
    [
      '/decide 142 uphold rule:"友善" 广告',
      { ...head, rule: { own: true, words: "友善" }, reason: "广告" },
    ],
    [
      "/decide 142 uphold delete rule:“be kind to all” spam, again",
      {
        ...head,
        actions: ["delete"],
        rule: { own: true, words: "be kind to all" },
        reason: "spam, again",
      },
    ],
    [
      "/decide 142 成立 規則：「友善 待人」 廣告",
      { ...head, rule: { own: true, words: "友善 待人" }, reason: "廣告" },
    ],
    // Read as what they are: left to the reason, they would delete the message.
    [
      "/decide 142 uphold ask-correction please fix it",
      { ...head, actions: ["ask-correction"], reason: "please fix it" },
    ],
    [
      "/decide 142 成立 发布官方答复 我们不荐股",
      { ...head, actions: ["publish-answer"], reason: "我们不荐股" },
    ],
    ["/decide 142 uphold ask-corection please", { unread: "actions" }],
    ["/decide 142 uphold none seen it", { ...head, actions: [], reason: "seen it" }],
    ["/decide 142 误报 只是提醒大家", { case: 142, outcome: "dismiss", reason: "只是提醒大家" }],
    [
      "/decide 142 need-more ask the bank",
      { case: 142, outcome: "need-more", reason: "ask the bank" },
    ],
    // A slip of the hand must not become a decision without its action.
    ["/decide 142 uphold delte spam", { unread: "actions" }],
    [
      "/decide 142 uphold ban 1.5h spam",
      { ...head, actions: ["ban"], duration: 90, reason: "spam" },
    ],
    [
      "/decide 142 成立 封禁 两天 刷屏",
      { ...head, actions: ["ban"], duration: 2880, reason: "刷屏" },
    ],
    ...[
      "-1d",
      "+1d",
      "~2d",
      "1,5d",
      "(1d)",
      "−1d",
      "1d，",
      "2天刷屏",
      "约两天",
      "三个月",
      "一百天",
      "2.x",
    ].map((time) => [`/decide 142 uphold ban ${time} spam`, { unread: "duration" }] as const),
    ...["forever", "永久"].map(
      (time) =>
        [
          `/decide 142 uphold ban ${time} spam`,
          { ...head, actions: ["ban"], duration: "forever", reason: "spam" },
        ] as const,
    ),
    ...[
      "two of them",
      "3rd time",
      "#3 again",
      "$5 for a link",
      "一直刷屏",
      "半夜刷屏",
      "十分恶劣",
    ].map(
      (reason) =>
        [`/decide 142 uphold ban ${reason}`, { ...head, actions: ["ban"], reason }] as const,
    ),
    ["/decide 142 uphold delete,wran spam", { unread: "actions" }],
    ['/decide 142 uphold "delete this, please"', { ...head, reason: "delete this, please" }],
    ["/decide 142 maybe spam", { unread: "outcome" }],
    ["/decide 142 uphold", { kind: "missing", argument: "reason" }],
    [`/decide 142 uphold ${"字".repeat(1001)}`, { unread: "reason" }],
    ["/decide abc uphold spam", { unread: "case" }],
  ])("%j", (line, expected) => {
    expect(read(line)).toStrictEqual(expected);
  });

  test("a platform's own form gives numbers, lists of words, and words that a line cannot give", () => {
    const decide = COMMANDS.find(({ name }) => name === "decide");
    const form = {
      case: 7,
      outcome: "uphold",
      actions: "delete",
      answer: "We never ask for this.",
      reason: "ok",
    };
    expect(decide?.schema.parse(form)).toMatchObject({
      case: 7,
      actions: ["delete"],
      answer: form.answer,
    });
    expect(decide?.schema.safeParse({ ...form, role: "owner" }).success).toBe(false);
  });
});

test.each([
  ["30m", 30],
  ["2h", 120],
  ["1d", 1440],
  ["1w", 10080],
  ["1d12h", 2160],
  ["90 minutes", 90],
  ["30分钟", 30],
  ["30分鐘", 30],
  ["2个小时", 120],
  ["2個小時", 120],
  ["1天12小时", 2160],
  ["1周", 10080],
  ["1週", 10080],
  ["1.5h", 90],
  [".5d", 720],
  ["0.25 hours", 15],
  ["1天半", 2160],
  ["1天半小时", 1470],
  ["一天", 1440],
  ["两天", 2880],
  ["兩週", 20160],
  ["半小时", 30],
  ["半个小时", 30],
  ["一个半小时", 90],
  ["一刻钟", 15],
  ["十二小时三十分钟", 750],
  ["二十五分鐘", 25],
  ["-1h", null],
  ["1,5h", null],
  ["1.2.3h", null],
  ["二三天", null],
  ["一百天", null],
  ["半", null],
  ["1hx", null],
  ["h", null],
  ["10", null],
  ["1h!", null],
  ["", null],
])("%j is %j minutes", (words, minutes) => {
  expect(parseDuration(words)).toBe(minutes);
});

test("of a command, a shorter one is near too", () => {
  expect(isNearCommand("tkae", "take")).toBe(true);
  expect(isNear("pick", "kick")).toBe(false);
  expect(isNearCommand("bna", "ban")).toBe(false);
});

test("one slip of the hand is near, another word is not", () => {
  for (const word of ["delte", "deleet", "delette", "dwlete", "Delete"]) {
    expect(isNear(word, "delete")).toBe(true);
  }
  for (const word of ["delight", "pick", "d", ""]) expect(isNear(word, "delete")).toBe(false);
  expect(isNear("pick", "kick")).toBe(false);
});

test("no line and no word makes a reader throw, and no argument is made up", () => {
  const readers = [actions, duration(10), person, rule, text];
  const lines = fc.string({ unit: "grapheme" });
  const property = fc.property(lines, fc.boolean(), (line, replying) => {
    for (const reader of readers) reader.schema.safeParse(line);
    return COMMANDS.every(({ name, args }) => {
      read(`${name} ${line}`, replying);
      const parsed = parseArguments(args, line, replying);
      return !parsed.ok || Object.keys(parsed.value).every((each) => Object.hasOwn(args, each));
    });
  });
  expect(fc.check(property, { numRuns: 200 })).toMatchObject({ failed: false });
});
