/** Invented chat, Chinese and English, in which no rule finds anything. */
const ORDINARY = [
  "早上好，今天的会议改到三点，大家别忘了带上周的数据",
  "这个固件更新之后信号好像好多了，你们那边呢？",
  "哈哈哈哈笑死我了",
  "请问退款流程在哪里看，找了半天没找到",
  "收到，谢谢！",
  "我这边测试过了，没问题，可以合并",
  "晚上一起吃饭吗？我订了六点半的位子，离公司不远",
  "has anyone tried the new antenna? mine arrived yesterday and the range is much better",
  "ok thanks, that fixed it",
  "I think the issue is in the config file, line 42, see https://example.com/docs/config",
  "lol same here",
  "we should probably move this to the other channel so that people can find it later",
  "Привет всем, кто-нибудь уже обновился до последней версии?",
  "好的👌 明天见～",
];

/** Lines of the kinds that Candor looks for. */
const FLAGGED = [
  "加群稳赚不赔，保本保息，年化30%",
  "ＶＸ：shop2026 限时特价 99元包邮，私聊我",
  "退款申请一个月了还没到账，客服没人回",
  "Still waiting for my refund after three weeks, nobody answers",
  "Guaranteed daily profits, join t.me/examplechannel now",
  "call me on (415) 555-0132 tonight",
];

/** The usual mix of both. */
const LINES = ORDINARY.flatMap((line, i) => {
  const flagged = i % 2 === 1 ? FLAGGED[(i - 1) / 2] : undefined;
  return flagged === undefined ? [line] : [line, flagged];
});

/** The first `count` messages of an endless chat that nobody minds. */
export function ordinaryChat(count: number): readonly string[] {
  return repeat(ORDINARY, count);
}

/** The first `count` messages of an endless, deterministic chat; every line differs by a running number now and then. */
export function chat(count: number): readonly string[] {
  return repeat(LINES, count);
}

function repeat(lines: readonly string[], count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => {
    const line = lines[(i * 9) % lines.length] ?? "";
    return i % 3 === 0 ? `${line} ${i % 1000}` : line;
  });
}

/** One message of about `units` UTF-16 units, ordinary but for a promise at its end. */
export function messageOf(units: number): string {
  let text = "";
  for (let i = 0; text.length < units; i += 1) text += `${ORDINARY[i % 5] ?? ""}。`;
  return `${text.slice(0, Math.max(0, units - 6))}保证回本了吧`.slice(0, units);
}
