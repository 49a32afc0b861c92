import { MASK, blocksAfter } from "./mask.ts";

const PASSWORD = "password|passwd|passphrase|passcode|pwd|pw|密码|密碼|口令|暗号";
const KEY =
  "(?:private|secret|api|access|signing|encryption)[ _-]?key|client[ _-]?secret|bearer|私钥|私鑰|密钥|密鑰";
const WEAK =
  "secret|(?:access|auth|bot|bearer|refresh|session)[ _-]?token|token|apikey|credential|credentials";
const SEED =
  "助记词|助記詞|助记符|种子短语|(?:seed|recovery|backup|mnemonic|secret|secret recovery|wallet)[ _-](?:phrase|words?)|seed|mnemonic";
const WALLET =
  /钱包|錢包|助记|助記|私钥|私鑰|wallet|seed|mnemonic|recovery|metamask|ledger|trezor/iu;

/** What follows such a word in a sentence that gives none away. */
const STOP =
  "a|an|the|to|and|or|for|of|in|on|at|by|with|from|is|are|was|were|be|been|being|not|no|never|that|this|it|its|your|our|my|his|her|their|you|we|they|i|if|when|as|but|so|can|cannot|will|must|may|should|would|have|has|had|do|does|did|don't|won't|reset|resets|manager|managers|field|change|changes|changed|login|protected|protection|safe|secure|security|policy|hash|required|lost|forgot|forgotten|please|now|here|there|only|also|before|after|than|then|too|via|using|used|again|same|different|new|old|anyone|someone|everyone|strong|weak|own|guaranteed|worth|going|up|down|live|listed|available|always|just|very|really|wrong|correct|incorrect|invalid|valid|expired|empty|out|back|leaked|stolen|hacked|share|sharing|phrase|phrases|words|sale|price|holders|launch|simple|easy|what|why|how|who|where|password|passwords|token|tokens|secret|secrets|key|keys";
// Words that seed lists do not have.
const NOT_SEED =
  "wallet|mnemonic|recovery|metamask|ledger|trezor|backup|phrase|words|the|and|for|with|our|your|from|are|was|were|has|have|had|been|not|but|their|his|her|its";
const NOT_STOP = String.raw`(?!(?:${STOP})(?![\p{L}\p{N}]))`;
const NOT_CHINESE_STOP = "(?![是不否什多几啥谁你我他她它这那请的吗呢吧])";

// A Latin value may stand directly after a Chinese word.
const EDGE = String.raw`(?:(?<=\p{sc=Han})|(?![a-z]))`;
const WORD_END = String.raw`${EDGE}["'\x60)\]}]{0,2}(?:\s?\([^()\n█]{0,20}\))?\s{0,3}`;
const SIGN = String.raw`(?:(?:is|are|was)\s{0,2}[:=]|[:=→]|[是为為])[\s:=>]{0,4}`;
// Chinese goes on after a value without a space.
const UNIT = String.raw`(?:[^\s█,;!。、\p{sc=Han}]|[,;!](?!\p{sc=Han}))`;
const VALUE = String.raw`["'\x60{][^"'\x60{}\n█]{1,128}["'\x60}]|${UNIT}{1,256}`;

/** After a colon, an equals sign, 是 or 为: whatever follows. Takes in connection strings and JSON. */
const ASSIGNED = new RegExp(`((?:${PASSWORD}|${KEY}|${WEAK})${WORD_END}${SIGN})(${VALUE})`, "giu");
const ASSIGNED_CHINESE = new RegExp(
  String.raw`((?:${PASSWORD})${WORD_END}${SIGN})(${NOT_CHINESE_STOP}\p{sc=Han}{2,8}[\w]{0,64})`,
  "giu",
);
const STATED = new RegExp(
  String.raw`((?<![a-z])(?:${PASSWORD}|${KEY}|${WEAK})(?![a-z])\s{1,3}(?:is|was|are)\s{1,3}${NOT_STOP})(${UNIT}{2,256})`,
  "giu",
);
const FOLLOWING = new RegExp(
  String.raw`((?<![a-z])(?:${PASSWORD}|${KEY})${EDGE}\s{0,3}(?:[-–—]\s{1,2})?${NOT_STOP}(?![.,!?;:)\]"'…]))(${UNIT}{3,256})`,
  "giu",
);
/** "Token" and "secret" are words of every day: what follows at once must have a digit. */
const FOLLOWING_WEAK = new RegExp(
  String.raw`((?<![a-z])(?:${WEAK})(?![a-z])\s{1,3})(?=[^\s█\p{sc=Han}\d]{0,64}\d)(${UNIT}{6,256})`,
  "giu",
);
const SEED_LINE = new RegExp(
  String.raw`((?<![a-z])(?:${SEED}|私钥|私鑰|private key)${WORD_END}(?:${SIGN}|(?:is|are|was)\s{1,3}${NOT_STOP}))([^\s█][^\n█]{0,400})`,
  "giu",
);
const SEED_WORDS = new RegExp(
  String.raw`((?<![a-z])(?:${SEED})(?![a-z])\s{1,3})((?:${NOT_STOP}[a-z]{3,8}(?![a-z])\s{1,3}){3,23}[a-z]{3,8}(?![a-z]))`,
  "giu",
);
const SEED_CHINESE = new RegExp(
  String.raw`((?:助记词|助記詞)\s{0,3})([a-z][^\n█\p{sc=Han}]{2,400})`,
  "giu",
);
/** Twelve or more words of three to eight letters, numbered or not. */
const WORD_RUN = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:(?!(?:${NOT_SEED})(?![a-z]))[a-z]{3,8}[\s,.;:|/\d()、-]{1,6}){11,}[a-z]{3,8}(?![\p{L}\p{N}])`,
  "giu",
);

/** Every pattern here begins with one of these: most messages have none. */
const ANY_WORD =
  /pass|pwd|pw|key|secret|bearer|token|credential|seed|phrase|words?|mnemonic|wallet|密[码碼钥鑰]|口令|暗号|私[钥鑰]|助[记記]|种子|[钱錢]包|recovery|metamask|ledger|trezor/iu;

/** Masks what follows a word for a password, a key or a seed phrase. The word itself stays. */
export function maskSecrets(text: string): string {
  if (!ANY_WORD.test(text)) return text;
  const masked = text
    .replace(SEED_LINE, blocksAfter)
    .replace(ASSIGNED, blocksAfter)
    .replace(ASSIGNED_CHINESE, blocksAfter)
    .replace(STATED, blocksAfter)
    .replace(FOLLOWING, blocksAfter)
    .replace(FOLLOWING_WEAK, blocksAfter)
    .replace(SEED_CHINESE, blocksAfter)
    .replace(SEED_WORDS, blocksAfter);
  return maskWordRuns(masked);
}

function maskWordRuns(text: string): string {
  const wallet = text.search(WALLET);
  if (wallet === -1) return text;
  return text.replace(WORD_RUN, (run, at: number) =>
    at + run.length > wallet ? MASK.repeat(run.length) : run,
  );
}
