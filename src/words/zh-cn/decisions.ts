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
  "case.joined-more": "还有 {count} 种内容没有在这里完整显示。继续查看：{command}",
  "case.joined-none": "案件的前 {seen} 条消息之后没有新的内容。",
  "button.joined-more": "继续查看",
  "argument.part": "部分",
  "accepts.part": "长内容的第几部分，例如 part:2",
  "case.seen": "要对全部 {messages} 条消息作出决定，请在结论后面加上 seen:{messages}。",
  "case.action-added": "{action}（因累计达到 {points} 分而追加）",
  "case.would-add": "如果认定成立，将记 {points} 分，并按设置追加：{added}。",
  "case.would-add-second": "这要等有相应权限的第二位管理员确认。",
  "confirm.of": "{who} 于 {time} 提议：{outcome}。理由：{reason}",
  "decide.shadow":
    "影子模式：决定已经记录，不计分、不通知任何人，也不执行；只有您放行的内容会恢复显示。",
  "decide.strikes-own": "按各人自己的消息记分：{points}。",
  "decide.strikes-of": "{who} {points} 分",
  "rights.done.threshold": "这一项不是单独针对这条消息，而是因为您的累计分数达到了 {points} 分。",
  "case.points-fell":
    "请看案件 #{number}：其作者的部分记分已撤销。“{action}”是达到 {threshold} 分时追加的，现在只剩 {points} 分。<cmd>undo</cmd> #{number} 可以解除，之后再重新作出决定。",
  "case.points-fell-of":
    "请看案件 #{number}：该案共有 {people, number} 位作者，其中 {who} 的部分记分已撤销。对其“{action}”是达到 {threshold} 分时追加的，现在只剩 {points} 分。如果 {who} 提出申诉，<cmd>decide</cmd> #{number} dismiss 可以只为其一人解除；<cmd>undo</cmd> #{number} 会为全部 {people, number} 人撤销整个决定，之后再重新作出决定。",
  "argument.stray-action":
    "理由开头的“{words}”只会被当成文字，不会执行。多项处理请写在一起、用顿号或逗号隔开，时间写在后面，例如：删除、封禁 7天。如果它就是理由的一部分，请给整段理由加上引号。",
  "argument.stray-time":
    "理由开头的“{words}”只会被当成文字，不会执行。时间只写一次，数字后面紧跟单位，例如：30分钟、2小时、7天。如果它就是理由的一部分，请给整段理由加上引号。",
  "argument.stray-tail":
    "理由末尾的“{words}”只会被当成文字，不会执行。处理方式和时间请写在理由前面。如果它就是理由的一部分，请给整段理由加上引号。",
  "problem.under-appeal":
    "{item}正在申诉中，什么都没有改动。请由没有参与原决定的人处理：<cmd>decide</cmd> {name} 成立（维持原决定）或误报（撤销原决定），并写明理由。",
  "problem.closed":
    "{item}已经结案，什么都没有改动。社区所有者或负责人可以用 <cmd>reopen</cmd> {name} 重新打开。",
  "problem.answer-required":
    "{item}是提问或反馈，对方在等一句答复。请输入 <cmd>answer</cmd> {name} 和答复内容。如果不打算答复，请用 <cmd>decide</cmd> {name} 误报 加理由结束，理由只有团队看得到。",
  "problem.not-on-question":
    "{item}是写给团队的提问或反馈，不是频道里的消息，不能用“{action}”处理。什么都没有改动。",
  "decide.seen-too-many":
    "没有执行：{item}只有 {messages, number} 条消息，不可能看过 {seen, number} 条。",
  "decide.asked.closed":
    "案件 #{number} 已结束，没有答复。对方只会得知已处理完毕，您写的理由只有团队看得到。",
  "notice.asked.closed": "团队已看过您写的内容并作了了结，不再另行答复。",
  "notice.asked.title": "#{number} — 已处理完毕",
  "hold.default": "您没有写时间，所以按规则设置暂缓 {span}。",
  "hold.shorter": "比您写的 {asked} 短：S1 案件最多暂缓 {most}，之后会再次通知其他人。",
  "hold.noted": "“{text}”已作为备注保存，只有团队看得到。",
  "decide.instead": "达到 {points} 分，设置以此取代了所选的处理：{chosen}。",
  "decide.added": "有人的累计分数达到门槛，另外单独追加：{list}。",
  "decide.added-for": "{who}：{action}",
  "argument.appeal": "申诉序号",
  "accepts.appeal": "案件的第几个申诉，例如 appeal:2",
  "decide.which-appeal":
    "什么都没有改动：有多人对 #{number} 的决定提出了申诉。请写明处理哪一个，例如 <cmd>decide</cmd> #{number} 成立 appeal:2 加上理由。等待处理的有：",
  "decide.appeal-named": "appeal:{nth}，{who}：{text}",
  "decide.appeal-overturned-one":
    "申诉已决定：案件 #{number} 的决定只对申诉人撤销，对其他人仍然有效。",
  "decide.appeal-waits": "#{number} 还有其他人的申诉等待处理。",
  "reject.told": "会通知提议的 {who}。",
  "notice.rejected.title": "{case} — 您的提议被否决了",
  "notice.rejected.no-reason": "没有说明理由。",
};
