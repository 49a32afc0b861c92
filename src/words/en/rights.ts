/** What Candor says to members about their rights, in English. ICU messages. */
export const rights = {
  "rights.statement.title": "#{number} — what was done, and why",
  "rights.done.hide": "Your message is hidden until somebody has looked at it.",
  "rights.done.delete": "Your message was removed.",
  "rights.done.delete-several": "{count, number} of your messages were removed.",
  "rights.done.restore": "Your message can be read again.",
  "rights.done.stays-hidden": "Your message stays hidden.",
  "rights.done.hide-for-good":
    "Your message was removed before somebody has looked at it. What is removed here cannot be brought back: if you turn out to be right, you may write it again.",
  "rights.done.restore-for-good":
    "Nothing is wrong with your message. It was removed, and what is removed here cannot be brought back: you may write it again.",
  "rights.done.stays-removed": "Your message stays removed.",
  "rights.done.upheld": "A moderator found that this breaks the rules.",
  "rights.done.warn": "You were warned.",
  "rights.done.ask-correction": "A moderator asks you to correct your message: {text}",
  "rights.done.timeout": "You cannot write here for {span}, until {until}.",
  "rights.done.kick": "You were removed from the community. You may come back.",
  "rights.done.ban": "You are banned for {span}, until {until}.",
  "rights.done.ban-ever": "You are banned for good.",
  "rights.strike":
    "You got {points, plural, one {# strike point} other {# strike points}}, counting until {until}.",
  "rights.rule": "Rule: {title}",
  "rights.citation": "It rests on: {citation}",
  "rights.words": "These words: “{excerpt}”",
  "rights.facts.machine": "What was relied on: an automatic rule flagged the message.",
  "rights.facts.rule":
    "What was relied on: an automatic rule flagged the message, and a moderator looked at it and at what was said around it.",
  "rights.facts.report":
    "What was relied on: other members reported the message, and a moderator looked at it and at what was said around it.",
  "rights.facts.review":
    "What was relied on: a moderator noticed it and looked at what was said and done.",
  "rights.facts.asked": "What was relied on: a moderator read what you wrote to the team.",
  "rights.by.machine": "A program did this by itself. A person has yet to decide.",
  "rights.by.person": "A person decided this.",
  "rights.reason": "The moderator’s reason: {reason}",
  "rights.appeal.until":
    "If you disagree, write <cmd>appeal</cmd> #{number} and why, until {until}. Somebody else will then decide.",
  "rights.appeal.before":
    "If you want to say something before a person decides, write <cmd>appeal</cmd> #{number} and your words.",
  "rights.redress-eu":
    "You may also turn to an out-of-court dispute settlement body under Article 21 of the EU’s Digital Services Act, or to a court, where the law gives you that right.",
  "rights.redress-court": "You may also turn to a court, where the law gives you that right.",
  "rights.redress":
    "You may also turn to an out-of-court dispute settlement body (in the EU, under Article 21 of the Digital Services Act) or to a court, where the law gives you that right.",

  "rights.revocation.title": "#{number} — taken back",
  "rights.revocation.line": "This no longer stands: {what}.",
  "rights.revocation.count": "It does not count against you.",
  "rights.revocation.kick": "You may come back to the community.",
  "rights.revocation.hidden": "Your message is hidden again until somebody decides.",
  "rights.revocation.for-good":
    "Your message was removed, and what is removed here cannot be brought back. You may write it again.",
  "rights.revocation.undecided-for-good":
    "Your message was removed, and what is removed here cannot be brought back. Somebody decides about it once more.",
  "rights.undone.hidden": "the hiding of your message",
  "rights.undone.removed": "the removal of your message",
  "rights.undone.suspended": "your timeout",
  "rights.undone.excluded": "your removal from the community",
  "rights.undone.banned": "your ban",
  "rights.undone.decision": "the decision about you",

  "rights.appeal.title": "#{number} — your appeal was decided",
  "rights.appeal.upheld": "Somebody else has looked at it. The decision stands.",
  "rights.appeal.overturned":
    "Somebody else has looked at it, and you were right. The decision was taken back and does not count against you.",
  "rights.appeal.reason": "Why: {reason}",
  "rights.appeal.page": "{case} — an appeal is to be decided",
  "rights.appeal.said": "The author objects: “{reason}”",
  "rights.appeal.due": "To be decided until {time}.",
  "rights.appeal.how":
    "<cmd>decide</cmd> #{number} uphold: the decision stands. dismiss: it is taken back.",
  "rights.appeal.how-named":
    "<cmd>decide</cmd> #{number} uphold appeal:{nth}: the decision stands. dismiss: it is taken back for whoever appealed.",
  "rights.appeal.several":
    "{count, number} appeals wait. The one that is due first is appeal:{nth}:",
  "rights.appeal.also": "Also waits: appeal:{nth}, to be decided until {time}: “{text}”",
  "rights.appeal.owner":
    "Everybody else who moderates decided it, or reported what the author wrote. So the owner may decide this appeal, with a part in it or not, and the log says so.",
  "rights.appeal.nobody":
    "Nobody may decide this appeal: everybody who moderates decided it, reported what the author wrote, or wrote in the case, and there is no owner who did not. Give somebody else the right to moderate.",
  "status.undecidable":
    "Nobody may decide the appeal against #{number}: everybody who moderates had a part in it, and there is no owner who could all the same. Give somebody else the right to moderate.",
  "rights.reopened.title": "#{number} — looked at again",
  "rights.reopened.line":
    "Your appeal was decided in your favour. Somebody has now opened the case again, and you will hear if anything is decided about you.",

  "rights.answer.title": "#{number} — your report was looked at",
  "rights.answer.yours": "You reported: “{quote}”",
  "rights.answer.upheld":
    "Thank you for your report. A person looked at the message: it does break the rules.",
  "rights.answer.dismissed":
    "Thank you for your report. A person looked at the message and found nothing against the rules.",
  "rights.answer.closed-title": "A report of yours is closed",
  "rights.answer.closed":
    "What you reported is no longer kept, so nobody can look at it any more, and nothing was decided. Thank you for your report.",
  "rights.answer.instead": "What you were told about it before no longer stands.",

  "rights.record.machine":
    "An automatic rule flagged the message. It was hidden at once, before a person looked at it.",
  "rights.record.rule":
    "An automatic rule flagged the message. A moderator looked at it, and at what was said around it, and decided.",
  "rights.record.report":
    "Other members reported the message. A moderator looked at it, and at what was said around it, and decided.",
  "rights.record.review": "A moderator noticed it, looked at what was said and done, and decided.",
  "rights.record.own-rule": "A moderator found that it breaks the rules of the community.",

  "argument.number": "CASE",
  "argument.message": "MESSAGE",
  "accepts.message": "the id of a message, or nothing where you reply to one",
  "help.report": "reports a message that breaks the rules, as a reply to it",
  "help.appeal": "objects to a decision about you",

  "report.taken":
    "Thank you. Your report is with the moderators; you will hear what becomes of it.",
  "report.taken-waits":
    "Thank you, your report was recorded. It goes to the moderators when others report the message too; then you will hear what becomes of it.",
  "report.taken-light":
    "Thank you, your report was recorded. The moderators saw several of your earlier ones differently, so it waits for others to agree.",
  "report.which-menu":
    "Which message? Open its menu (right-click it, or press and hold), then Apps, “{menu}”. A link to the message will do, too.",
  "report.which": "Which message? Reply to it with <cmd>report</cmd> and why.",
  "report.unknown-message": "That message is not on record here, so it cannot be reported.",
  "report.own-message": "That is your own message. You can delete it yourself.",
  "report.erased-author":
    "Whoever wrote that message has had their data erased, so there is nothing left here that could be judged. Ask a moderator to delete the message if it breaks the rules.",
  "report.already-reported": "You have already reported that message. Thank you.",
  "report.too-many":
    "You have sent {most, plural, one {# report} other {# reports}} within an hour. Please try again later.",
  "report.decided-upheld":
    "Thank you. A person has looked at that message lately, and it does break the rules.",
  "report.decided-dismissed":
    "Thank you. A person has looked at that message lately, and found nothing against the rules.",

  "appeal.made":
    "Your appeal is with the moderators. Somebody else than before decides, until {until}.",
  "appeal.noted":
    "Nobody has decided about #{number} yet. Your words are with it, for whoever decides. If you disagree with the decision, you can appeal then.",
  "appeal.nothing": "There is no decision about you under #{number}.",
  "appeal.too-late": "The time to appeal against #{number} was over on {until}.",
  "appeal.already":
    "You have appealed against #{number} already. There is one appeal for each decision.",
  "appeal.said-enough":
    "Your words about #{number} are with it already. Please wait until somebody has decided.",

  "decide.appeal-upheld": "The appeal is decided: the decision on case #{number} stands.",
  "decide.appeal-overturned":
    "The appeal is decided: the decision on case #{number} is taken back.",
  "decide.appeal-told": "The author is told, with your reason.",
  "decide.appeal-left-to-owner":
    "Nobody else could decide it: everybody who moderates had a part in it. The log says that the owner decided all the same.",
  "decide.appeal-only":
    "An appeal is decided with uphold or dismiss and a reason, and nothing else.",
  "case.report": "Reported, {time}: {text}",
  "case.appeal": "Appealed, {time}, to be decided until {until}: {text}",
  "case.appeal-upheld": "The appeal was decided, {time}: the decision stands. Reason: {reason}",
  "case.appeal-overturned": "The appeal was decided, {time}: overturned. Reason: {reason}",

  "button.appeal": "Appeal against #{number}…",
  "button.feedback": "Tell us how we did…",
  "argument.about": "ABOUT",
  "accepts.about": "the case that it is about, such as about:#142",
  "ask.about": "About #{number}: {text}",
} as const;
