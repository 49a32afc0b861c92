/** What Candor says to an author because of a decision, in English. ICU messages. */
export const decisions = {
  "author.community-rules": "the rules of this community",
  "author.answer.question": "You asked the team something. The answer: {answer}",
  "author.answer.feedback": "Thank you for your feedback. The team says: {answer}",
} as const;
