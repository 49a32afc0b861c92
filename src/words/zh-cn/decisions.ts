import type { decisions as en } from "../en/decisions.ts";

/** What Candor says to an author because of a decision, in simplified Chinese. ICU messages. */
export const decisions: Readonly<Record<keyof typeof en, string>> = {
  "author.word-title": "管理员有话对你说",
  "author.community-rules": "本社区的规则",
  "author.warned": "管理员对你提出警告。依据：{rule}。理由：{reason}",
  "author.asked-correction": "管理员请你更正你的消息。依据：{rule}。说明：{text}",
};
