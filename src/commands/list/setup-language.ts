import { LOCALES } from "../../engine/policy.ts";
import { changePolicy } from "../change-policy.ts";
import type { CommandContext } from "../command.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { nextButton, sayLine, sayPageTitle } from "./setup-pages.ts";

export function offerLanguage(context: CommandContext): Reply {
  const { say, policy } = context;
  return done([say("setup.language")], {
    title: sayPageTitle(context, "language"),
    selects: [
      {
        placeholder: say("setup.what.language"),
        command: "setup language",
        of: LOCALES.map((locale) => ({
          label: say(`setup.language-name.${locale}`),
          value: locale,
        })),
        least: 1,
        most: 1,
        chosen: [policy.language],
      },
    ],
    buttons: [nextButton(context, "jurisdiction")],
  });
}

export async function setLanguage(context: CommandContext, value: string): Promise<Reply> {
  const { say } = context;
  const language = LOCALES.find((locale) => locale.toLowerCase() === value.toLowerCase());
  if (!language) return badInput([say("setup.language-unknown")]);
  await changePolicy(context, (before) =>
    before.language === language ? null : { ...before, language },
  );
  const saved = { language: say(`setup.language-name.${language}`) };
  return done([say("setup.language-saved", saved)], {
    buttons: [nextButton(context, "jurisdiction")],
  });
}

/** What people use to say that something is wrong; others can be typed. */
const OFFERED = ["🚩", "🚨", "⚠️", "❗", "👮", "🛑"];
/** Longest emoji that is taken: families of several people, with their joiners, are shorter. */
const MOST_EMOJI_UNITS = 32;
const OWN_EMOJI = /^(?:<a?:\w{1,32}:)?(\d{5,20})>?$/u;

export function offerEmoji(context: CommandContext): Reply {
  const { say, policy } = context;
  const now = policy.platform.reportEmoji;
  return done([say("setup.emoji"), sayLine(context, "emoji", now ?? null)], {
    title: sayPageTitle(context, "emoji"),
    selects: [
      {
        placeholder: say("setup.emoji-pick"),
        command: "setup emoji",
        of: [
          ...OFFERED.map((emoji) => ({ label: emoji, value: emoji })),
          { label: say("setup.emoji-off"), value: "none" },
        ],
        least: 1,
        most: 1,
        chosen: now !== undefined && OFFERED.includes(now) ? [now] : [],
      },
    ],
    buttons: [nextButton(context, "test")],
  });
}

export async function setEmoji(context: CommandContext, value: string): Promise<Reply> {
  const { say } = context;
  const emoji = value === "none" ? undefined : readEmoji(value);
  if (emoji === null) return badInput([say("setup.emoji-unknown")]);
  await changePolicy(context, (before) => {
    const { reportEmoji, ...platform } = before.platform;
    if (reportEmoji === emoji) return null;
    return {
      ...before,
      platform: emoji === undefined ? platform : { ...platform, reportEmoji: emoji },
    };
  });
  return done(
    [emoji === undefined ? say("setup.emoji-removed") : say("setup.emoji-saved", { emoji: value })],
    { buttons: [nextButton(context, "test")] },
  );
}

/** An emoji, or the id of one of the server's own; null for anything else. */
function readEmoji(words: string): string | null {
  const own = OWN_EMOJI.exec(words)?.[1];
  if (own !== undefined) return own;
  const isEmoji =
    /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u200D|\uFE0F)+$/u;
  return words.length <= MOST_EMOJI_UNITS && isEmoji.test(words) ? words : null;
}
