import { type Expression, sql } from "kysely";

/** `column` has one of `values`; as one array and no list, which may be neither empty nor long. */
export function isAnyOf(column: string, values: readonly string[]) {
  return sql<boolean>`${sql.ref(column)} = ANY(${[...values]}::text[])`;
}

/**
 * `column` is among what a query of one column gives, which runs first and once. With IN, a database
 * without statistics, as an embedded one is, may run it anew for every row that it could have told apart.
 */
export function isAmong(column: string, query: Expression<unknown>) {
  return sql<boolean>`${sql.ref(column)} = ANY(ARRAY(${query}))`;
}
