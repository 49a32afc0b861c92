import { type Kysely, type Migration, Migrator, sql } from "kysely";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { RECORDS_SCHEMA } from "./pool.ts";
import type { Tables } from "./tables.ts";

export type MigrateError =
  /** A newer Candor has been here: `unknown` are the migrations that this one does not have. */
  | { readonly kind: "newer-database"; readonly unknown: readonly string[] }
  | {
      readonly kind: "migration-failed";
      readonly migration: string | null;
      readonly cause: unknown;
    };

/**
 * Brings the tables up to date, forwards only, each step in a transaction of its own. Processes that
 * start at once wait for one another. Returns the names of the steps this call took. `steps` are
 * others than the program's own, for tests.
 */
export async function migrate(
  db: Kysely<Tables>,
  steps: Readonly<Record<string, Migration>> = MIGRATIONS,
): Promise<Result<readonly string[], MigrateError>> {
  const unknown = (await executed(db)).filter((name) => !Object.hasOwn(steps, name));
  if (unknown.length > 0) return fail({ kind: "newer-database", unknown });
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...steps }) },
    migrationTableSchema: RECORDS_SCHEMA,
  });
  const done: string[] = [];
  for (;;) {
    const { error, results } = await migrator.migrateUp();
    const last = results?.at(-1);
    if (error !== undefined) {
      const failed = results?.find((result) => result.status === "Error");
      return fail({
        kind: "migration-failed",
        migration: failed?.migrationName ?? null,
        cause: error,
      });
    }
    if (last === undefined) return ok(done);
    done.push(last.migrationName);
  }
}

async function executed(db: Kysely<Tables>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (
    !tables.some((table) => table.schema === RECORDS_SCHEMA && table.name === "kysely_migration")
  ) {
    return [];
  }
  const { rows } = await sql<{ name: string }>`
    SELECT name FROM kysely_migration ORDER BY name`.execute(db);
  return rows.map((row) => row.name);
}
