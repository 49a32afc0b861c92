import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { MASK, redact } from "../../src/engine/redact.ts";

/** Far more than linear time needs on a busy machine, far less than quadratic time takes. */
const MOST_MS = 5_000;

/** Every value here is invented. The part in braces is what must be masked. */
function expectMasked(marked: string): void {
  const text = marked.replace(/[⟨⟩]/gu, "");
  const masked = marked.replace(/⟨([^⟩]*)⟩/gu, (_match, value: string) =>
    MASK.repeat(value.length),
  );
  expect(redact(text, [])).toBe(masked);
  expect(redact(masked, [])).toBe(masked);
}

describe("numbers", () => {
  test.each([
    "电话 ⟨139-0000-0012⟩ 谢谢",
    "⟨１３９００００００１２⟩",
    "⟨一三九〇〇〇〇〇〇一二⟩",
    "⟨一三九-零零零零-零零一二⟩ 加我",
    "⟨一三九，0000，零零一二⟩",
    "验证码 ⟨482910⟩",
    "(⟨415) 555‑0132⟩ now",
    ...[
      "–",
      "—",
      "‑",
      "‐",
      "，",
      "、",
      ":",
      "：",
      "|",
      "~",
      "+",
      "=",
      "#",
      "'",
      '"',
      "•",
      "…",
      "%",
    ].map((sign) => `加 ⟨139${sign}0000${sign}0012⟩ 吧`),
    "⟨139 [0000] [0012⟩]",
    "⟨139    0000    0012⟩",
    "⟨1\u200b3\u200d9\ufeff0\u20600\u00ad0\u180e0\u200b0012⟩",
    "⟨139😀0000🔥0012⟩",
    "⟨1️⃣3️⃣9️⃣0️⃣0️⃣0️⃣0️⃣⟩",
    "⟨𝟏𝟑𝟗𝟎𝟎𝟎𝟎𝟎𝟎𝟏𝟐⟩",
    "⟨①③⑨⓪⓪⓪⓪⓪⓪①②⟩",
    "⟨१३९००००००१२⟩",
    "⟨139oooo0012⟩",
    "⟨l39 0O00 OOl2⟩ hi",
    "tel ⟨139-OOOO-001l⟩",
    "on ⟨2026-11-24⟩ at noon",
  ])("%s", expectMasked);
});

describe("addresses", () => {
  test.each([
    "write to ⟨ann@example.org⟩",
    "联系我⟨ann@example.org⟩，稳赚不赔",
    "⟨name at qq dot com⟩ now",
    "⟨name AT gmail.com⟩",
    "找 ⟨name艾特qq点com⟩ 谢谢",
    "⟨name（at）example.com⟩",
    "⟨name ( at ) example (dot) com⟩",
    "⟨name{at}example[dot]com⟩",
    "⟨name﹫example.com⟩",
    "⟨name＠example．ｃｏｍ⟩",
    "⟨name  @  example.com⟩!",
    "⟨name\u200b@\u200bexample.com⟩",
    "⟨name@example(dot)com⟩",
    "⟨name@example。com⟩。好",
    "⟨张三@例子.中国⟩",
    "⟨n a m e @ q q . c o m⟩",
    "mail ⟨ann@example.org⟩. Guaranteed",
  ])("%s", expectMasked);
});

describe("secrets", () => {
  test.each(
    [
      "密码 ⟨hunter⟩",
      "密码⟨hunter⟩",
      "Authorization: Bearer ⟨swordfish⟩",
      "密码是⟨hunter2⟩",
      "密码：⟨hunter⟩，保本",
      "口令为⟨abcdef⟩",
      "口令：⟨芝麻开门⟩",
      "password is ⟨swordfish⟩ ok",
      "Passwd=⟨swordfish⟩",
      "pwd: ⟨swordfish⟩",
      "pw ⟨swordfish⟩",
      "password - ⟨swordfish⟩",
      "my secret is ⟨swordfish⟩",
      "token ⟨ab12cd⟩",
      "api key: ⟨swordfish⟩",
      '{"api_key": ⟨"swordfish"}⟩',
      "pass\u200bword: ⟨swordfish⟩",
      "ｐａｓｓｗｏｒｄ：⟨swordfish⟩",
      "Server=db;Password=⟨swordfish;x=y⟩",
      "db.example ?user=root&password=⟨swordfish&x=1⟩",
      "postgres://⟨root:swordfish@⟩db.example/⟨app⟩",
      "postgres://⟨root:sword/fish@⟩db.example",
      "https://⟨ann@⟩git.example/⟨x⟩",
      "助记词：⟨able baker candle dog⟩\nnext line",
      "助记词 ⟨able baker candle⟩",
      "seed phrase is ⟨able baker candle dog⟩",
      "My seed phrase (12 words):\n⟨able baker candle dog⟩",
      "private key = ⟨abcdef⟩",
      "mnemonic ⟨able baker candle doggy⟩",
      "wallet backup\n⟨able baker candle tiger eager fabric gadget habit ice jacket kangaroo label⟩",
      "我的钱包 ⟨able 2. baker 3. candle 4. tiger 5. eager 6. fabric 7. gadget 8. habit 9. ice 10. jacket 11. kangaroo 12. label⟩",
    ].map((line) => line.replaceAll('⟨"swordfish"}⟩', '⟨"swordfish"⟩}')),
  )("%s", expectMasked);

  test.each([
    ...[
      "sk-",
      "pk_",
      "ghp_",
      "gho_",
      "ghs_",
      "github_pat_",
      "xoxb-",
      "xoxp-",
      "glpat-",
      "npm_",
    ].map((prefix) => `use ⟨${prefix}${"example".repeat(2)}⟩ today`),
    ...["AKIA", "ASIA", "AIza"].map((prefix) => `⟨${prefix}${"EXAMPLE".repeat(2)}⟩`),
    "⟨abcdefghijklmnopqrstuvwxyz⟩",
    "⟨AbCdEf+GhIjKl/MnOpQr+StUv==⟩",
    "key ⟨AKEXAMPLE0000000000X⟩",
    "⟨eyJleGFtcGxl.eyJleGFtcGxl.c2lnbmF0dXJl⟩ end",
    "⟨ExAmPlEExAmPlEExAmPlE.ExAmPl.ExAmPlEExAmPlEExAmPlEExAmPl⟩",
    "⟨000000000:ExAmPlE_ExAmPlE-ExAmPlE⟩",
    "⟨abcd-efgh-ijkl-mnop-qrst-uvwx⟩",
    "⟨-----BEGIN RSA PRIVATE KEY-----\nQUJD\n-----END RSA PRIVATE KEY-----⟩ after",
    "⟨—BEGIN PRIVATE KEY—\nQUJD\n—END PRIVATE KEY—⟩ after",
    "⟨-----BEGIN PRIVATE KEY-----\nQUJD⟩",
  ])("%s", expectMasked);
});

describe("links", () => {
  test.each([
    "https://example.org/⟨invite/abc?token=1⟩",
    "https://example.org?⟨token=abc⟩ now",
    "https://example.org#⟨abc⟩",
    "hxxps://example.org/⟨abc⟩",
    "https：//example.org/⟨abc⟩",
    "https : // example.org/⟨abc⟩",
    "https://example.org/⟨abc⟩，稳赚不赔",
    "https://example.org/⟨abc⟩稳赚不赔",
    "https://example.org/⟨张三⟩",
    "t.me/⟨+abcdef⟩ 进群",
    "t。me/⟨abcdef⟩",
    "discord.gg/⟨abcdef⟩",
    "discord[.]gg/⟨abcdef⟩",
    "discord.com/⟨invite/abcdef⟩",
    "wa.me/⟨abcdef⟩",
    "example.com/⟨join⟩",
  ])("%s", expectMasked);
});

describe("redaction", () => {
  test.each([
    "年化30%，下午3点在2026会议室",
    "加群稳赚不赔，保本保息，年化30%",
    "Guaranteed 20% monthly returns, 10% / 20% / 30%",
    "Turn $1,000 into $5,000 - $9,000 with no risk",
    "见 1.2.3 版本",
    "3、4、5",
    "uncharacteristically",
    "三三两两，一一列举",
    "3 of 5 in 10 look ill, oil at 80",
    "guaranteed-returns-no-risk-join-now",
    "Guaranteed-returns-30%-monthly",
    "Never share your password with anyone. The token is guaranteed to rise",
    "Password reset, token sale, secret strategy, and/or seed round",
    "Never share your seed phrase with anyone! Guaranteed returns",
    "密码是什么？请妥善保管助记词",
    "谢谢 @ann guaranteed",
    "node.js/typescript, meet at noon, look at example.com",
    "- begin here - earn more",
    "https://example.org",
    "----------------------------",
  ])("leaves %s", (text) => {
    expect(redact(text, [])).toBe(text);
  });

  test("masks the given spans", () => {
    expect(redact("名单：张三", [{ start: 3, end: 5 }])).toBe("名单：██");
  });

  test("spans may overlap, reach out of the text and cut a value or its word", () => {
    const spans = [
      { start: 6, end: 99 },
      { start: -3, end: 2 },
      { start: 1, end: 3 },
      { start: 5, end: 4 },
    ];
    expect(redact("abcdefgh", spans)).toBe("███def██");
    expect(redact("pw: swordfish", [{ start: 0, end: 2 }])).toBe("██: █████████");
    expect(redact("13900000012", [{ start: 4, end: 8 }])).toBe(MASK.repeat(11));
  });

  test("a hundred thousand spans are masked in one pass", () => {
    const spans = Array.from({ length: 100_000 }, (_, i) => ({ start: 2 * i, end: 2 * i + 1 }));
    const started = performance.now();
    expect(redact("甲乙".repeat(100_000), spans) === "█乙".repeat(100_000)).toBe(true);
    expect(performance.now() - started).toBeLessThan(MOST_MS);
  });

  test("keeps the length, is idempotent, and leaves no run of six digits", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ..."1 39 - a @ 张 ０ \ud83d . 零 : / // ? = % o ill █ 点 是 密码 pw token seed".split(" "),
      ),
      fc.constantFrom(
        " ",
        "\n",
        "\u200b",
        "😀",
        "is",
        " at ",
        " dot ",
        "com",
        "https://",
        "t.me/",
        "sk-",
        "wallet",
      ),
      fc.constantFrom(
        "abandon ",
        "able ",
        "Abcdefgh",
        "-----BEGIN KEY-----",
        "-----END KEY-----",
        "(at)",
        "助记词",
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const once = redact(text, []);
        expect(once).toHaveLength(text.length);
        expect(redact(once, [])).toBe(once);
        expect(once).not.toMatch(/\p{Nd}{6}/u);
      }),
      { numRuns: 500 },
    );
  });

  test("a megabyte is masked in linear time", () => {
    expect(redact("1".repeat(1_000_000), [])).toBe(MASK.repeat(1_000_000));
    expect(redact("a@".repeat(300_000), [])).toHaveLength(600_000);
    expect(redact("a ".repeat(500_000), [])).toHaveLength(1_000_000);
  });

  test.each([
    "1",
    "1o",
    "o",
    "1 ",
    "1    ",
    "12345 a",
    "a",
    "a.",
    "a@ ",
    "@",
    "a at ",
    "a at b dot ",
    "://",
    "://a",
    "://a:b",
    ":",
    "t.me/",
    ".com/",
    "-",
    "-----BEGIN KEY-----",
    "-----END ",
    "password",
    "password ",
    "token ",
    "seed ",
    "seed:",
    "seed able able able ",
    "seed seed seed seed seed seed seed seed seed seed seed aa ",
    "密码是",
    "助记词 a",
    "pw='",
    "sk-",
    "eyJ",
    "abcdefgh-",
    "张",
    "零 ",
    "\u200b",
    "1\u200b",
    "😀",
    " ",
    "\n",
    "(",
    "/=",
    "█",
  ])("200,000 units of %j take linear time", (unit) => {
    const text = unit.repeat(Math.ceil(200_000 / unit.length));
    const started = performance.now();
    expect(redact(text, [])).toHaveLength(text.length);
    expect(performance.now() - started).toBeLessThan(MOST_MS);
  });
});
