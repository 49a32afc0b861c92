/** Types for programs that read the examples; the page itself is plain JavaScript. */
export const EXAMPLES: Readonly<
  Record<"claim" | "leak" | "question", Readonly<Record<"zh" | "en", string>>>
>;
