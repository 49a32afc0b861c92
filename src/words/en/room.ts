/** Words about channels, roles and names of a server, and the permissions that they take, in English. ICU messages. */
export const room = {
  "missing.title": "A permission is missing",
  "missing.channel":
    "Candor needs the permission “{permission}” in {channel}. Somebody who manages the server grants it in the settings of the channel, under Permissions, to Candor’s role.",
  "missing.server":
    "Candor needs the permission “{permission}”. Somebody who manages the server grants it under Server Settings, Roles, to Candor’s role.",
  "missing.role-order":
    "Candor has “{permission}”, but its highest role is not above the other one. Somebody who manages the server drags Candor’s role further up under Server Settings, Roles.",
  "missing.nowhere":
    "The platform lets nobody use “{permission}” on its owner, or on an administrator.",
  "missing.other": "The platform does not let Candor do that: {permission}.",
  "right.manage-channels": "manage channels",
  "right.manage-threads": "manage threads",
  "refusal.no-right-here":
    "You cannot do this in that channel: its settings do not give you the right to {right}.",
  "case.around-hidden": "What stands beside it is not shown: you cannot see that channel.",
  "right.manage-server": "manage the server",
  "right.manage-names": "manage nicknames",
  "right.manage-roles": "manage roles",
  "right.pin-messages": "pin messages",
  "argument.wait": "WAIT",
  "argument.name": "NAME",
  "argument.role": "ROLE",
  "argument.days": "DAYS",
  "accepts.slow": "a time such as 30s, 5m or 2h, at most 6 hours, or off",
  "accepts.delete-days": "how many days’ messages go with the ban, such as days:1, at most days:7",
  "choice.give": "give",
  "choice.withdraw": "withdraw",
  "help.slowmode": "makes everybody wait between two messages in this channel",
  "help.lock": "keeps everybody from writing in this channel",
  "help.unlock": "opens a locked channel again, as it was before",
  "help.calm": "pauses invites and direct messages between members, for at most a day",
  "help.pin": "pins the official answer of a case, or unpins it",
  "help.nick": "gives a member another name here, or takes it away",
  "help.role": "gives a member a role of the server, or takes it away",
  "button.take-back": "Take back",
  "room.where": "Please give this command in the channel it is about.",
  "room.unable": "This platform cannot do that.",
  "room.gone": "There is nothing here that this could be done to.",
  "room.later":
    "The platform asks to wait. It will be done as soon as it can be; the record says when.",
  "slowmode.on":
    "Everybody waits {seconds, plural, one {# second} other {# seconds}} between two messages here.",
  "slowmode.off": "Nobody has to wait between two messages here.",
  "lock.done":
    "The channel is locked: only moderators whose role may write here and people with an exception of their own can write.",
  "unlock.done":
    "The channel is open again: what the lock changed is as it was before, and what somebody has changed since stays as it is.",
  "unlock.not-locked": "Candor has not locked this channel.",
  "calm.on":
    "Invites and direct messages between members are paused for {span}, until {until}. It ends by itself.",
  "calm.off": "Invites and direct messages between members are possible again.",
  "pin.on": "The official answer of #{number} is pinned.",
  "pin.off": "The official answer of #{number} is no longer pinned.",
  "pin.no-answer": "No official answer was published for #{number}.",
  "nick.done": "They have another name here now.",
  "nick.cleared": "They are called here what they call themselves.",
  "nick.too-long": "A name has at most {most} characters here.",
  "role.give": "They have the role {role} now.",
  "role.withdraw": "They no longer have the role {role}.",
  "role.unknown": "No role goes by that name, or more than one does. Its id is never mistaken.",
  "role.above":
    "The role {role} is as high as yours, or lets people do what you may not do yourself.",
  "case.action-days":
    "{action}, with the messages of {days, plural, one {# day} other {# days}} before",
  "rights.done.ban-days":
    "What you wrote in the {days, plural, one {day} other {# days}} before was removed with it.",
  "name.neutral": "(name removed)",
} as const;
