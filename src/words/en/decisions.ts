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
    "{count, plural, one {# other text is} other {# other texts are}} not shown here to the end. To read on: {command}",
  "case.joined-none":
    "Nothing else has joined the case after its first {seen, plural, one {message} other {# messages}}.",
  "button.joined-more": "Read on",
  "argument.part": "PART",
  "accepts.part": "which part of a long text, such as part:2",
  "case.seen": "To decide about all {messages} messages, type seen:{messages} after the outcome.",
  "case.action-added": "{action}, because {points} points were reached",
  "case.would-add":
    "Upholding it gives {points, plural, one {# strike point} other {# strike points}}, and the policy adds: {added}.",
  "case.would-add-second": "That waits for a second moderator who has the right to do it.",
  "confirm.of": "Proposed by {who}, {time}: {outcome}. Reason: {reason}",
  "decide.shadow":
    "Shadow mode: the decision is recorded. It counts no points, nobody is told, and nothing is done; only what you let through can be read again.",
  "decide.strikes-own": "Points for what each wrote: {points}.",
  "decide.strikes-of": "{who} {points}",
  "rights.done.threshold":
    "Nobody chose this for this message alone: it follows because your strike points reached {points}.",
  "case.points-fell":
    "Look at #{number}: points of its author were taken back. “{action}” was added at {threshold} points, and {points} count now. <cmd>undo</cmd> #{number} lifts it; then the case can be decided anew.",
  "case.points-fell-of":
    "Look at #{number}: points of {who}, one of {people, number} authors there, were taken back. Their “{action}” was added at {threshold} points, and {points} count now. If they appeal, <cmd>decide</cmd> #{number} dismiss lifts it for them alone. <cmd>undo</cmd> #{number} takes the whole decision back, for all {people, number}; then the case can be decided anew.",
  "argument.stray-action":
    "“{words}” begins the reason, where it would be said and not done. Actions stand together with commas between them, the time after them: delete,ban 7d. If it is part of the reason, put the reason in quotation marks.",
  "argument.stray-time":
    "“{words}” begins the reason, where it would be said and not done. A time is given once, as a number with its unit, such as 30m, 2h or 7d. If it is part of the reason, put the reason in quotation marks.",
  "argument.stray-tail":
    "“{words}” ends the reason, where it would be said and not done. What is done and for how long stands before the reason. If it is part of the reason, put the reason in quotation marks.",
  "problem.under-appeal":
    "Nothing was changed: {item} is under appeal. Somebody who had no part in the decision decides it: <cmd>decide</cmd> {name} uphold (the decision stands) or dismiss (it is taken back), and a reason.",
  "problem.closed":
    "Nothing was changed: {item} is closed. An owner or a manager can take it up again with <cmd>reopen</cmd> {name}.",
  "problem.answer-required":
    "Nothing was done: {item} is a question or feedback, and whoever asked waits for words meant for them. Type <cmd>answer</cmd> {name} and the answer. To close it without one, <cmd>decide</cmd> {name} dismiss and a reason, which only the team reads.",
  "problem.not-on-question":
    "Nothing was done: {item} is a question or feedback to the team, not a message in a channel, so “{action}” does not go with it.",
  "decide.seen-too-many":
    "Nothing was done: {item} has {messages, plural, one {# message} other {# messages}}, so nobody can have seen {seen, number}.",
  "decide.asked.closed":
    "Case #{number} is closed without an answer. Whoever asked hears that and nothing more; your reason stays with the team.",
  "notice.asked.closed":
    "The team has looked at what you wrote and closed it without a further answer.",
  "notice.asked.title": "#{number} — closed",
  "hold.default": "No time was named, so it rests for {span}, as the policy says.",
  "hold.shorter":
    "That is less than the {asked} you named: an S1 rests no longer than {most} before others hear of it again.",
  "hold.noted": "“{text}” is kept as a note on it, for the team only.",
  "decide.instead":
    "The policy adds that at {points} points, instead of what was chosen: {chosen}.",
  "decide.added": "Added for single authors, whose strike points reached a threshold: {list}.",
  "decide.added-for": "{who}: {action}",
  "argument.appeal": "APPEAL",
  "accepts.appeal": "which appeal of the case, such as appeal:2",
  "decide.which-appeal":
    "Nothing was changed: several people have appealed against the decision on #{number}. Say which appeal you decide, for example <cmd>decide</cmd> #{number} uphold appeal:2 and a reason. These wait:",
  "decide.appeal-named": "appeal:{nth}, {who}: {text}",
  "decide.appeal-overturned-one":
    "The appeal is decided: the decision on case #{number} is taken back for whoever appealed, and stands for the others.",
  "decide.appeal-waits": "Somebody else’s appeal against #{number} still waits.",
  "reject.told": "{who}, who proposed it, is told.",
  "notice.rejected.title": "{case} — your proposal was turned down",
  "notice.rejected.no-reason": "No reason was given.",
} as const;
