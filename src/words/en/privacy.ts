/** What Candor says, in English: what is kept of somebody, and erasing it. ICU messages. */
export const privacy = {
  "privacy.title": "What is stored about you here",
  "privacy.nothing": "Nothing is stored about you here.",
  "privacy.cases":
    "{count, plural, =0 {No case is} one {# case is} other {# cases are}} about you.",
  "privacy.kept.messages": "Messages on record, revisions counted: {count, number}",
  "privacy.kept.decisions": "Decisions about you: {count, number}",
  "privacy.kept.statements": "Reasons that you were given for decisions: {count, number}",
  "privacy.kept.reports": "Reports that you made: {count, number}",
  "privacy.kept.appeals": "Appeals that you made: {count, number}",
  "privacy.kept.notices": "Notices to you: {count, number}",
  "privacy.kept.notes": "Notes by you or about you: {count, number}",
  "privacy.kept.work": "What you did for the team on cases: {count, number}",
  "privacy.kept.duties": "Duties and versions of the policy that name you: {count, number}",
  "privacy.kept.events": "Log entries about you: {count, number}",
  "privacy.strike":
    "{points, plural, one {# strike point counts} other {# strike points count}} until {until}.",
  "privacy.what":
    "Kept are your id, counts, and redacted words of messages that somebody had to look at: those for {evidence, plural, one {# day} other {# days}}, ids of other messages for {messages, plural, one {# day} other {# days}}.",
  "privacy.ask":
    "This erases the words, your id and the counts that are stored about you here. It cannot be taken back.",
  "privacy.ask-reports":
    "Of your reports stays, without your name and your words, how many there were and how they were decided, for 90 days after each: so that nobody gets round the limits on reports.",
  "privacy.how": "To go ahead: <cmd>privacy</cmd> erase {word}",
  "privacy.erased": "It is erased. A log entry says that somebody was erased, not who.",
  "privacy.team":
    "You work here, so what you decided must stay with your name. Once you have left, an owner can erase it with “candor audit erase”.",
  "privacy.not-yet": "This cannot be erased just yet. It waits for:",
  "privacy.wait.cases":
    "{count, plural, one {# case that concerns you and is} other {# cases that concern you and are}} still being looked at",
  "privacy.wait.asked":
    "{count, plural, one {# question or piece of feedback of yours that is} other {# questions or pieces of feedback of yours that are}} not answered yet",
  "privacy.wait.reports":
    "{count, plural, one {# report of yours that nobody has} other {# reports of yours that nobody has}} decided yet",
  "privacy.wait.appeals":
    "{count, plural, one {# appeal of yours that nobody has} other {# appeals of yours that nobody has}} decided yet",
  "privacy.wait.decision": "a decision that can be appealed or taken back, until {until}",
  "privacy.wait.strikes": "strike points that count, until {until}",
  "privacy.wait.posted":
    "a day after your last message, in case somebody reports it, until {until}",
  "privacy.wait.judged":
    "{count, plural, one {# decision of yours that is} other {# decisions of yours that are}} under appeal",
  "privacy.wait.own-decision": "a decision of yours that can be appealed, until {until}",
  "privacy.erased-reports":
    "Of what was erased, {count, plural, one {# report} other {# reports}} of yours can still be counted: when it was made and how it was decided, under a keyed fingerprint and without name or words, until {until}.",
  "privacy.owner": "An owner of this community may have it erased earlier: please ask them.",
} as const;
