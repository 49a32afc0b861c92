/** Shortest word whose slips are recognised: in a shorter one a slip is another word (pick, kick). */
const SHORTEST = 5;

/** Whether a word is a known one with a single slip: a letter too many, too few, wrong, or two swapped. */
export function isNear(typed: string, known: string): boolean {
  const word = typed.toLowerCase();
  if (known.length < SHORTEST || Math.abs(word.length - known.length) > 1) return false;
  let start = 0;
  while (start < known.length && word[start] === known[start]) start += 1;
  const wordEnd = word.slice(start);
  const knownEnd = known.slice(start);
  if (wordEnd === knownEnd) return true;
  return (
    wordEnd.slice(1) === knownEnd ||
    wordEnd === knownEnd.slice(1) ||
    wordEnd.slice(1) === knownEnd.slice(1) ||
    (wordEnd[0] === knownEnd[1] &&
      wordEnd[1] === knownEnd[0] &&
      wordEnd.slice(2) === knownEnd.slice(2))
  );
}
