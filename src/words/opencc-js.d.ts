// The package's own types name their files without an ending, which ES modules do not resolve.
declare module "opencc-js/cn2t" {
  /** A function that converts text; `twp` also takes the phrases of Taiwan. */
  export function Converter(options: {
    readonly from: "cn";
    readonly to: "t" | "tw" | "twp" | "hk";
  }): (text: string) => string;
}
