import type { decisions as en } from "../en/decisions.ts";

/** What Candor says to an author because of a decision, in traditional Chinese. ICU messages. */
export const decisions: Readonly<Record<keyof typeof en, string>> = {
  "author.word-title": "管理員有話對你說",
  "author.community-rules": "本社群的規則",
  "author.warned": "管理員對你提出警告。依據：{rule}。理由：{reason}",
  "author.asked-correction": "管理員請你更正你的訊息。依據：{rule}。說明：{text}",
};
