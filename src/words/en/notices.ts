/** What Candor says, in English: notices. ICU messages. */
export const notices = {
  "notice.family.claim": "claim",
  "notice.family.leak": "leak",
  "notice.family.promotion": "promotion",
  "notice.family.complaint": "complaint",
  "notice.family.none": "no finding",
  "notice.source.rule": "found by a rule",
  "notice.source.report": "reported by members",
  "notice.source.early-warning": "early warning",
  "notice.source.review": "a moderator's own review",
  "notice.source.feedback": "feedback",
  "notice.source.question": "question",
  "notice.speaker.member": "by a member",
  "notice.speaker.staff": "by staff",
  "notice.speaker.affiliate": "by an affiliate",
  "notice.speaker.bot": "by a bot",
  "notice.severity": "severity {severity}",
  "notice.unrated": "no severity",
  "notice.page.title": "{case} — please look at it",
  "notice.second.whom":
    "{count, plural, one {It is about {people}.} other {It is about # people: {people}{more, plural, =0 {} other { and # more}}.}}",
  "notice.second.title": "{case} — a decision waits for a second moderator",
  "notice.what": "{what} ({severity}, {speaker}; {source})",
  "notice.excerpt": "“{excerpt}”",
  "notice.excerpt.gravest":
    "The gravest of {count, plural, one {# message} other {# messages}}: “{excerpt}”",
  "notice.held": "Hidden until somebody decides.",
  "notice.messages": "{count, plural, one {# message} other {# messages}}",
  "notice.reports": "{count, plural, one {# report} other {# reports}}",
  "notice.since": "Waiting since {time}.",
  "notice.step": "Rung {rung} of {rungs}.",
  "notice.step.again": "Round {round}, rung {rung} of {rungs}.",
  "notice.reminder.title": "{case} — still waits for your decision",
  "notice.reminder.line":
    "You said at {time} that you have seen it. If nobody decides, it will be escalated again.",
  "notice.handover.title": "{case} — handed over to you",
  "notice.handover.line":
    "You have it until {time}. If you do nothing on it by then, others are told again.",
  "notice.waiting.title": "{case} — nobody is on call",
  "notice.waiting.line":
    "Rung {rung} names nobody who is on call now. Whoever reads this can take the case.",
  "notice.unreached.title":
    "{case} — cannot reach {count, plural, one {# person} other {# people}}",
  "notice.unreached.line":
    "Nobody of rung {rung} could be reached: direct messages are closed, or no address is known. The next rung is told now.",
  "notice.unreached.last":
    "Nobody of rung {rung} could be reached, and there is no further rung. Whoever reads this can take the case.",
  "notice.unreached.names": "Cannot reach {names}.",
  "notice.unreached.some":
    "This was about {case}. Direct messages are closed, or no address is known; others of the rung were told. It is said once, until they are reached again.",
  "notice.note.title": "{case} — a note",
  "notice.note.author": "#{number} — a note from the team",
  "notice.answer.title": "#{number} — the team’s answer",
  "notice.answer.asked": "You wrote: “{quote}”",
  "notice.answer.instead": "This takes the place of the answer that you got before.",
  "notice.bundle.title": "{count, plural, one {# case waits} other {# cases wait}} for a decision",
  "notice.bundle.line": "{case}, {age}",
  "notice.bundle.more": "And {count, plural, one {# more case} other {# more cases}}.",
  "notice.bundle.note": "{title}: {words}",
  "notice.bundle.news": "What waited for you",
  "notice.age.minutes": "{count, plural, one {# minute} other {# minutes}} old",
  "notice.age.hours": "{count, plural, one {# hour} other {# hours}} old",
  "notice.age.days": "{count, plural, one {# day} other {# days}} old",
  "duty.title": "Your on-call duties have changed",
  "duty.title.offer": "Somebody asks to swap duties with you",
  "duty.on": "{rota}: you are on call from {from} until {until}.",
  "duty.off": "{rota}: {who} is on call instead of you from {from} until {until}.",
  "duty.offer":
    "{rota}: {who} asks to swap the duties that the two of you have from {from} until {until}. Nothing changes before you agree.",
  "duty.offered":
    "{rota}: {who} has yet to say whether they swap with you from {from} until {until}.",
  "duty.none": "Nothing is changed for you any more: your duties are as the rota says.",
} as const;
