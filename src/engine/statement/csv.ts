import { type TransparencyRecord, transparencyRecordSchema } from "./transparency-record.ts";

/** A record as it is exported; `revoked_at` only where revoked ones are asked for. */
export type ExportedRecord = TransparencyRecord & { readonly revoked_at?: string | null };

/** Names of the columns, in the order of the record's fields. */
export function csvColumns(withRevoked: boolean): readonly string[] {
  const fields = Object.keys(transparencyRecordSchema.shape);
  return withRevoked ? [...fields, "revoked_at"] : fields;
}

/** One row of a CSV file (RFC 4180) without its line end; lists are joined by `|`, and what is absent is empty. */
export function csvRow(record: ExportedRecord, columns: readonly string[]): string {
  const values = new Map(Object.entries(record));
  return csvLine(columns.map((column) => cellOf(values.get(column))));
}

/** Cells of one line, in quotation marks where RFC 4180 asks for them. */
export function csvLine(cells: readonly string[]): string {
  return cells.map(quoted).join(",");
}

/** What ends each line of a CSV file, the last one included. */
export const CSV_LINE_END = "\r\n";

function cellOf(value: ExportedRecord[keyof ExportedRecord]): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : value.join("|");
}

function quoted(cell: string): string {
  return /[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
