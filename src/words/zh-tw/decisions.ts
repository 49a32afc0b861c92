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
  "case.joined-more": "還有 {count} 種內容沒有在這裡完整顯示。繼續查看：{command}",
  "case.joined-none": "案件的前 {seen} 則訊息之後沒有新的內容。",
  "button.joined-more": "繼續查看",
  "argument.part": "部分",
  "accepts.part": "長內容的第幾部分，例如 part:2",
  "case.seen": "要對全部 {messages} 則訊息作出決定，請在結論後面加上 seen:{messages}。",
  "case.action-added": "{action}（因累計達到 {points} 分而追加）",
  "case.would-add": "如果認定成立，將記 {points} 分，並依設定追加：{added}。",
  "case.would-add-second": "這要等有相應權限的第二位管理員確認。",
  "confirm.of": "{who} 於 {time} 提議：{outcome}。理由：{reason}",
  "decide.shadow":
    "影子模式：決定已經記錄，不計分、不通知任何人，也不執行；只有您放行的內容會恢復顯示。",
  "decide.strikes-own": "依各人自己的訊息記分：{points}。",
  "decide.strikes-of": "{who} {points} 分",
  "rights.done.threshold": "這一項不是單獨針對這則訊息，而是因為您的累計分數達到了 {points} 分。",
  "case.points-fell":
    "請看案件 #{number}：其作者的部分記分已撤銷。「{action}」是達到 {threshold} 分時追加的，現在只剩 {points} 分。<cmd>undo</cmd> #{number} 可以解除，之後再重新作出決定。",
  "case.points-fell-of":
    "請看案件 #{number}：該案共有 {people, number} 位作者，其中 {who} 的部分記分已撤銷。對其「{action}」是達到 {threshold} 分時追加的，現在只剩 {points} 分。如果 {who} 提出申訴，<cmd>decide</cmd> #{number} dismiss 可以只為其一人解除；<cmd>undo</cmd> #{number} 會為全部 {people, number} 人撤銷整個決定，之後再重新作出決定。",
  "argument.stray-action":
    "理由開頭的「{words}」只會被當成文字，不會執行。多項處理請寫在一起、用頓號或逗號隔開，時間寫在後面，例如：刪除、停權 7天。如果它就是理由的一部分，請為整段理由加上引號。",
  "argument.stray-time":
    "理由開頭的「{words}」只會被當成文字，不會執行。時間只寫一次，數字後面緊接單位，例如：30分鐘、2小時、7天。如果它就是理由的一部分，請為整段理由加上引號。",
  "argument.stray-tail":
    "理由末尾的「{words}」只會被當成文字，不會執行。處理方式和時間請寫在理由前面。如果它就是理由的一部分，請為整段理由加上引號。",
  "problem.under-appeal":
    "{item}正在申訴中，什麼都沒有改動。請由沒有參與原決定的人處理：<cmd>decide</cmd> {name} 成立（維持原決定）或誤報（撤銷原決定），並寫明理由。",
  "problem.closed":
    "{item}已經結案，什麼都沒有改動。社群擁有者或負責人可以用 <cmd>reopen</cmd> {name} 重新開啟。",
  "problem.answer-required":
    "{item}是提問或意見回饋，對方在等一句答覆。請輸入 <cmd>answer</cmd> {name} 和答覆內容。如果不打算答覆，請用 <cmd>decide</cmd> {name} 誤報 加理由結束，理由只有團隊看得到。",
  "problem.not-on-question":
    "{item}是寫給團隊的提問或意見回饋，不是頻道裡的訊息，不能用「{action}」處理。什麼都沒有改動。",
  "decide.seen-too-many":
    "沒有執行：{item}只有 {messages, number} 則訊息，不可能看過 {seen, number} 則。",
  "decide.asked.closed":
    "案件 #{number} 已結束，沒有答覆。對方只會得知已處理完畢，您寫的理由只有團隊看得到。",
  "notice.asked.closed": "團隊已看過您寫的內容並結案，不再另行答覆。",
  "notice.asked.title": "#{number} — 已處理完畢",
  "hold.default": "您沒有寫時間，所以依設定暫緩 {span}。",
  "hold.shorter": "比您寫的 {asked} 短：S1 案件最多暫緩 {most}，之後會再次通知其他人。",
  "hold.noted": "「{text}」已存為備註，只有團隊看得到。",
  "decide.instead": "達到 {points} 分，設定以此取代了所選的處理：{chosen}。",
  "decide.added": "有人的累計分數達到門檻，另外單獨追加：{list}。",
  "decide.added-for": "{who}：{action}",
  "argument.appeal": "申訴序號",
  "accepts.appeal": "案件的第幾個申訴，例如 appeal:2",
  "decide.which-appeal":
    "什麼都沒有改動：有多人對 #{number} 的決定提出了申訴。請寫明處理哪一個，例如 <cmd>decide</cmd> #{number} 成立 appeal:2 加上理由。等待處理的有：",
  "decide.appeal-named": "appeal:{nth}，{who}：{text}",
  "decide.appeal-overturned-one":
    "申訴已決定：案件 #{number} 的決定只對申訴人撤銷，對其他人仍然有效。",
  "decide.appeal-waits": "#{number} 還有其他人的申訴等待處理。",
  "reject.told": "會通知提議的 {who}。",
  "notice.rejected.title": "{case} — 您的提議被否決了",
  "notice.rejected.no-reason": "沒有說明理由。",
};
