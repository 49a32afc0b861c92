import { describe, expect, test } from "@jest/globals";
import { foldText } from "../../src/engine/fold/index.ts";

/** Each step in both directions: what it folds, and what it must leave alone. */
const CASES: Readonly<Record<string, readonly (readonly [source: string, folded: string])[]>> = {
  "characters take one form": [
    ["", ""],
    ["ＶＸ：abc123", "vx:abc123"],
    ["STRASSE Straße", "strasse strasse"],
    ["ΣΊΣΥΦΟΣ", "σίσυφοσ"],
    ["café frëë f̶r̶e̶e̶", "cafe free free"],
    ["Đặng Łódź", "dang lodz"],
    ["がが か\u3099ｶﾞ ﾊﾟﾊﾟ", "がが がガ パパ"],
    ["йи\u0306ё", "ййё"],
    ["한국 \u1112\u1161\u11ab ㅋㅋ", "한국 한 ㅋㅋ"],
    ["สวัสดี हिन्दी น้ำ", "สวัสดี हिन्दी น้ำ"],
    ["مَرْحَبًا שָׁלוֹם", "مرحبا שלום"],
    ["Candor™ ©2026", "candor 2026"],
    ["\ud800a\udc00", "\ufffda\ufffd"],
    ["山寨币 千山万水 年化20%", "山寨币 千山万水 年化20%"],
    ["日本語のテキスト", "日本语のテキスト"],
  ],
  "what cannot be seen is dropped": [
    ["稳\u200b赚\u2060不\u00ad赔", "稳赚不赔"],
    ["a\u202eb\ufeffc\u3164d\u2800e\u{e0041}f", "abcdef"],
    ["a\u0000b\u0007c", "abc"],
    ["one\ttwo\nthree\r\nfour", "one\ttwo\nthree\r\nfour"],
  ],
  "styled letters are plain letters": [
    ["ⓌⒺⒸⒽⒶⓉ 🅆🄴🄲🄷🄰🅃", "wechat wechat"],
    ["🅦🅔 🆆🅴", "we we"],
    ["𝓯𝓻𝓮𝓮 𝐟𝐫𝐞𝐞 ꜰʀᴇᴇ", "free free free"],
    ["1️⃣3️⃣8️⃣ ❶➋➂⓫ 🔟", "138 12311 10"],
    ["🅰️🅱️ 🅾️ 🆎", "ab o ab"],
    ["🆓🆕🆔🆗🆒🆚🆙🆘🆑🆖", "freenewidokcoolvsupsosclng"],
    ["🇻🇽 🇫🇷🇪🇪", "vx free"],
    ["vive la 🇫🇷", "vive la 🇫🇷"],
    ["👍🏽 👨‍👩‍👧 ❤️", "👍🏽 👨👩👧 ❤"],
  ],
  "traditional Chinese is written in simplified": [
    ["穩賺不賠，賺錢嗎", "稳赚不赔,赚钱吗"],
    ["乾隆皇帝 乾坤", "乾隆皇帝 乾坤"],
    ["乾淨 乾杯", "干净 干杯"],
    ["磚坏", "砖坯"],
    ["坏人 沈先生 反复", "坏人 沈先生 反复"],
    ["沈沒成本", "沉没成本"],
    ["跟著老師 著名 顯著", "跟着老师 著名 显著"],
    ["瞭解 瞭望 甚麼", "了解 瞭望 什么"],
    ["哪吒", "哪吒"],
  ],
  "letters that were set apart are one word": [
    ["f r e e", "free"],
    ["f r e e  m o n e y", "free  money"],
    ["稳 赚 不 赔", "稳赚不赔"],
    ["稳*赚*不*赔", "稳赚不赔"],
    ["稳.赚-不~赔", "稳赚不赔"],
    ["稳，赚，不，赔", "稳赚不赔"],
    ["稳\n赚\r\n不\n赔", "稳赚不赔"],
    ["w.e.c.h.a.t", "wechat"],
    ["加 v 信", "加v信"],
    ["微🔥信", "微信"],
    ["微❤ 你", "微❤ 你"],
    ["加【微】【信】号", "加微信号"],
    ["稳 赚不 赔", "稳赚不赔"],
    ["x h c593", "xhc593"],
    ["x y z三 十 万", "xyz300000"],
    ["U.S.A", "usa"],
    ["a b", "a b"],
    ["I am a man", "i am a man"],
    ["1 2 3", "1 2 3"],
    ["3.5 12:30", "3.5 12:30"],
    ["C/C++ R&B", "c/c++ r&b"],
    ["a = b + c", "a = b + c"],
    ["一、二、三", "一、二、三"],
    ["你好 我们", "你好 我们"],
    ["好，我们", "好,我们"],
    ["300元/天 5%/年", "300元/天 5%/年"],
    ["额...星星", "额...星星"],
    ["他(她)们来", "他(她)们来"],
    ["м о ш е н н и к б е с п л а т н о", "мошенникбесплатно"],
    ["з а к а з", "заказ"],
    ["x = a + b + c", "x = a + b + c"],
  ],
  "words of one letter stay apart": [
    ["и я в москве", "и я в москве"],
    ["Я и о том же", "я и о том же"],
    ["і я з тобою", "і я з тобою"],
    ["나 는 너 를", "나 는 너 를"],
    ["ㅇ ㅋ ㅇ ㅋ", "ㅇ ㅋ ㅇ ㅋ"],
    ["a y o", "a y o"],
    ["é à y, i o z w", "e a y, i o z w"],
    ["Só eu e a o vi", "so eu e a o vi"],
  ],
  "clauses of one letter stay apart": [
    ["嗯，好，我，来", "嗯,好,我,来"],
    ["好，行，加", "好,行,加"],
    ["不，不，不，不", "不,不,不,不"],
    ["快，快，快，快", "快,快,快,快"],
    ["一，二，三，四", "一,二,三,四"],
    ["保，本，保，息", "保本保息"],
    ["快，加，我，微，信", "快加我微信"],
    ["稳。赚，不。赔", "稳。赚,不。赔"],
  ],
  "fractions stay apart from digits": [["2½% ¼ ¾ ⅟ ↉ ½万", "2½% ¼ ¾ ⅟ ↉ ½万"]],
  "look-alike letters join the rest of their word": [
    ["рaypal", "paypal"],
    ["раypаl", "paypal"],
    ["Тelegram тelegram", "telegram telegram"],
    ["ВTC", "btc"],
    ["Пpивет", "привет"],
    ["Αpple", "apple"],
    ["Привет Ελλάδα", "привет ελλάδα"],
    ["Telegramканал", "telegramканал"],
    ["сор", "сор"],
    ["微信vx0l1o", "微信vx0l1o"],
  ],
  "numerals are numbers": [
    ["百分之三十 百分之三点五 百分之30", "30% 3.5% 30%"],
    ["百分之百 百分百 千分之五 万分之一", "100% 100% 0.5% 0.01%"],
    ["三十万 两千 三千 二十 十五 壹仟", "300000 2000 3000 20 15 1000"],
    ["3万 1.5万 3万5千 三万五 三点五万", "30000 15000 35000 35000 35000"],
    ["两万五千里 二百零五 一千零一夜", "25000里 205 1001夜"],
    ["赚三倍 百分之三百", "赚3倍 300%"],
    ["三天 五个月 八折 三元", "3天 5个月 8折 3元"],
    ["一三八一二三四五六七八", "13812345678"],
    ["幺三八〇零一二三四五六", "13800123456"],
    ["二〇二六年", "2026年"],
    ["三 十 万", "300000"],
    ["50万两银子", "500000两银子"],
    ["叄拾萬", "300000"],
  ],
  "words made of numerals stay": [
    ["千万别 万一 十分 一定 一起 一下", "千万别 万一 十分 一定 一起 一下"],
    ["千山万水", "千山万水"],
    ["三三两两", "三三两两"],
    ["一五一十", "一五一十"],
    ["不管三七二十一", "不管三七二十一"],
    ["乱七八糟", "乱七八糟"],
    ["九牛一毛", "九牛一毛"],
    ["一成不变", "一成不变"],
    ["几十万 十几万 两百多万 三五天", "几十万 十几万 两百多万 三五天"],
    ["第三天 星期三 三点半", "第三天 星期三 三点半"],
    ["三天两头 四天王", "三天两头 四天王"],
    ["13800001234一起", "13800001234一起"],
    ["1.四川 三分之一 五万分之一", "1.四川 三分之一 五万分之一"],
    ["大陆 大陸", "大陆 大陆"],
    [`${"九".repeat(3)}亿${"万".repeat(30)}`, `${"九".repeat(3)}亿${"万".repeat(30)}`],
  ],
};

describe.each(Object.entries(CASES))("%s", (_, cases) => {
  test.each(cases)("%j folds to %j", (source, folded) => {
    expect(foldText(source).folded).toBe(folded);
    expect(foldText(folded).folded).toBe(folded);
  });
});

describe("the contact view", () => {
  test.each([
    ["加我薇信 abc12345", "加我微信 abc12345"],
    ["威信 徽信 v信 w信 V❤ 薇❤", "微信 微信 微信 微信 微信 微信"],
    ["嶶信、溦信、威芯、微❤️、微亻言、微xin", "微信、微信、微信、微信、微信、微信"],
    ["微x VX：abc wx123 weixin wechat", "微信 微信:abc 微信123 微信 微信"],
    ["加卫星 abc123", "加微信 abc123"],
    ["卫星号 卫星：abcdef 卫星 ab123 +卫星", "微信号 微信:abcdef 微信 ab123 加微信"],
    ["加V 加薇 +v 伽微", "加微信 加微信 加微信 加微信"],
    ["加徵信 abc12345", "加微信 abc12345"],
    ["扣扣 抠抠 叩叩 企鹅 q q", "qq qq qq qq qq"],
    ["扣：123456 q群", "qq:123456 qq群"],
    ["公粽号 公仲号 gzh", "公众号 公众号 公众号"],
    ["纸飞机 tg Telegram", "电报 电报 电报"],
    ["加飞机 飞机号 飞机@abc", "加电报 电报号 电报@abc"],
    ["What's App 小红薯 抖y", "whatsapp 小红书 抖音"],
    ["加裙", "加群"],
    ["嶶765510103、Q；123456、加球球", "微信765510103、qq;123456、加qq"],
  ])("spells %j as %j", (source, spelt) => {
    expect(foldText(source).contact.folded).toBe(spelt);
  });

  test.each([
    "tgif vxworks",
    "卫星导航 北斗卫星",
    "看卫星 卫星 starlink 卫星号称",
    "我叩叩门 叩叩你家门 叩叩叩",
    "有威信 威信扫地",
    "征信报告",
    "加微调",
    "小企鹅 企鹅肉",
    "坐飞机 飞机票",
    "telegram.me/abc t.me/abc wx.example.com",
    "ctrl+v",
    "微小 扣款 裙子",
  ])("leaves %j alone", (source) => {
    expect(foldText(source).contact.folded).toBe(source);
  });

  test("keeps the way back to the source", () => {
    const { contact } = foldText("加 V❤️ 号");
    const start = contact.folded.indexOf("微信");
    expect(contact.folded).toBe("加微信 号");
    expect(contact.toSource(start, start + 2)).toEqual({ start: 0, end: 5 });
  });
});
