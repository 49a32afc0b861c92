/** Types for programs that read the catalogue; the page itself is plain JavaScript. */
export const WORDS: Readonly<Record<string, string>>;
