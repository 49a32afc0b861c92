import { blocks, blocksAfter } from "./mask.ts";

const SCHEME_END = String.raw`:\]?\s{0,2}[/\\]{2}\s?`;
// Chinese goes on after a link without a space; inside a link it follows a separator.
const TAIL_UNIT = String.raw`(?:[/\\=?#&_.-]\p{sc=Han}{1,20}|[^\s█,!;。、《》「」【】\p{sc=Han}]|[,!;](?!\p{sc=Han}))`;
const TAIL = String.raw`(?:\p{sc=Han}{1,20}${TAIL_UNIT}*|${TAIL_UNIT}+)`;
const DOT = String.raw`\s?(?:\.|\[\s?(?:\.|dot)\s?\]|\(\s?(?:\.|dot)\s?\)|点|。)\s?`;
const TOP_LEVEL =
  "com|net|org|io|me|gg|cn|cc|xyz|top|link|vip|app|co|info|dev|ly|to|ru|tv|site|online|shop|club|pro|live|hk|tw|jp|uk|sg|us|im|work|space|fun|icu|ink|gd|biz|group";
const DASH = "\\-\u2010-\u2015\u2212";

/** A user name and a password before a host. A slash in the password is told from a path by the colon before it. */
const CREDENTIALS = new RegExp(
  String.raw`(${SCHEME_END})([^\s/\\?#█]{1,256}@|[^\s/\\?#:@█]{0,128}:(?!\d{1,5}(?![^\s/?#]))[^\s@█]{1,256}@)`,
  "gu",
);
/** The part of a link that may hold an invitation, a session or a name. */
const LINK_TAIL = new RegExp(
  String.raw`(${SCHEME_END}█{0,400}[^\s/\\?#█]{1,253}[/\\?#])(${TAIL})`,
  "gu",
);
const BARE_LINK_TAIL = new RegExp(
  String.raw`(?<=\.(?:${TOP_LEVEL})(?::\d{1,5})?)([/?#])(${TAIL})`,
  "giu",
);
const INVITATION = new RegExp(
  String.raw`((?<![a-z0-9])(?:t|telegram|discord|discordapp|wa|line|signal|bit)${DOT}(?:me|dog|gg|com|ly|group)\s{0,2}[/\\]\s{0,2})(${TAIL})`,
  "giu",
);
/** From the header to the end line; without one, to the next pair of dashes. Phones turn dashes into long ones. */
const KEY_BLOCK = new RegExp(
  String.raw`[${DASH}]{1,5}\s?begin [a-z0-9 ]{0,30}(?:key|certificate|message|block|request)[${DASH}]{1,5}(?:[^█${DASH}]|[${DASH}](?![${DASH}]|end ))*(?:[${DASH}]{1,5}\s?end [a-z0-9 ]{1,40}[${DASH}]{1,5})?`,
  "giu",
);

/** Every pattern here has one of these: most messages have none. */
const ANY_SIGN = /[/\\?#]|begin/iu;

/** Masks what follows the host of a link, what stands before it, and armoured keys. The host stays. */
export function maskLinks(text: string): string {
  if (!ANY_SIGN.test(text)) return text;
  return text
    .replace(KEY_BLOCK, blocks)
    .replace(CREDENTIALS, blocksAfter)
    .replace(LINK_TAIL, blocksAfter)
    .replace(BARE_LINK_TAIL, blocksAfter)
    .replace(INVITATION, blocksAfter);
}
