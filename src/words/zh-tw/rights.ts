import type { rights as en } from "../en/rights.ts";

/** What Candor says to members about their rights, in Traditional Chinese as written in Taiwan. ICU messages. */
export const rights: Readonly<Record<keyof typeof en, string>> = {
  "rights.statement.title": "#{number} — 處置結果與理由",
  "rights.done.hide": "您的訊息已被隱藏，等待人工檢視。",
  "rights.done.delete": "您的訊息已被刪除。",
  "rights.done.delete-several": "您的 {count} 則訊息已被刪除。",
  "rights.done.restore": "您的訊息已恢復顯示。",
  "rights.done.stays-hidden": "您的訊息將繼續隱藏。",
  "rights.done.hide-for-good":
    "您的訊息在人工檢視之前已被刪除。此處刪除的訊息無法復原；如果最後認定沒有問題，您可以重新傳送。",
  "rights.done.restore-for-good":
    "您的訊息沒有問題。但它已被刪除，此處刪除的訊息無法復原，您可以重新傳送。",
  "rights.done.stays-removed": "您的訊息仍維持刪除狀態。",
  "rights.done.upheld": "管理員認定此事違反規則。",
  "rights.done.warn": "您已受到警告。",
  "rights.done.ask-correction": "管理員請您更正您的訊息：{text}",
  "rights.done.timeout": "您被禁言 {span}，至 {until} 為止。",
  "rights.done.kick": "您已被移出社群，可以重新加入。",
  "rights.done.ban": "您被停權 {span}，至 {until} 為止。",
  "rights.done.ban-ever": "您已被永久停權。",
  "rights.strike": "您被記 {points} 分，有效期限至 {until}。",
  "rights.rule": "依據規則：{title}",
  "rights.citation": "規則來源：{citation}",
  "rights.words": "涉及的內容：「{excerpt}」",
  "rights.facts.machine": "判斷依據：自動規則偵測到該訊息。",
  "rights.facts.rule": "判斷依據：自動規則偵測到該訊息，管理員檢視了該訊息及其前後內容。",
  "rights.facts.report": "判斷依據：有成員檢舉該訊息，管理員檢視了該訊息及其前後內容。",
  "rights.facts.review": "判斷依據：管理員自行發現，並檢視了相關言行。",
  "rights.facts.asked": "判斷依據：管理員檢視了您寫給團隊的內容。",
  "rights.by.machine": "這是程式自動處理的，尚待人工決定。",
  "rights.by.person": "這是由人工作出的決定。",
  "rights.reason": "管理員的理由：{reason}",
  "rights.appeal.until":
    "如有異議，請在 {until} 之前傳送 <cmd>appeal</cmd> #{number} 並說明理由，將由另一位管理員重新決定。",
  "rights.appeal.before":
    "如想在人工決定之前作出說明，請傳送 <cmd>appeal</cmd> #{number} 並寫下您的話。",
  "rights.redress-eu":
    "法律賦予您相應權利者，您也可以依歐盟《數位服務法》第 21 條向庭外爭議解決機構提出，或向法院提起訴訟。",
  "rights.redress-court": "法律賦予您相應權利者，您也可以向法院提起訴訟。",
  "rights.redress":
    "如果法律賦予您這項權利，您也可以向訴訟外爭議解決機構（在歐盟，依《數位服務法》第 21 條）或法院尋求救濟。",

  "rights.revocation.title": "#{number} — 已撤銷",
  "rights.revocation.line": "以下處置不再有效：{what}。",
  "rights.revocation.count": "此事不計入您的違規紀錄。",
  "rights.revocation.kick": "您可以重新加入社群。",
  "rights.revocation.hidden": "您的訊息已重新隱藏，等待決定。",
  "rights.revocation.for-good": "您的訊息已被刪除，此處刪除的訊息無法復原，您可以重新傳送。",
  "rights.revocation.undecided-for-good":
    "您的訊息已被刪除，此處刪除的訊息無法復原。此事將重新決定。",
  "rights.undone.hidden": "隱藏您的訊息",
  "rights.undone.removed": "刪除您的訊息",
  "rights.undone.suspended": "禁言",
  "rights.undone.excluded": "移出社群",
  "rights.undone.banned": "停權",
  "rights.undone.decision": "對您作出的處置決定",

  "rights.appeal.title": "#{number} — 您的申訴已有結果",
  "rights.appeal.upheld": "另一位管理員已重新檢視，原決定維持不變。",
  "rights.appeal.overturned":
    "另一位管理員已重新檢視，認為您是對的。原決定已撤銷，不計入您的違規紀錄。",
  "rights.appeal.reason": "理由：{reason}",
  "rights.appeal.page": "{case} — 有申訴待決定",
  "rights.appeal.said": "作者提出異議：「{reason}」",
  "rights.appeal.due": "請在 {time} 之前決定。",
  "rights.appeal.how": "<cmd>decide</cmd> #{number} uphold 維持原決定；dismiss 撤銷原決定。",
  "rights.appeal.how-named":
    "<cmd>decide</cmd> #{number} uphold appeal:{nth} 維持原決定；dismiss 為申訴人撤銷原決定。",
  "rights.appeal.several": "有 {count, number} 份申訴待決定，最先到期的是 appeal:{nth}：",
  "rights.appeal.also": "另有 appeal:{nth}，請在 {time} 之前決定：「{text}」",
  "rights.appeal.owner":
    "其他管理員都參與過原決定，或檢舉過該作者的內容，因此由擁有者決定此申訴（即使擁有者本人也曾參與），日誌會如實記錄。",
  "rights.appeal.nobody":
    "目前沒有人可以決定此申訴：所有管理員都參與過原決定、檢舉過該作者的內容，或在本案中發過訊息，也沒有可以代為決定的擁有者。請讓其他人加入管理。",
  "status.undecidable":
    "沒有人可以決定對 #{number} 的申訴：所有管理員都與此案有關，也沒有可以代為決定的擁有者。請讓其他人加入管理。",
  "rights.reopened.title": "#{number} — 重新檢視",
  "rights.reopened.line":
    "您的申訴先前已獲支持。現在有人重新開啟了這個案件；如果作出涉及您的決定，會告知您。",

  "rights.answer.title": "#{number} — 您的檢舉已有結果",
  "rights.answer.yours": "您的檢舉：「{quote}」",
  "rights.answer.upheld": "感謝您的檢舉。經人工檢視，該訊息確實違反規則。",
  "rights.answer.dismissed": "感謝您的檢舉。經人工檢視，未發現該訊息違反規則。",
  "rights.answer.closed-title": "您的一項檢舉已結束",
  "rights.answer.closed":
    "您檢舉的內容已不再保存，無法再由人工檢視，因此沒有作出決定。感謝您的檢舉。",
  "rights.answer.instead": "先前告知您的結果不再有效，以這次為準。",

  "rights.record.machine": "自動規則命中該訊息。在人工檢視之前，訊息已立即被隱藏。",
  "rights.record.rule": "自動規則命中該訊息。管理員檢視了該訊息及其前後內容後作出決定。",
  "rights.record.report": "有成員檢舉該訊息。管理員檢視了該訊息及其前後內容後作出決定。",
  "rights.record.review": "管理員自行發現，檢視相關言行後作出決定。",
  "rights.record.own-rule": "管理員認為其違反了本社群的規則。",

  "argument.number": "案件",
  "argument.message": "訊息",
  "accepts.message": "訊息的編號；回覆某則訊息時可省略",
  "help.report": "檢舉違反規則的訊息，請回覆該訊息使用",
  "help.appeal": "對涉及您的處置決定提出申訴",

  "report.taken": "謝謝。您的檢舉已交給管理員，處理後會告知您結果。",
  "report.taken-waits":
    "謝謝，您的檢舉已記錄。如果有其他成員也檢舉該訊息，就會交給管理員處理，屆時會告知您結果。",
  "report.taken-light":
    "謝謝，您的檢舉已記錄。由於您先前的多次檢舉與管理員的判斷不一致，這次將等待其他成員的意見。",
  "report.which-menu":
    "請說明是哪則訊息：開啟該訊息的選單（按右鍵或長按），在「應用程式」中選擇「{menu}」；也可以提供訊息連結。",
  "report.which": "要檢舉哪則訊息？請回覆該訊息，傳送 <cmd>report</cmd> 並說明理由。",
  "report.unknown-message": "這裡沒有該訊息的紀錄，無法檢舉。",
  "report.own-message": "這是您自己的訊息，您可以自行刪除。",
  "report.erased-author":
    "發這則訊息的人已清除個人資料，這裡沒有內容可供判斷。如果訊息違規，請聯絡版主刪除。",
  "report.already-reported": "您已檢舉過該訊息，謝謝。",
  "report.too-many": "您在一小時內已檢舉 {most} 次，請稍後再試。",
  "report.decided-upheld": "謝謝。近日已有人工檢視該訊息，確認其違反規則。",
  "report.decided-dismissed": "謝謝。近日已有人工檢視該訊息，未發現其違反規則。",

  "appeal.made": "您的申訴已交給管理員，將由另一位管理員在 {until} 之前決定。",
  "appeal.noted":
    "#{number} 尚未有人作出決定。您的說明已附在案件中，供決定者參考。如對決定有異議，屆時可再申訴。",
  "appeal.nothing": "#{number} 沒有涉及您的處置決定。",
  "appeal.too-late": "對 #{number} 的申訴期限已於 {until} 結束。",
  "appeal.already": "您已對 #{number} 提出過申訴。每項決定只能申訴一次。",
  "appeal.said-enough": "您對 #{number} 的說明已附在案件中，請等待處置決定。",

  "decide.appeal-upheld": "申訴已決定：案件 #{number} 的原決定維持不變。",
  "decide.appeal-overturned": "申訴已決定：案件 #{number} 的原決定已撤銷。",
  "decide.appeal-told": "作者將收到結果和您寫的理由。",
  "decide.appeal-left-to-owner":
    "沒有其他人可以決定：所有管理員都與此案有關。日誌會記錄是由擁有者決定的。",
  "decide.appeal-only": "決定申訴只需 uphold 或 dismiss 加上理由，不帶其他選項。",
  "case.report": "檢舉，{time}：{text}",
  "case.appeal": "申訴，{time}，須在 {until} 之前決定：{text}",
  "case.appeal-upheld": "申訴結果，{time}：維持原決定。理由：{reason}",
  "case.appeal-overturned": "申訴結果，{time}：撤銷原決定。理由：{reason}",

  "button.appeal": "對 #{number} 提出申訴…",
  "button.feedback": "告訴我們您的感受…",
  "argument.about": "關於",
  "accepts.about": "相關的案件，例如 about:#142",
  "ask.about": "關於 #{number}：{text}",
};
