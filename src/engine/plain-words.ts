/** Controls, and marks that turn the direction of what follows them (Unicode, UAX 9, section 2). */
const HIDDEN = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/**
 * Somebody's words as they may stand beside Candor's own: on one line, without controls and without marks
 * of direction, so that they can pass for nobody else's. May be shorter than `text`.
 */
export function plainWords(text: string): string {
  return text.replaceAll(/\s+/gu, " ").replaceAll(HIDDEN, "").toWellFormed().trim();
}
