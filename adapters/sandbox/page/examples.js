/** One-click posts, invented; each shows another side of Candor. */
export const EXAMPLES = {
  claim: {
    zh: "加群稳赚不赔，保本保息，年化30%",
    en: "Join our group: guaranteed profits, your capital is 100% protected, 5% per day",
  },
  leak: {
    zh: "本周试驾客户名单：\n赵晓 13900000021\n钱朗 13900000022\n孙禾 13900000023",
    en: "Callers to ring back this week:\nMia Stone (415) 555-0141\nJo Reed (415) 555-0142\nSam Hale (415) 555-0143",
  },
  question: {
    zh: "请问新版本什么时候能在安卓上更新？",
    en: "When will the new version reach Android?",
  },
};
