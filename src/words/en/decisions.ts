/** What Candor says to an author because of a decision, in English. ICU messages. */
export const decisions = {
  "author.word-title": "A word from the moderators",
  "author.community-rules": "the rules of this community",
  "author.warned": "A moderator has warned you. Rule: {rule}. Reason: {reason}",
  "author.asked-correction":
    "A moderator asks you to correct your message. Rule: {rule}. They wrote: {text}",
} as const;
