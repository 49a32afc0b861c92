import { Converter } from "opencc-js/cn2t";

let converter: ((text: string) => string) | null = null;

/** Simplified Chinese in the characters and phrases that Taiwan writes (OpenCC's `cn` to `twp`). */
export function toTraditional(text: string): string {
  // Its dictionaries are large, and most communities never need them.
  const convert = converter ?? Converter({ from: "cn", to: "twp" });
  converter = convert;
  return convert(text);
}
