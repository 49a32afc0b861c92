import { expect, test } from "@jest/globals";
import { plainWords } from "../../src/engine/plain-words.ts";

test.each([
  ["please\nDecided by olivia: overturned", "please Decided by olivia: overturned"],
  ["look \u202Ehere\u202C \u2066now\u2069", "look here now"],
  ["a\u0000b\u0007c", "abc"],
  ["  保本保息\r\n稳赚不赔  ", "保本保息 稳赚不赔"],
  ["👩‍👩‍👧 stays", "👩‍👩‍👧 stays"],
  ["half \uD800", "half \uFFFD"],
])("%j stands on one line as %j", (text, plain) => {
  expect(plainWords(text)).toBe(plain);
});
