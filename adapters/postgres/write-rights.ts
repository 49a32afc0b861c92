import type { Transaction } from "kysely";
import type { Case } from "../../src/engine/case/case.ts";
import type { KnownRights, RightsChange } from "../../src/ports/rights.ts";
import { appealsAgainst, writeAppeal } from "./appeals.ts";
import { reportsOfCase, settleReports } from "./reports.ts";
import { addStatements, authorsOf, revokeStatements, standingStatements } from "./statements.ts";
import type { Tables } from "./tables.ts";

/** Who is owed what about a case that this transaction has locked. */
export async function rightsOf(
  transaction: Transaction<Tables>,
  { id, decision }: Case,
): Promise<KnownRights> {
  return {
    authors: await authorsOf(transaction, id),
    statements: await standingStatements(transaction, id),
    reports: await reportsOfCase(transaction, id),
    appeals: decision ? await appealsAgainst(transaction, decision.id) : [],
    notes: await notesOf(transaction, id),
  };
}

async function notesOf(
  transaction: Transaction<Tables>,
  caseId: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await transaction
    .selectFrom("case_notes")
    .select(["by_person", (eb) => eb.fn.countAll<string>().as("notes")])
    .where("case_id", "=", caseId)
    .groupBy("by_person")
    .execute();
  return new Map(rows.map(({ by_person: by, notes }) => [by, Number(notes)]));
}

/** Writes what a step or an effect is for the people it is about; decisions must have been written before. */
export async function writeRights(
  transaction: Transaction<Tables>,
  { statements = [], revoked, appeal, decidedWith = [], reports = [] }: RightsChange,
): Promise<void> {
  if (revoked) await revokeStatements(transaction, revoked);
  await addStatements(transaction, statements);
  if (appeal) await writeAppeal(transaction, appeal);
  for (const each of decidedWith) await writeAppeal(transaction, each);
  await settleReports(transaction, reports);
}
