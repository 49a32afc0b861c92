import type { decisions as en } from "../en/decisions.ts";

/** What Candor says to an author because of a decision, in simplified Chinese. ICU messages. */
export const decisions: Readonly<Record<keyof typeof en, string>> = {
  "author.community-rules": "本社区的规则",
  "author.answer.question": "您的提问有了答复：{answer}",
  "author.answer.feedback": "谢谢您的反馈。团队答复：{answer}",
};
