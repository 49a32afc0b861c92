import type { Severity } from "./severity.ts";

/** How a member's earlier reports were decided. */
export interface ReporterRecord {
  readonly upheld: number;
  readonly dismissed: number;
}

/**
 * What one report weighs, 0 to 1: the share of the reporter's decided reports that were right, with one
 * of each added so that a newcomer counts half (Laplace's rule of succession). A reporter who is wrong
 * again and again weighs little, but never silences others.
 */
export function reportWeight({ upheld, dismissed }: ReporterRecord): number {
  return (upheld + 1) / (upheld + dismissed + 2);
}

/** What the reports of one message ask for together. */
export type ReportOutcome =
  /** Kept; a case opens when others report too. */
  { readonly kind: "noted" } | { readonly kind: "case"; readonly severity: Severity };

/** `weights` are those of everybody who reported the message; `openAt` and `graveAt` come from the policy. */
export function judgeReports(
  weights: readonly number[],
  { openAt, graveAt }: { readonly openAt: number; readonly graveAt: number },
): ReportOutcome {
  const weight = weights.reduce((sum, each) => sum + each, 0);
  if (weight < openAt) return { kind: "noted" };
  return { kind: "case", severity: weight >= graveAt ? "S2" : "S3" };
}
