import type { decisions as en } from "../en/decisions.ts";

/** What Candor says of decisions, to those who decide and to authors, in traditional Chinese. ICU messages. */
export const decisions: Readonly<Record<keyof typeof en, string>> = {
  "author.community-rules": "本社群的規則",
  "argument.seen": "已看則數",
  "argument.proposal": "提議",
  "accepts.seen": "您看過這個案件的幾則訊息，如 seen:3",
  "accepts.proposal": "按鈕裡指明提議的字樣，如 p:1a2b3c4d",
  "problem.more-joined": "沒有執行：{item}現在有 {messages} 則訊息，您看到的是其中 {seen} 則。",
  "problem.more-joined.retype": "要對全部訊息作出決定，請加上 seen:{messages} 再輸入一次。",
  "problem.more-joined.propose":
    "這項提議沒有包括全部訊息。請加上 seen:{messages} 重新作出決定，新的提議會取代它。",
  "problem.own-report": "{item}裡有您的檢舉，要由別人來決定。",
  "problem.actions-clash": "「{one}」和「{other}」不能同時使用。沒有執行。",
  "problem.more-follows":
    "沒有執行：這段期間又記了分，加上{item}達到 {points} 分，會追加沒有人提議過的處理：{action}。請駁回這項提議，重新作出決定。",
  "problem.old-proposal":
    "這個按鈕對應的是{item}的另一項決定，不是現在等待確認的那一項。什麼都沒有變更。",
  "case.joined": "之後，{time}，{who}：{text}",
  "case.joined-more": "另有 {count} 種內容，全部保存在案件裡。",
  "case.seen": "要對全部 {messages} 則訊息作出決定，請在結論後面加上 seen:{messages}。",
  "case.action-added": "{action}（因累計達到 {points} 分而追加）",
  "confirm.of": "{who} 於 {time} 提議：{outcome}。理由：{reason}",
  "decide.shadow":
    "影子模式：決定已經記錄，不計分、不通知任何人，也不執行；只有您放行的內容會恢復顯示。",
  "decide.strikes-own": "依各人自己的訊息記分：{points}。",
  "decide.strikes-of": "{who} {points} 分",
  "rights.done.threshold": "這一項不是單獨針對這則訊息，而是因為您的累計分數達到了 {points} 分。",
  "case.points-fell":
    "請看案件 #{number}：其作者的部分記分已撤銷。「{action}」是達到 {threshold} 分時追加的，現在只剩 {points} 分。/undo #{number} 可以解除，之後再重新作出決定。",
};
