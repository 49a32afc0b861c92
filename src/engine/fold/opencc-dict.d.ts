declare module "opencc-js/dict/TSCharacters" {
  /** `traditional simplified [simplified…]` entries joined by `|`. */
  const entries: string;
  export default entries;
}

declare module "opencc-js/dict/TSPhrases" {
  /** `traditional simplified` entries joined by `|`. */
  const entries: string;
  export default entries;
}
