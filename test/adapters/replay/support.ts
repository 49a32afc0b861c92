import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ExportRecord, readExport } from "../../../adapters/replay/index.ts";

/** Path of an export under test/fixtures/exports. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/exports/${name}`, import.meta.url));
}

export async function readAll(path: string): Promise<readonly ExportRecord[]> {
  const records: ExportRecord[] = [];
  for await (const batch of readExport(path)) records.push(...batch);
  return records;
}

/** Writes content to a file of its own, reads it as an export and removes it. */
export async function readContent(content: string | Buffer): Promise<readonly ExportRecord[]> {
  const folder = await mkdtemp(join(tmpdir(), "candor-export-"));
  try {
    const path = join(folder, "export");
    await writeFile(path, content);
    return await readAll(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

export function kindsOf(records: readonly ExportRecord[]): readonly string[] {
  return records.map(({ kind }) => kind);
}

export function textsOf(records: readonly ExportRecord[]): readonly string[] {
  return records.flatMap((record) => (record.kind === "message" ? [record.message.text] : []));
}

/** The message of a record, with `{}` for anything else. */
export function messageOf(record: ExportRecord | undefined): object {
  return record?.kind === "message" ? record.message : {};
}
