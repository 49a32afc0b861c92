import { type Kysely, sql } from "kysely";

/**
 * What a threshold adds is added for one author of a case, beside their points; and each of them may appeal.
 * Several who appealed may have been erased: they share an id that is nobody's.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("strikes").addColumn("added", "json").execute();
  await db.schema.alterTable("appeals").dropConstraint("appeals_decision_id_key").execute();
  await db.schema.createIndex("appeals_decision").on("appeals").column("decision_id").execute();
  await db.schema
    .createIndex("appeals_author")
    .unique()
    .on("appeals")
    .columns(["decision_id", "author_id"])
    .where(sql<boolean>`author_id <> ''`)
    .execute();
}
