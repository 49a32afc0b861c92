import { IntlMessageFormat } from "intl-messageformat";
import type { Locale } from "../engine/policy.ts";
import { commands as enCommands } from "./en/commands.ts";
import { decisions as enDecisions } from "./en/decisions.ts";
import { discord as enDiscord } from "./en/discord.ts";
import { help as enHelp } from "./en/help.ts";
import { notices as enNotices } from "./en/notices.ts";
import { privacy as enPrivacy } from "./en/privacy.ts";
import { rights as enRights } from "./en/rights.ts";
import { room as enRoom } from "./en/room.ts";
import { setup as enSetup } from "./en/setup.ts";
import { commands as cnCommands } from "./zh-cn/commands.ts";
import { decisions as cnDecisions } from "./zh-cn/decisions.ts";
import { discord as cnDiscord } from "./zh-cn/discord.ts";
import { help as cnHelp } from "./zh-cn/help.ts";
import { notices as cnNotices } from "./zh-cn/notices.ts";
import { privacy as cnPrivacy } from "./zh-cn/privacy.ts";
import { rights as cnRights } from "./zh-cn/rights.ts";
import { room as cnRoom } from "./zh-cn/room.ts";
import { setup as cnSetup } from "./zh-cn/setup.ts";
import { commands as twCommands } from "./zh-tw/commands.ts";
import { decisions as twDecisions } from "./zh-tw/decisions.ts";
import { discord as twDiscord } from "./zh-tw/discord.ts";
import { help as twHelp } from "./zh-tw/help.ts";
import { notices as twNotices } from "./zh-tw/notices.ts";
import { privacy as twPrivacy } from "./zh-tw/privacy.ts";
import { rights as twRights } from "./zh-tw/rights.ts";
import { room as twRoom } from "./zh-tw/room.ts";
import { setup as twSetup } from "./zh-tw/setup.ts";

const en = {
  ...enNotices,
  ...enCommands,
  ...enHelp,
  ...enPrivacy,
  ...enDecisions,
  ...enRights,
  ...enDiscord,
  ...enSetup,
  ...enRoom,
};

/** Names one sentence of the catalogues. */
export type WordKey = keyof typeof en;

/** Every sentence in every language; the types let no key go missing. */
export const CATALOGUES: Readonly<Record<Locale, Readonly<Record<WordKey, string>>>> = {
  en,
  "zh-CN": {
    ...cnNotices,
    ...cnCommands,
    ...cnHelp,
    ...cnPrivacy,
    ...cnDecisions,
    ...cnRights,
    ...cnDiscord,
    ...cnSetup,
    ...cnRoom,
  },
  "zh-TW": {
    ...twNotices,
    ...twCommands,
    ...twHelp,
    ...twPrivacy,
    ...twDecisions,
    ...twRights,
    ...twDiscord,
    ...twSetup,
    ...twRoom,
  },
};

/** Values of a sentence; times are formatted with `sayTime` before. */
export type WordValues = Readonly<Record<string, string | number>>;

const compiled = new Map<string, IntlMessageFormat>();

/** What somebody who reads `locale` types, or chooses, to give a command: `/appeal`, `/candor appeal`. */
export type CommandNames = (command: string, locale: Locale) => string;

/** The name of a command where a platform has no groups of them. */
export const plainName: CommandNames = (command) => `/${command}`;

/**
 * A sentence in the reader's language. A value that the sentence names and nobody gives throws: that is a mistake of
 * the program. What a sentence writes as `<cmd>appeal</cmd>` is called as the platform of its reader calls it.
 */
export function say(
  locale: Locale,
  key: WordKey,
  values: WordValues = {},
  names: CommandNames = plainName,
): string {
  const id = `${locale} ${key}`;
  const known = compiled.get(id);
  const message = known ?? new IntlMessageFormat(CATALOGUES[locale][key], locale);
  if (!known) compiled.set(id, message);
  const cmd = (parts: readonly unknown[]) => names(parts.join(""), locale);
  return String(message.format<unknown>({ ...values, cmd }));
}

/** Things side by side, with what each language puts between them: `delete, ban`, `删除、封禁`. */
export function sayList(locale: Locale, things: readonly string[]): string {
  return things.join(locale === "en" ? ", " : "、");
}

interface TimeFormat {
  readonly date: Intl.DateTimeFormat;
  readonly clock: Intl.DateTimeFormat;
}

const formats = new Map<string, TimeFormat>();

/** A time (epoch ms) in the reader's language and time zone, to the minute: date, time, the zone's name. */
export function sayTime(locale: Locale, timeZone: string, at: number): string {
  const id = `${locale} ${timeZone}`;
  const format = formats.get(id) ?? timeFormat(locale, timeZone);
  formats.set(id, format);
  // Chinese patterns put the name of the zone between date and time.
  const clock = new Map(format.clock.formatToParts(at).map(({ type, value }) => [type, value]));
  const time = `${clock.get("hour")}:${clock.get("minute")} ${clock.get("timeZoneName")}`;
  return `${format.date.format(at)}${locale === "en" ? ", " : " "}${time}`;
}

function timeFormat(locale: Locale, timeZone: string): TimeFormat {
  return {
    date: new Intl.DateTimeFormat(locale, {
      year: "numeric",
      month: "short",
      day: "numeric",
      timeZone,
    }),
    clock: new Intl.DateTimeFormat(locale, {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZoneName: "short",
      timeZone,
    }),
  };
}
