import type { decisions as en } from "../en/decisions.ts";

/** What Candor says to an author because of a decision, in traditional Chinese. ICU messages. */
export const decisions: Readonly<Record<keyof typeof en, string>> = {
  "author.community-rules": "本社群的規則",
  "author.answer.question": "您的提問有了答覆：{answer}",
  "author.answer.feedback": "謝謝您的意見回饋。團隊答覆：{answer}",
};
