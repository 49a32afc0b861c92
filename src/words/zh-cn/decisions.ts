import type { decisions as en } from "../en/decisions.ts";

/** What Candor says of decisions, to those who decide and to authors, in simplified Chinese. ICU messages. */
export const decisions: Readonly<Record<keyof typeof en, string>> = {
  "author.community-rules": "本社区的规则",
  "argument.seen": "已看条数",
  "argument.proposal": "提议",
  "accepts.seen": "您看过这个案件的几条消息，如 seen:3",
  "accepts.proposal": "按钮里指明提议的字样，如 p:1a2b3c4d",
  "problem.more-joined": "没有执行：{item}现在有 {messages} 条消息，您看到的是其中 {seen} 条。",
  "problem.more-joined.retype": "要对全部消息作出决定，请加上 seen:{messages} 再输入一次。",
  "problem.more-joined.propose":
    "这项提议没有包括全部消息。请加上 seen:{messages} 重新作出决定，新的提议会取代它。",
  "problem.own-report": "{item}里有您的举报，要由别人来决定。",
  "problem.actions-clash": "“{one}”和“{other}”不能同时使用。没有执行。",
  "problem.more-follows":
    "没有执行：这期间又记了分，加上{item}达到 {points} 分，会追加没有人提议过的处理：{action}。请驳回这项提议，重新作出决定。",
  "problem.old-proposal":
    "这个按钮对应的是{item}的另一项决定，不是现在等待确认的那一项。什么都没有改动。",
  "case.joined": "之后，{time}，{who}：{text}",
  "case.joined-more": "另有 {count} 种内容，全部保存在案件里。",
  "case.seen": "要对全部 {messages} 条消息作出决定，请在结论后面加上 seen:{messages}。",
  "case.action-added": "{action}（因累计达到 {points} 分而追加）",
  "confirm.of": "{who} 于 {time} 提议：{outcome}。理由：{reason}",
  "decide.shadow":
    "影子模式：决定已经记录，不计分、不通知任何人，也不执行；只有您放行的内容会恢复显示。",
  "decide.strikes-own": "按各人自己的消息记分：{points}。",
  "decide.strikes-of": "{who} {points} 分",
  "rights.done.threshold": "这一项不是单独针对这条消息，而是因为您的累计分数达到了 {points} 分。",
  "case.points-fell":
    "请看案件 #{number}：其作者的部分记分已撤销。“{action}”是达到 {threshold} 分时追加的，现在只剩 {points} 分。/undo #{number} 可以解除，之后再重新作出决定。",
};
