/** Shortest word whose slips are recognised: in a shorter one a slip is another word (pick, kick). */
const SHORTEST = 5;
/** A command stands at the head of a line, where no other word is meant. */
const SHORTEST_COMMAND = 4;

/** Whether a word is a command with a single slip. */
export function isNearCommand(typed: string, name: string): boolean {
  return isNear(typed, name, SHORTEST_COMMAND);
}

/** Whether a word is a known one with a single slip: a letter too many, too few, wrong, or two swapped. */
export function isNear(typed: string, known: string, shortest = SHORTEST): boolean {
  const word = typed.toLowerCase();
  if (known.length < shortest || Math.abs(word.length - known.length) > 1) return false;
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
