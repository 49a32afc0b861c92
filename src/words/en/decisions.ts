/** What Candor says of decisions, to those who decide and to authors, in English. ICU messages. */
export const decisions = {
  "author.community-rules": "the rules of this community",
  "argument.seen": "SEEN",
  "argument.proposal": "PROPOSAL",
  "accepts.seen": "how many messages of the case you have seen, such as seen:3",
  "accepts.proposal": "how a button names a proposal, such as p:1a2b3c4d",
  "problem.more-joined":
    "Nothing was done: {item} has {messages, plural, one {# message} other {# messages}} by now, and you have been shown {seen}.",
  "problem.more-joined.retype":
    "To decide about all of them, give the command again with seen:{messages}.",
  "problem.more-joined.propose":
    "The proposal is about fewer. Decide anew with seen:{messages}: that takes its place.",
  "problem.own-report": "You reported something in {item}, so somebody else decides about it.",
  "problem.actions-clash": "{one} and {other} do not go together. Nothing was done.",
  "problem.more-follows":
    "Nothing was done: points were counted since, and with {item} they reach {points}. That adds something nobody has proposed: {action}. Turn the proposal down and decide anew.",
  "problem.old-proposal":
    "This button is about another decision on {item} than the one that waits now. Nothing was changed.",
  "case.joined": "Later, {time}, {who}: {text}",
  "case.joined-more":
    "{count, plural, one {And # other text.} other {And # other texts.}} All of it is in the case.",
  "case.seen": "To decide about all {messages} messages, type seen:{messages} after the outcome.",
  "case.action-added": "{action}, because {points} points were reached",
  "confirm.of": "Proposed by {who}, {time}: {outcome}. Reason: {reason}",
  "decide.shadow":
    "Shadow mode: the decision is recorded. It counts no points, nobody is told, and nothing is done; only what you let through can be read again.",
  "decide.strikes-own": "Points for what each wrote: {points}.",
  "decide.strikes-of": "{who} {points}",
  "rights.done.threshold":
    "Nobody chose this for this message alone: it follows because your strike points reached {points}.",
  "case.points-fell":
    "Look at #{number}: points of its author were taken back. “{action}” was added at {threshold} points, and {points} count now. /undo #{number} lifts it; then the case can be decided anew.",
} as const;
