/** `+08:00` names an offset, which knows no daylight saving time and is no zone. */
const OFFSET = /^[+-]/u;

/** Zones that were found to be known: asking takes tens of microseconds, and every policy asks for each of its own. */
const known = new Set<string>();

/** Whether the name is an IANA time zone (`Asia/Shanghai`, `UTC`) that this machine knows. */
export function isTimeZone(name: string): boolean {
  if (known.has(name)) return true;
  if (OFFSET.test(name)) return false;
  try {
    const zone = new Intl.DateTimeFormat("en", { timeZone: name });
    if (zone.resolvedOptions().timeZone === "") return false;
    known.add(name);
    return true;
  } catch {
    return false;
  }
}
