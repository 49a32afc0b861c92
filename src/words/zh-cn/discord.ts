import type { discord as en } from "../en/discord.ts";

export const discord: Readonly<Record<keyof typeof en, string>> = {
  "discord.group.members": "提问、举报、申诉，以及关于您的记录",
  "discord.group.cases": "案件与决定，供管理员使用",
  "discord.group.team": "成员、设置与概况，供团队使用",
  "discord.menu.report": "举报消息",
  "discord.menu.explain": "解释判定",
  "discord.menu.history": "查看记录",
};
