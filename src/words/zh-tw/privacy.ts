import type { privacy as en } from "../en/privacy.ts";

/** What Candor says, in Traditional Chinese as written in Taiwan: what is kept of somebody, and erasing it. ICU messages. */
export const privacy: Readonly<Record<keyof typeof en, string>> = {
  "privacy.title": "這裡保存了您的哪些內容",
  "privacy.nothing": "這裡沒有保存您的任何內容。",
  "privacy.cases": "與您有關的案件：{count} 個。",
  "privacy.kept.messages": "留有紀錄的訊息（含修改）：{count, number} 則",
  "privacy.kept.decisions": "與您有關的決定：{count, number} 個",
  "privacy.kept.statements": "傳給您的處置結果與理由：{count, number} 份",
  "privacy.kept.reports": "您提出的檢舉：{count, number} 次",
  "privacy.kept.appeals": "您提出的申訴：{count, number} 次",
  "privacy.kept.notices": "傳給您的通知：{count, number} 則",
  "privacy.kept.notes": "您寫的或與您有關的備註：{count, number} 則",
  "privacy.kept.work": "您為團隊處理案件的紀錄：{count, number} 筆",
  "privacy.kept.duties": "提到您的值班和規範設定版本：{count, number} 處",
  "privacy.kept.events": "與您有關的日誌：{count, number} 筆",
  "privacy.strike": "記 {points} 分，到 {until} 失效。",
  "privacy.what":
    "保存的是您的 ID、計數，以及需要人查看的訊息的已遮蔽個資的文字：文字保存 {evidence} 天，其他訊息的 ID 保存 {messages} 天。",
  "privacy.ask": "這會清除這裡保存的文字、您的 ID 和計數，而且無法恢復。",
  "privacy.ask-reports":
    "您的檢舉會在提出後 90 天內保留次數和處理結果，不含姓名和文字，以免有人規避檢舉限制。",
  "privacy.how": "如果確定，請輸入：<cmd>privacy</cmd> erase {word}",
  "privacy.erased": "已經清除。紀錄裡只記錄有人被清除，不記錄是誰。",
  "privacy.team":
    "您在這裡任職，所以您作過的決定要留著署名。您離任後，擁有者可以用「candor audit erase」清除。",
  "privacy.not-yet": "現在還不能清除，要等以下事項結束：",
  "privacy.wait.cases": "{count} 個與您有關、還在處理的案件",
  "privacy.wait.asked": "{count} 則您的提問或意見回饋還沒有答覆",
  "privacy.wait.reports": "{count} 次您的檢舉還沒有決定",
  "privacy.wait.appeals": "{count} 次您的申訴還沒有決定",
  "privacy.wait.decision": "一個還可以申訴或撤銷的決定，到 {until} 為止",
  "privacy.wait.strikes": "還有效的記分，到 {until} 為止",
  "privacy.wait.posted": "您最後一則訊息發出滿一天（期間可能有人檢舉），到 {until} 為止",
  "privacy.wait.judged": "{count} 個您作過的決定正在申訴中",
  "privacy.wait.own-decision": "一個您作過、還可以申訴的決定，到 {until} 為止",
  "privacy.erased-reports":
    "清除之後，您先前的 {count} 次檢舉仍會計數：只留有時間和處理結果，以加密指紋識別，不含姓名和內容，到 {until} 為止。",
  "privacy.owner": "社群擁有者可以提前清除，請向他們提出。",
};
