/** What only Discord shows: names of groups and menus, and the forms of buttons. */
export const discord = {
  "discord.group.members": "Questions, reports, appeals, and what is known about you",
  "discord.group.cases": "Cases and decisions, for moderators",
  "discord.group.team": "People, settings and figures, for the team",
  "discord.menu.report": "Report message",
  "discord.menu.explain": "Explain",
  "discord.menu.history": "History",
} as const;
