export type { BreakCause, ExportRecord } from "./export-record.ts";
export { type ReadExportOptions, readExport } from "./read-export.ts";
export { type Line, MAX_LINE_BYTES, readLines } from "./read-lines.ts";
