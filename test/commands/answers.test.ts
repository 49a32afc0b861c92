import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { type Locale, LOCALES, policySchema } from "../../src/engine/policy.ts";
import { sayTime } from "../../src/words/say.ts";
import { openLines } from "../pipeline/line.ts";
import { BAD_TEXT, Desk, GOOD_TEXT } from "./desk.ts";

// One test here is up to a hundred transactions, on a machine that may be busy.
jest.setTimeout(30_000);

let lines: Awaited<ReturnType<typeof openLines>>;
beforeAll(async () => {
  lines = await openLines();
}, 60_000);
afterAll(() => lines.close());

async function openDesk(): Promise<Desk> {
  await lines.clear();
  return new Desk(lines.makeLine());
}

/** What stands in the answer in each language. */
type Said = Readonly<Record<Locale, string | RegExp>>;

async function expectBadInput(desk: Desk, who: string, line: string, said: Said) {
  for (const language of LOCALES) {
    const { kind, lines: words } = await desk.type(who, line, { language });
    expect({ language, kind }).toStrictEqual({ language, kind: "bad-input" });
    expect(words[0]).toMatch(said[language]);
  }
}

test("whoever was shown the door is answered in their language, as before", async () => {
  const desk = await openDesk();
  const { platform, community } = desk.line;
  platform.addMember(community, { id: "lin", language: "zh-TW" });
  await platform.kickMember({ communityId: community, memberId: "lin" });
  expect((await desk.type("lin", "help")).title).toBe("您在這裡可以做的事");
});

describe("what cannot be done is answered clearly, in the person's language", () => {
  test("an unknown case, and a number that is none", async () => {
    const desk = await openDesk();
    await expectBadInput(desk, "moderator", "take #99", {
      en: "There is no case #99 in this community.",
      "zh-CN": "这个社区没有案件 #99。",
      "zh-TW": "這個社群沒有案件 #99。",
    });
    await expectBadInput(desk, "moderator", "take abc", {
      en: /CASE: “abc” was not understood\. Accepted: .*#142/u,
      "zh-CN": /案件：没有看懂“abc”.*#142/u,
      "zh-TW": /案件：沒有看懂「abc」.*#142/u,
    });
  });

  test("a wrong time says what was read and what is accepted", async () => {
    const desk = await openDesk();
    await expectBadInput(desk, "moderator", "timeout @wei 40d spam", {
      en: /TIME: “40d” .*at most 28 days/u,
      "zh-CN": /“40d”.*最多 28 天/u,
      "zh-TW": /「40d」.*最多 28 天/u,
    });
    await desk.openCase();
    await expectBadInput(desk, "moderator", "decide 1 uphold delete 2h spam", {
      en: "a timeout or a ban",
      "zh-CN": "禁言或封禁",
      "zh-TW": "禁言或停權",
    });
  });

  test("a reason of 10,000 characters", async () => {
    const desk = await openDesk();
    await desk.openCase();
    const before = await desk.state();
    const line = `decide 1 uphold ${"long ".repeat(2000)}`;
    await expectBadInput(desk, "moderator", line, {
      en: "9,999 characters are too many. Accepted: up to 1,000",
      "zh-CN": "9,999 个字符太长了，最多 1,000 个",
      "zh-TW": "9,999 個字太長了，最多 1,000 個",
    });
    await expectBadInput(desk, "moderator", `warn @wei ${"字".repeat(10_000)}`, {
      en: "10,000",
      "zh-CN": "10,000",
      "zh-TW": "10,000",
    });
    expect(await desk.state()).toStrictEqual(before);
  });

  test("what is missing, and what is too much", async () => {
    const desk = await openDesk();
    await desk.openCase();
    await expectBadInput(desk, "moderator", "decide 1 uphold", {
      en: "Something is missing: REASON.",
      "zh-CN": "缺少理由",
      "zh-TW": "缺少理由",
    });
    await expectBadInput(desk, "moderator", "take 1 please", {
      en: "“please” has no place",
      "zh-CN": "用不到“please”",
      "zh-TW": "用不到「please」",
    });
    await expectBadInput(desk, "moderator", "tke", {
      en: "There is no command",
      "zh-CN": "没有您能用的指令",
      "zh-TW": "沒有您能用的指令",
    });
    const near = await desk.type("moderator", "stauts");
    expect(near.lines.at(-1)).toBe("Did you mean /status?");
  });

  test("an old button: who decided, and when, in the reader's time zone", async () => {
    const desk = await openDesk();
    const team = [{ id: "moderator", role: "moderator", timeZone: "Asia/Shanghai" }];
    await desk.line.usePolicy(policySchema.parse({ team }));
    await desk.openCase();
    const [button] = (await desk.type("mo", "queue")).buttons;
    expect(button).toStrictEqual({ label: "Take #1", command: "take #1" });
    await desk.type("mo", "decide 1 uphold looked at");
    const when = (locale: Locale) => sayTime(locale, "Asia/Shanghai", desk.line.now);
    await expectBadInput(desk, "moderator", button?.command ?? "", {
      en: `mo decided case #1 on ${when("en")}`,
      "zh-CN": `案件 #1 已由 mo 于 ${when("zh-CN")}`,
      "zh-TW": `案件 #1 已由 mo 於 ${when("zh-TW")}`,
    });
  });

  test("a wrong state", async () => {
    const desk = await openDesk();
    await desk.openCase();
    await expectBadInput(desk, "owner", "reopen 1", {
      en: "open",
      "zh-CN": "待处理",
      "zh-TW": "待處理",
    });
    await expectBadInput(desk, "owner", "undo 1", {
      en: "open",
      "zh-CN": "待处理",
      "zh-TW": "待處理",
    });
    await expectBadInput(desk, "owner", "confirm 1", {
      en: "No decision on case #1 waits",
      "zh-CN": "没有等待第二位管理员确认的决定",
      "zh-TW": "沒有等待第二位管理員確認的決定",
    });
    await expectBadInput(desk, "owner", "decide 1 dismiss ban fine", {
      en: "“ban” does not go with it",
      "zh-CN": "误报不带任何后果",
      "zh-TW": "誤報不帶任何後果",
    });
  });

  test("an expired lease", async () => {
    const desk = await openDesk();
    await desk.openCase();
    await desk.type("moderator", "take 1");
    desk.line.pass(16 * 60_000);
    await expectBadInput(desk, "moderator", "skip 1", {
      en: "You do not hold case #1, or your time on it is over.",
      "zh-CN": "不在您手上，或者您的处理时间已经到了",
      "zh-TW": "不在您手上，或者您的處理時間已經到了",
    });
    expect((await desk.type("mo", "take 1")).kind).toBe("done");
    await expectBadInput(desk, "moderator", "decide 1 uphold mine", {
      en: "mo is on case #1 until",
      "zh-CN": "mo 正在处理案件 #1，到",
      "zh-TW": "mo 正在處理案件 #1，到",
    });
  });
});

describe("two at once", () => {
  test("of two who take a case one gets it, and the other hears who", async () => {
    const desk = await openDesk();
    await desk.openCase();
    const replies = await Promise.all([
      desk.type("mo", "take 1"),
      desk.type("moderator", "take 1"),
    ]);
    expect(replies.map(({ kind }) => kind).toSorted()).toStrictEqual(["bad-input", "done"]);
    const owner = (await desk.case()).assignment?.moderatorId;
    expect(replies.find(({ kind }) => kind === "bad-input")?.lines[0]).toContain(
      `${owner} is on case #1`,
    );
  });

  test("a double click decides once", async () => {
    const desk = await openDesk();
    await desk.openCase();
    const line = "decide 1 uphold looked at";
    const replies = await Promise.all([desk.type("mo", line), desk.type("mo", line)]);
    expect(replies.map(({ kind }) => kind).toSorted()).toStrictEqual(["bad-input", "done"]);
    expect((await desk.line.auditTypes()).filter((type) => type === "case.decided")).toHaveLength(
      1,
    );
  });

  test("a command that a platform delivers again acts once", async () => {
    const desk = await openDesk();
    const again = { requestId: "interaction-1" };
    const first = await desk.type("moderator", "warn @wei rule:“be kind” off topic", again);
    expect(first.kind).toBe("done");
    expect(await desk.type("moderator", "warn @wei rule:“be kind” off topic", again)).toEqual(
      first,
    );
    expect(await desk.line.cases()).toHaveLength(1);
  });
});

describe("the language of an answer", () => {
  test("is the person's own, then their client's, their platform's, and the community's", async () => {
    const desk = await openDesk();
    await desk.line.usePolicy(
      policySchema.parse({
        language: "zh-TW",
        team: [{ id: "mo", role: "moderator", language: "zh-CN" }],
      }),
    );
    const title = async (id: string, language: Locale | null) =>
      (await desk.type(id, "help", { language })).title;
    expect(await title("mo", "en")).toBe("您在这里可以做的事");
    expect(await title("lin", "en")).toBe("What you can do here");
    expect(await title("lin", null)).toBe("您在這裡可以做的事");
    const reads = { id: "lin", language: "en" } as const;
    desk.line.platform.addMember(desk.line.community, reads);
    expect(await title("lin", null)).toBe("What you can do here");
    expect(await title("lin", "zh-CN")).toBe("您在这里可以做的事");
  });

  test("nothing that breaks reaches the adapter", async () => {
    const desk = await openDesk();
    desk.line.platform.refuse = { kind: "unavailable", cause: null };
    expect(await desk.type("mo", "queue", { language: "zh-CN" })).toMatchObject({
      kind: "failed",
      lines: ["平台暂时没有回应，所以什么都没有改动。请稍后再试。"],
    });
    const broken = { ...desk.deps.store, policyOf: () => Promise.reject(new Error("gone")) };
    const deps = { ...desk.deps, store: broken };
    const { runCommand } = await import("../../src/commands/run.ts");
    const reply = await runCommand(deps, desk.actor("mo", { language: "zh-TW" }), "queue", "");
    expect(reply).toMatchObject({ kind: "failed", visibility: "private" });
    expect(reply.lines[0]).toMatch(/出了點問題/u);
    expect(desk.line.log.lines.at(-1)).toMatchObject({ words: "a command failed" });
  });
});

test("explaining a text says why and repeats none of it", async () => {
  const desk = await openDesk();
  const flagged = await desk.type("lin", `explain ${BAD_TEXT}`);
  expect(flagged.lines.join("\n")).toMatch(/somebody decides[^]* applies: /u);
  expect(JSON.stringify(flagged)).not.toContain("稳赚不赔");
  expect((await desk.type("lin", `explain ${GOOD_TEXT}`)).lines).toContain(
    "No rule found anything in it.",
  );
});

test("the words of rules are in the reader's language and script, whatever the verdict was written in", async () => {
  const desk = await openDesk();
  await desk.openCase();
  const said = async (who: string, line: string, language: Locale) => {
    const { title, lines: words } = await desk.type(who, line, { language });
    return [title ?? "", ...words].join("\n");
  };
  const reason = async (language: Locale) =>
    (await said("moderator", "case 1", language))
      .split("\n")
      .filter((line) => line.startsWith("INV-"));
  expect((await reason("en")).join("")).not.toMatch(/\p{Script=Han}/u);
  const [simplified, traditional] = [await reason("zh-CN"), await reason("zh-TW")];
  expect(simplified.length).toBeGreaterThan(0);
  expect(traditional).not.toStrictEqual(simplified);
  for (const line of ["rules INV-01", "rules", `explain ${BAD_TEXT}`]) {
    const [mainland, taiwan] = [await said("lin", line, "zh-CN"), await said("lin", line, "zh-TW")];
    expect(mainland).toMatch(/\p{Script=Han}/u);
    // Characters that only the mainland writes, of the words that these rules use.
    expect(taiwan).not.toMatch(/[诺诈证险户账银转钱赚导买卖员师规]/u);
  }
});
