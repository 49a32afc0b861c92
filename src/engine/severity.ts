/** Gravest first. S1: savings, health or a run on the company. S4: a hint to the author only. The policy says what each means. */
export const SEVERITIES = ["S1", "S2", "S3", "S4"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One step graver; S1 stays S1. */
export function raise(severity: Severity): Severity {
  return SEVERITIES[Math.max(0, SEVERITIES.indexOf(severity) - 1)] ?? severity;
}

/** The graver of two; anything is graver than none. */
export function graver(a: Severity | null, b: Severity | null): Severity | null {
  if (a === null || b === null) return a ?? b;
  return SEVERITIES.indexOf(a) <= SEVERITIES.indexOf(b) ? a : b;
}

/** Whether `a` is graver than `b`; anything is graver than none. */
export function isGraver(a: Severity | null, b: Severity | null): boolean {
  return a !== b && graver(a, b) === a;
}
