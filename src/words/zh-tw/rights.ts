import type { rights as en } from "../en/rights.ts";

/** What Candor says to members about their rights, in Traditional Chinese as written in Taiwan. ICU messages. */
export const rights: Readonly<Record<keyof typeof en, string>> = {
  "rights.statement.title": "#{number} — 處置結果與理由",
  "rights.done.hide": "你的訊息已被隱藏，等待人工檢視。",
  "rights.done.delete": "你的訊息已被刪除。",
  "rights.done.timeout": "你被禁言 {span}，至 {until} 為止。",
  "rights.done.kick": "你已被移出社群，可以重新加入。",
  "rights.done.ban": "你被封鎖 {span}，至 {until} 為止。",
  "rights.done.ban-ever": "你已被永久封鎖。",
  "rights.rule": "依據規則：{title}",
  "rights.citation": "規則來源：{citation}",
  "rights.words": "涉及的內容：「{excerpt}」",
  "rights.by.machine": "這是程式自動處理的，尚待人工決定。",
  "rights.by.person": "這是由人工作出的決定。",
  "rights.by.person-after-rule": "由程式提示，經人工檢視後作出決定。",
  "rights.by.person-after-report": "有成員檢舉，經人工檢視後作出決定。",
  "rights.appeal.until":
    "如有異議，請在 {until} 之前傳送 /appeal #{number} 並說明理由，將由另一位管理員重新決定。",
  "rights.appeal.before": "如想在人工決定之前作出說明，請傳送 /appeal #{number} 並寫下你的話。",

  "rights.revocation.title": "#{number} — 已撤銷",
  "rights.revocation.line": "以下處置不再有效：{what}。",
  "rights.revocation.count": "此事不計入你的違規紀錄。",
  "rights.revocation.kick": "你可以重新加入社群。",
  "rights.undone.hidden": "隱藏你的訊息",
  "rights.undone.removed": "刪除你的訊息",
  "rights.undone.suspended": "禁言",
  "rights.undone.excluded": "移出社群",

  "rights.appeal.title": "#{number} — 你的申訴已有結果",
  "rights.appeal.upheld": "另一位管理員已重新檢視，原決定維持不變。",
  "rights.appeal.overturned":
    "另一位管理員已重新檢視，認為你是對的。原決定已撤銷，不計入你的違規紀錄。",
  "rights.appeal.reason": "理由：{reason}",
  "rights.appeal.page": "{case} — 有申訴待決定",
  "rights.appeal.said": "作者提出異議：「{reason}」",
  "rights.appeal.due": "請在 {time} 之前決定。",
  "rights.appeal.how": "/decide #{number} uphold 維持原決定；dismiss 撤銷原決定。",

  "rights.answer.title": "你的檢舉已有結果",
  "rights.answer.upheld": "感謝你的檢舉。經人工檢視，該訊息確實違反規則。",
  "rights.answer.dismissed": "感謝你的檢舉。經人工檢視，未發現該訊息違反規則。",

  "rights.record.machine": "自動規則命中該訊息。在人工檢視之前，訊息已立即被隱藏。",
  "rights.record.rule": "自動規則命中該訊息。管理員檢視了該訊息及其前後內容後作出決定。",
  "rights.record.report": "有成員檢舉該訊息。管理員檢視了該訊息及其前後內容後作出決定。",
  "rights.record.review": "管理員自行發現，檢視相關言行後作出決定。",
  "rights.record.own-rule": "管理員認為其違反了本社群的規則。",

  "argument.number": "案件",
  "argument.message": "訊息",
  "accepts.message": "訊息的編號；回覆某則訊息時可省略",
  "help.report": "檢舉違反規則的訊息，請回覆該訊息使用",
  "help.appeal": "對涉及你的處置決定提出申訴",

  "report.taken": "謝謝。你的檢舉已交給管理員，處理後會告知你結果。",
  "report.taken-light":
    "謝謝，你的檢舉已記錄。由於你先前的多次檢舉與管理員的判斷不一致，這次將等待其他成員的意見。",
  "report.which": "要檢舉哪則訊息？請回覆該訊息，傳送 /report 並說明理由。",
  "report.unknown-message": "這裡沒有該訊息的紀錄，無法檢舉。",
  "report.own-message": "這是你自己的訊息，你可以自行刪除。",
  "report.already-reported": "你已檢舉過該訊息，謝謝。",
  "report.too-many": "你在一小時內已檢舉 {most} 次，請稍後再試。",
  "report.decided-upheld": "謝謝。近日已有人工檢視該訊息，確認其違反規則。",
  "report.decided-dismissed": "謝謝。近日已有人工檢視該訊息，未發現其違反規則。",

  "appeal.made": "你的申訴已交給管理員，將由另一位管理員在 {until} 之前決定。",
  "appeal.noted":
    "#{number} 尚未有人作出決定。你的說明已附在案件中，供決定者參考。如對決定有異議，屆時可再申訴。",
  "appeal.nothing": "#{number} 沒有涉及你的處置決定。",
  "appeal.too-late": "對 #{number} 的申訴期限已於 {until} 結束。",
  "appeal.already": "#{number} 已有申訴。每項決定只能申訴一次。",
  "appeal.said-enough": "你對 #{number} 的說明已附在案件中，請等待處置決定。",

  "decide.appeal-upheld": "申訴已決定：案件 #{number} 的原決定維持不變。",
  "decide.appeal-overturned": "申訴已決定：案件 #{number} 的原決定已撤銷。",
  "decide.appeal-told": "作者將收到結果和你寫的理由。",
  "decide.appeal-only": "決定申訴只需 uphold 或 dismiss 加上理由，不帶其他選項。",
  "case.report": "檢舉，{time}：{text}",
  "case.appeal": "申訴，{time}，須在 {until} 之前決定：{text}",
  "case.appeal-upheld": "申訴結果，{time}：維持原決定。理由：{reason}",
  "case.appeal-overturned": "申訴結果，{time}：撤銷原決定。理由：{reason}",
};
