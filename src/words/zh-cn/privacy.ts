import type { privacy as en } from "../en/privacy.ts";

/** What Candor says, in Simplified Chinese: what is kept of somebody, and erasing it. ICU messages. */
export const privacy: Readonly<Record<keyof typeof en, string>> = {
  "privacy.title": "这里保存了您的哪些内容",
  "privacy.nothing": "这里没有保存您的任何内容。",
  "privacy.cases": "与您有关的案件：{count} 个。",
  "privacy.kept.messages": "记录在案的消息（含修改）：{count, number} 条",
  "privacy.kept.decisions": "与您有关的决定：{count, number} 个",
  "privacy.kept.statements": "发给您的处理结果与理由：{count, number} 份",
  "privacy.kept.reports": "您提交的举报：{count, number} 次",
  "privacy.kept.appeals": "您提出的申诉：{count, number} 次",
  "privacy.kept.notices": "发给您的通知：{count, number} 条",
  "privacy.kept.notes": "您写的或与您有关的备注：{count, number} 条",
  "privacy.kept.work": "您为团队处理案件的记录：{count, number} 条",
  "privacy.kept.duties": "提到您的值班和规范设置版本：{count, number} 处",
  "privacy.kept.events": "与您有关的日志：{count, number} 条",
  "privacy.strike": "记 {points} 分，到 {until} 失效。",
  "privacy.what":
    "保存的是您的 ID、计数，以及需要人查看的消息的脱敏文字：文字保存 {evidence} 天，其他消息的 ID 保存 {messages} 天。",
  "privacy.ask": "这会清除这里保存的文字、您的 ID 和计数，而且无法恢复。",
  "privacy.ask-reports":
    "您的举报会在提交后 90 天内保留次数和处理结果，不含姓名和文字，以免有人绕过举报限制。",
  "privacy.how": "如果确定，请发送：<cmd>privacy</cmd> erase {word}",
  "privacy.erased": "已经清除。日志里只记录有人被清除，不记录是谁。",
  "privacy.team":
    "您在这里任职，所以您作过的决定要留着署名。您离任后，所有者可以用“candor audit erase”清除。",
  "privacy.not-yet": "现在还不能清除，要等以下事项结束：",
  "privacy.wait.cases": "{count} 个与您有关、还在处理的案件",
  "privacy.wait.asked": "{count} 条您的提问或反馈还没有答复",
  "privacy.wait.reports": "{count} 次您的举报还没有决定",
  "privacy.wait.appeals": "{count} 次您的申诉还没有决定",
  "privacy.wait.decision": "一个还可以申诉或撤销的决定，到 {until} 为止",
  "privacy.wait.strikes": "还有效的记分，到 {until} 为止",
  "privacy.wait.posted": "您最后一条消息发出满一天（期间可能有人举报），到 {until} 为止",
  "privacy.wait.judged": "{count} 个您作过的决定正在申诉中",
  "privacy.wait.own-decision": "一个您作过、还可以申诉的决定，到 {until} 为止",
  "privacy.erased-reports":
    "清除之后，您此前的 {count} 次举报仍会计数：只留有时间和处理结果，以加密指纹识别，不含姓名和内容，到 {until} 为止。",
  "privacy.owner": "社区所有者可以提前清除，请向他们提出。",
};
