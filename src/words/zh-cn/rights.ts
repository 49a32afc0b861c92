import type { rights as en } from "../en/rights.ts";

/** What Candor says to members about their rights, in Simplified Chinese. ICU messages. */
export const rights: Readonly<Record<keyof typeof en, string>> = {
  "rights.statement.title": "#{number} — 处理结果与理由",
  "rights.done.hide": "您的消息已被隐藏，等待人工查看。",
  "rights.done.delete": "您的消息已被删除。",
  "rights.done.delete-several": "您的 {count} 条消息已被删除。",
  "rights.done.restore": "您的消息已恢复显示。",
  "rights.done.stays-hidden": "您的消息将继续隐藏。",
  "rights.done.hide-for-good":
    "您的消息在人工查看之前已被删除。此处删除的消息无法恢复；如果最终认定没有问题，您可以重新发送。",
  "rights.done.restore-for-good":
    "您的消息没有问题。但它已被删除，此处删除的消息无法恢复，您可以重新发送。",
  "rights.done.stays-removed": "您的消息仍保持删除状态。",
  "rights.done.upheld": "管理员认定此事违反规则。",
  "rights.done.warn": "您已受到警告。",
  "rights.done.ask-correction": "管理员请您更正您的消息：{text}",
  "rights.done.timeout": "您被禁言 {span}，至 {until} 为止。",
  "rights.done.kick": "您已被移出社区，可以重新加入。",
  "rights.done.ban": "您被封禁 {span}，至 {until} 为止。",
  "rights.done.ban-ever": "您已被永久封禁。",
  "rights.strike": "您被记 {points} 分，有效期至 {until}。",
  "rights.rule": "依据规则：{title}",
  "rights.citation": "规则来源：{citation}",
  "rights.words": "涉及的内容：“{excerpt}”",
  "rights.facts.machine": "判断依据：自动规则命中该消息。",
  "rights.facts.rule": "判断依据：自动规则命中该消息，管理员查看了该消息及其前后内容。",
  "rights.facts.report": "判断依据：有成员举报该消息，管理员查看了该消息及其前后内容。",
  "rights.facts.review": "判断依据：管理员自行发现，并查看了相关言行。",
  "rights.facts.asked": "判断依据：管理员查看了您写给团队的内容。",
  "rights.by.machine": "这是程序自动处理的，尚待人工决定。",
  "rights.by.person": "这是由人工作出的决定。",
  "rights.reason": "管理员的理由：{reason}",
  "rights.appeal.until":
    "如有异议，请在 {until} 之前发送 <cmd>appeal</cmd> #{number} 并说明理由，将由另一位管理员重新决定。",
  "rights.appeal.before":
    "如想在人工决定之前作出说明，请发送 <cmd>appeal</cmd> #{number} 并写下您的话。",
  "rights.redress-eu":
    "法律赋予您相应权利的，您也可以依据欧盟《数字服务法》第 21 条向庭外争议解决机构提出，或向法院起诉。",
  "rights.redress-court": "法律赋予您相应权利的，您也可以向法院起诉。",
  "rights.redress":
    "如果法律赋予您这项权利，您还可以向庭外争议解决机构（在欧盟，依据《数字服务法》第 21 条）或法院寻求救济。",

  "rights.revocation.title": "#{number} — 已撤销",
  "rights.revocation.line": "以下处理不再有效：{what}。",
  "rights.revocation.count": "此事不计入您的违规记录。",
  "rights.revocation.kick": "您可以重新加入社区。",
  "rights.revocation.hidden": "您的消息已重新隐藏，等待决定。",
  "rights.revocation.for-good": "您的消息已被删除，此处删除的消息无法恢复，您可以重新发送。",
  "rights.revocation.undecided-for-good":
    "您的消息已被删除，此处删除的消息无法恢复。此事将重新决定。",
  "rights.undone.hidden": "隐藏您的消息",
  "rights.undone.removed": "删除您的消息",
  "rights.undone.suspended": "禁言",
  "rights.undone.excluded": "移出社区",
  "rights.undone.banned": "封禁",
  "rights.undone.decision": "对您作出的处理决定",

  "rights.appeal.title": "#{number} — 您的申诉已有结果",
  "rights.appeal.upheld": "另一位管理员已重新查看，原决定维持不变。",
  "rights.appeal.overturned":
    "另一位管理员已重新查看，认为您是对的。原决定已撤销，不计入您的违规记录。",
  "rights.appeal.reason": "理由：{reason}",
  "rights.appeal.page": "{case} — 有申诉待决定",
  "rights.appeal.said": "作者提出异议：“{reason}”",
  "rights.appeal.due": "请在 {time} 之前决定。",
  "rights.appeal.how": "<cmd>decide</cmd> #{number} uphold 维持原决定；dismiss 撤销原决定。",
  "rights.appeal.how-named":
    "<cmd>decide</cmd> #{number} uphold appeal:{nth} 维持原决定；dismiss 为申诉人撤销原决定。",
  "rights.appeal.several": "有 {count, number} 份申诉待决定，最先到期的是 appeal:{nth}：",
  "rights.appeal.also": "另有 appeal:{nth}，请在 {time} 之前决定：“{text}”",
  "rights.appeal.owner":
    "其他管理员都参与过原决定，或举报过该作者的内容，因此由所有者决定此申诉（即使所有者本人也曾参与），日志会如实记录。",
  "rights.appeal.nobody":
    "目前没有人可以决定此申诉：所有管理员都参与过原决定、举报过该作者的内容，或在本案中发过消息，也没有可以代为决定的所有者。请让其他人加入管理。",
  "status.undecidable":
    "没有人可以决定对 #{number} 的申诉：所有管理员都与此案有关，也没有可以代为决定的所有者。请让其他人加入管理。",
  "rights.reopened.title": "#{number} — 重新查看",
  "rights.reopened.line":
    "您的申诉此前已获支持。现在有人重新打开了这个案件；如果作出涉及您的决定，会告知您。",

  "rights.answer.title": "#{number} — 您的举报已有结果",
  "rights.answer.yours": "您的举报：“{quote}”",
  "rights.answer.upheld": "感谢您的举报。经人工查看，该消息确实违反规则。",
  "rights.answer.dismissed": "感谢您的举报。经人工查看，未发现该消息违反规则。",
  "rights.answer.closed-title": "您的一项举报已结束",
  "rights.answer.closed":
    "您举报的内容已不再保存，无法再由人工查看，因此没有作出决定。感谢您的举报。",
  "rights.answer.instead": "此前告知您的结果不再有效，以这次为准。",

  "rights.record.machine": "自动规则命中该消息。在人工查看之前，消息已立即被隐藏。",
  "rights.record.rule": "自动规则命中该消息。管理员查看了该消息及其前后内容后作出决定。",
  "rights.record.report": "有成员举报该消息。管理员查看了该消息及其前后内容后作出决定。",
  "rights.record.review": "管理员自行发现，查看相关言行后作出决定。",
  "rights.record.own-rule": "管理员认为其违反了本社区的规则。",

  "argument.number": "案件",
  "argument.message": "消息",
  "accepts.message": "消息的编号；回复某条消息时可省略",
  "help.report": "举报违反规则的消息，请回复该消息使用",
  "help.appeal": "对涉及您的处理决定提出申诉",

  "report.taken": "谢谢。您的举报已交给管理员，处理后会告知您结果。",
  "report.taken-waits":
    "谢谢，您的举报已记录。如果有其他成员也举报该消息，就会交给管理员处理，届时会告知您结果。",
  "report.taken-light":
    "谢谢，您的举报已记录。由于您此前的多次举报与管理员的判断不一致，本次将等待其他成员的意见。",
  "report.which-menu":
    "请说明是哪条消息：打开该消息的菜单（右键点击或长按），在“APP”中选择“{menu}”；也可以给出消息链接。",
  "report.which": "要举报哪条消息？请回复该消息，发送 <cmd>report</cmd> 并说明理由。",
  "report.unknown-message": "这里没有该消息的记录，无法举报。",
  "report.own-message": "这是您自己的消息，您可以自行删除。",
  "report.erased-author":
    "发这条消息的人已清除个人数据，这里没有内容可供判断。如果消息违规，请联系版主删除。",
  "report.already-reported": "您已举报过该消息，谢谢。",
  "report.too-many": "您在一小时内已举报 {most} 次，请稍后再试。",
  "report.decided-upheld": "谢谢。近日已有人工查看该消息，确认其违反规则。",
  "report.decided-dismissed": "谢谢。近日已有人工查看该消息，未发现其违反规则。",

  "appeal.made": "您的申诉已交给管理员，将由另一位管理员在 {until} 之前决定。",
  "appeal.noted":
    "#{number} 尚未有人作出决定。您的说明已附在案件中，供决定者参考。如对决定有异议，届时可再申诉。",
  "appeal.nothing": "#{number} 没有涉及您的处理决定。",
  "appeal.too-late": "对 #{number} 的申诉期限已于 {until} 结束。",
  "appeal.already": "您已对 #{number} 提出过申诉。每项决定只能申诉一次。",
  "appeal.said-enough": "您对 #{number} 的说明已附在案件中，请等待处理决定。",

  "decide.appeal-upheld": "申诉已决定：案件 #{number} 的原决定维持不变。",
  "decide.appeal-overturned": "申诉已决定：案件 #{number} 的原决定已撤销。",
  "decide.appeal-told": "作者将收到结果和您写的理由。",
  "decide.appeal-left-to-owner":
    "没有其他人可以决定：所有管理员都与此案有关。日志会记录是由所有者决定的。",
  "decide.appeal-only": "决定申诉只需 uphold 或 dismiss 加上理由，不带其他选项。",
  "case.report": "举报，{time}：{text}",
  "case.appeal": "申诉，{time}，须在 {until} 之前决定：{text}",
  "case.appeal-upheld": "申诉结果，{time}：维持原决定。理由：{reason}",
  "case.appeal-overturned": "申诉结果，{time}：撤销原决定。理由：{reason}",

  "button.appeal": "对 #{number} 提出申诉…",
  "button.feedback": "告诉我们您的感受…",
  "argument.about": "关于",
  "accepts.about": "相关的案件，例如 about:#142",
  "ask.about": "关于 #{number}：{text}",
};
