import type { rights as en } from "../en/rights.ts";

/** What Candor says to members about their rights, in Simplified Chinese. ICU messages. */
export const rights: Readonly<Record<keyof typeof en, string>> = {
  "rights.statement.title": "#{number} — 处理结果与理由",
  "rights.done.hide": "你的消息已被隐藏，等待人工查看。",
  "rights.done.delete": "你的消息已被删除。",
  "rights.done.timeout": "你被禁言 {span}，至 {until} 为止。",
  "rights.done.kick": "你已被移出社区，可以重新加入。",
  "rights.done.ban": "你被封禁 {span}，至 {until} 为止。",
  "rights.done.ban-ever": "你已被永久封禁。",
  "rights.rule": "依据规则：{title}",
  "rights.citation": "规则来源：{citation}",
  "rights.words": "涉及的内容：“{excerpt}”",
  "rights.by.machine": "这是程序自动处理的，尚待人工决定。",
  "rights.by.person": "这是由人工作出的决定。",
  "rights.by.person-after-rule": "由程序提示，经人工查看后作出决定。",
  "rights.by.person-after-report": "有成员举报，经人工查看后作出决定。",
  "rights.appeal.until":
    "如有异议，请在 {until} 之前发送 /appeal #{number} 并说明理由，将由另一位管理员重新决定。",
  "rights.appeal.before": "如想在人工决定之前作出说明，请发送 /appeal #{number} 并写下你的话。",

  "rights.revocation.title": "#{number} — 已撤销",
  "rights.revocation.line": "以下处理不再有效：{what}。",
  "rights.revocation.count": "此事不计入你的违规记录。",
  "rights.revocation.kick": "你可以重新加入社区。",
  "rights.undone.hidden": "隐藏你的消息",
  "rights.undone.removed": "删除你的消息",
  "rights.undone.suspended": "禁言",
  "rights.undone.excluded": "移出社区",

  "rights.appeal.title": "#{number} — 你的申诉已有结果",
  "rights.appeal.upheld": "另一位管理员已重新查看，原决定维持不变。",
  "rights.appeal.overturned":
    "另一位管理员已重新查看，认为你是对的。原决定已撤销，不计入你的违规记录。",
  "rights.appeal.reason": "理由：{reason}",
  "rights.appeal.page": "{case} — 有申诉待决定",
  "rights.appeal.said": "作者提出异议：“{reason}”",
  "rights.appeal.due": "请在 {time} 之前决定。",
  "rights.appeal.how": "/decide #{number} uphold 维持原决定；dismiss 撤销原决定。",

  "rights.answer.title": "你的举报已有结果",
  "rights.answer.upheld": "感谢你的举报。经人工查看，该消息确实违反规则。",
  "rights.answer.dismissed": "感谢你的举报。经人工查看，未发现该消息违反规则。",

  "rights.record.machine": "自动规则命中该消息。在人工查看之前，消息已立即被隐藏。",
  "rights.record.rule": "自动规则命中该消息。管理员查看了该消息及其前后内容后作出决定。",
  "rights.record.report": "有成员举报该消息。管理员查看了该消息及其前后内容后作出决定。",
  "rights.record.review": "管理员自行发现，查看相关言行后作出决定。",
  "rights.record.own-rule": "管理员认为其违反了本社区的规则。",

  "argument.number": "案件",
  "argument.message": "消息",
  "accepts.message": "消息的编号；回复某条消息时可省略",
  "help.report": "举报违反规则的消息，请回复该消息使用",
  "help.appeal": "对涉及你的处理决定提出申诉",

  "report.taken": "谢谢。你的举报已交给管理员，处理后会告知你结果。",
  "report.taken-light":
    "谢谢，你的举报已记录。由于你此前的多次举报与管理员的判断不一致，本次将等待其他成员的意见。",
  "report.which": "要举报哪条消息？请回复该消息，发送 /report 并说明理由。",
  "report.unknown-message": "这里没有该消息的记录，无法举报。",
  "report.own-message": "这是你自己的消息，你可以自行删除。",
  "report.already-reported": "你已举报过该消息，谢谢。",
  "report.too-many": "你在一小时内已举报 {most} 次，请稍后再试。",
  "report.decided-upheld": "谢谢。近日已有人工查看该消息，确认其违反规则。",
  "report.decided-dismissed": "谢谢。近日已有人工查看该消息，未发现其违反规则。",

  "appeal.made": "你的申诉已交给管理员，将由另一位管理员在 {until} 之前决定。",
  "appeal.noted":
    "#{number} 尚未有人作出决定。你的说明已附在案件中，供决定者参考。如对决定有异议，届时可再申诉。",
  "appeal.nothing": "#{number} 没有涉及你的处理决定。",
  "appeal.too-late": "对 #{number} 的申诉期限已于 {until} 结束。",
  "appeal.already": "#{number} 已有申诉。每项决定只能申诉一次。",
  "appeal.said-enough": "你对 #{number} 的说明已附在案件中，请等待处理决定。",

  "decide.appeal-upheld": "申诉已决定：案件 #{number} 的原决定维持不变。",
  "decide.appeal-overturned": "申诉已决定：案件 #{number} 的原决定已撤销。",
  "decide.appeal-told": "作者将收到结果和你写的理由。",
  "decide.appeal-only": "决定申诉只需 uphold 或 dismiss 加上理由，不带其他选项。",
  "case.report": "举报，{time}：{text}",
  "case.appeal": "申诉，{time}，须在 {until} 之前决定：{text}",
  "case.appeal-upheld": "申诉结果，{time}：维持原决定。理由：{reason}",
  "case.appeal-overturned": "申诉结果，{time}：撤销原决定。理由：{reason}",
};
