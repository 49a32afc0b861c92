import { LATIN_VARIANTS } from "./confusables.data.ts";

/**
 * What a styled sign is read as, where Unicode's compatibility decomposition is silent: negative circled
 * and squared letters, dingbat digits, word emoji, small capitals and Latin letters with a stroke. Keys
 * are code points, values are lower case. Source: the Unicode names of the characters (17.0).
 */
export const STYLED: ReadonlyMap<number, string> = makeStyled();

const REGION_CODES =
  "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw " +
  "by bz ca cc cd cf cg ch ci ck cl cm cn co cp cq cr cu cv cw cx cy cz de dg dj dk dm do dz ea ec ee eg eh er es " +
  "et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu ic id ie il " +
  "im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me " +
  "mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph " +
  "pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz ta " +
  "tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug um un us uy uz va vc ve vg vi vn vu wf ws xk ye yt za zm zw";

/** Codes of the flags recommended for interchange (Unicode emoji 17.0, RGI_Emoji_Flag_Sequence), lower case. */
export const REGIONS: ReadonlySet<string> = new Set(REGION_CODES.split(" "));

function makeStyled(): Map<number, string> {
  const styled = new Map<number, string>();
  const letters = (first: number) => {
    for (let i = 0; i < 26; i += 1) styled.set(first + i, String.fromCharCode(0x61 + i));
  };
  const numbers = (first: number, from: number, to: number) => {
    for (let n = from; n <= to; n += 1) styled.set(first + n - from, String(n));
  };
  letters(0x1_f150); // negative circled
  letters(0x1_f170); // negative squared
  numbers(0x2776, 1, 10); // dingbat negative circled
  numbers(0x2780, 1, 10); // dingbat circled sans-serif
  numbers(0x278a, 1, 10); // dingbat negative circled sans-serif
  numbers(0x24eb, 11, 20); // negative circled
  numbers(0x24f5, 1, 10); // double circled
  for (const zero of [0x24ff, 0x1_f10b, 0x1_f10c]) styled.set(zero, "0");
  styled.set(0x1_f51f, "10");
  const words = [
    "ab",
    "wc",
    "dj",
    "cl",
    "cool",
    "free",
    "id",
    "new",
    "ng",
    "ok",
    "sos",
    "up",
    "vs",
  ];
  for (const [i, word] of words.entries()) styled.set(0x1_f18e + i, word);
  const pairs =
    // Small capitals.
    "ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpꞯqʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz" +
    // Strokes and hooks, which are no combining marks and so survive decomposition.
    "øoØołlŁlđdĐdħhĦhŧtŦtɨiȷjɉjƒfɓbɗdɠgƙkƥpƭtɱmɲnʂsʐzɽrʈtɖd" +
    "➕+➖-";
  const signs = Array.from(LATIN_VARIANTS + pairs);
  for (let i = 0; i + 1 < signs.length; i += 2)
    styled.set(signs[i]?.codePointAt(0) ?? 0, signs[i + 1] ?? "");
  return styled;
}
