/** UTF-16 units before a number in which words about it are looked for. */
const LOOK_BEHIND = 24;
/** Longest address worth reading backwards from a number. */
const LONGEST_ADDRESS = 200;

/** What is said of a number right before and after it. */
export type Company = "phone" | "other" | "unknown";

// A hotline is the company's own; its words stand before 电话 and win.
const PHONE_WORD =
  /(?:(?<!客服|服务|热线|官方|投诉|售后)(?:电话|手机|联系方式)|(?<![a-z])(?:call|phone|tel|mobile|cell|whatsapp|text)(?![a-z]))(?:号码?|是|为)?[\s:=.]{0,3}(?:(?:me|us|him|her|at|on|number|no|is)[\s:.]{1,2}){0,2}$/u;
/** Words that say the number is no person's: an order, a parcel, a hotline, a meeting. None reaches over a clause mark. */
const NOT_A_PERSON =
  /(?:订单|单号|流水|运单|快递|物流|编号|工单|发票|批次|客服|热线|群号|版本|会议|时间戳|(?<![a-z])(?:order|invoice|tracking|ticket|case|hotline|serial|model|version|id|uid|hash|block|tx|meeting|zoom)(?![a-z]))[^\d\n,。;!?、]{0,6}$/u;
const MONEY_BEFORE = /[¥$€£]\s?$/u;
const UNIT_AFTER =
  /^\s?(?:元(?!旦|宵|月|先|女)|美元|块钱|亿|rmb|usd|股(?!东)|字节|[次条](?!日)|个(?!人))/u;

/** Reads the words around a number. A word for a telephone right before it wins over all others. */
export function companyOf(folded: string, start: number, end: number): Company {
  const before = folded.slice(Math.max(0, start - LOOK_BEHIND), start);
  if (PHONE_WORD.test(before)) return "phone";
  const isOther =
    NOT_A_PERSON.test(before) ||
    MONEY_BEFORE.test(before) ||
    UNIT_AFTER.test(folded.slice(end, end + 4));
  return isOther ? "other" : "unknown";
}

const GLUED_PHONE_WORD = /(?<![a-z])(?:tel|phone|mobile|call|cell)$/u;
const PHONE_KEY =
  /(?:(?<![a-z])(?:user_?)?(?:tel|phone|mobile|cell|contact)(?:_?(?:no|num|number))?|电话|手机号?)\s?=$/u;
const LIST_NUMBER = /(?:^|\n)\s?\d{1,3}\.$/u;
const NOT_OPEN = /[\p{Ll}#@]/u;
const FILE_OR_DOMAIN =
  /^\.(?:jpe?g|png|gif|webp|mp[34]|mov|avi|pdf|docx?|xlsx?|txt|zip|rar|apk|json|csv|log|html?|php|com|cn|net|org)(?![a-z])/u;
const NOT_CLOSED = /^(?:[\d\p{Ll}%=]|_[a-z\d]|[.-]\d)/u;

/** Whether a number may begin and end here: not inside a word, a handle, a file name, a decimal or an address. */
export function standsFree(folded: string, start: number, end: number): boolean {
  const after = folded.slice(end, end + 8);
  if (NOT_CLOSED.test(after) || FILE_OR_DOMAIN.test(after)) return false;
  const mark = folded[start - 1];
  if (mark === undefined) return true;
  const before = folded.slice(Math.max(0, start - LOOK_BEHIND), start);
  if (NOT_OPEN.test(mark)) return GLUED_PHONE_WORD.test(before);
  if (mark === "=") return PHONE_KEY.test(before) && !isInAddress(folded, start);
  if (mark === "_" || mark === "-" || mark === ".") {
    return !/[a-z\d].$/u.test(before) || LIST_NUMBER.test(before);
  }
  return !(mark === "/" || mark === "?" || mark === "&") || !isInAddress(folded, start);
}

const ADDRESS = /:\/\/|^www\.|\.[a-z]{2,10}(?::\d{2,5})?\//u;

function isInAddress(folded: string, position: number): boolean {
  const before = folded.slice(Math.max(0, position - LONGEST_ADDRESS), position);
  return ADDRESS.test(/[^\s\u3400-\u9fff]*$/u.exec(before)?.[0] ?? "");
}
