import type { discord as en } from "../en/discord.ts";

export const discord: Readonly<Record<keyof typeof en, string>> = {
  "discord.group.members": "提問、檢舉、申訴，以及關於您的紀錄",
  "discord.group.cases": "案件與決定，供管理員使用",
  "discord.group.team": "成員、設定與概況，供團隊使用",
  "discord.menu.report": "檢舉訊息",
  "discord.menu.explain": "說明判定",
  "discord.menu.history": "查看紀錄",
};
