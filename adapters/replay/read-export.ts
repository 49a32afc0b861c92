import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { valueAt } from "../../src/engine/message-input.ts";
import { cleanJson } from "./clean-json.ts";
import { HEAD_BYTES, detectFormat } from "./detect-format.ts";
import { DISCORD_PATHS, makeDiscordReader } from "./discord-chat-exporter.ts";
import type { BreakCause, ExportFormat, ExportRecord, RecordOutcome } from "./export-record.ts";
import { readMessageLine } from "./json-lines.ts";
import { readLines } from "./read-lines.ts";
import { JsonDamage, streamJson } from "./stream-json.ts";
import { TELEGRAM_PATHS, makeTelegramReader } from "./telegram.ts";

export interface ReadExportOptions {
  /** Called after each chunk with the bytes read so far and the size of the file. */
  readonly onProgress?: (bytesRead: number, totalBytes: number) => void;
}

/** A failure of the file, as opposed to one of its records. */
interface FileProblem {
  readonly cause: BreakCause;
  readonly reason: string;
}

/**
 * Reads an export of any known format and yields what became of each record, in file order and in
 * batches. The format is told by the content. Memory does not grow with the file; the file is closed
 * when the caller stops early.
 *
 * Nothing is thrown for a bad file: what goes wrong with the file itself comes as one last `broken`
 * record, after everything before it was delivered. An exception of `onProgress` does come through.
 */
export async function* readExport(
  path: string,
  options: ReadExportOptions = {},
): AsyncGenerator<readonly ExportRecord[]> {
  const examined = await examine(path);
  if ("cause" in examined) {
    yield [{ kind: "broken", ...examined }];
    return;
  }
  const chunks = readChunks(path, examined.size, options);
  const outcomes =
    examined.format === "json-lines"
      ? readJsonLines(chunks)
      : readJsonDocument(chunks, examined.format, dirname(path));
  let record = 0;
  try {
    for await (const batch of outcomes) {
      yield batch.map((outcome) => ({ ...outcome, record: (record += 1) }));
    }
  } catch (error) {
    const broken = describeFailure(error);
    if (!broken) throw error;
    yield [broken];
  }
}

async function* readJsonLines(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<readonly RecordOutcome[]> {
  for await (const lines of readLines(chunks)) {
    const batch: RecordOutcome[] = [];
    for (const line of lines) {
      const outcome = readMessageLine(line);
      if (outcome) batch.push(outcome);
    }
    if (batch.length > 0) yield batch;
  }
}

async function* readJsonDocument(
  chunks: AsyncIterable<Buffer>,
  format: Exclude<ExportFormat, "json-lines">,
  folder: string,
): AsyncGenerator<readonly RecordOutcome[]> {
  const [paths, reader] =
    format === "telegram"
      ? [TELEGRAM_PATHS, makeTelegramReader(folder)]
      : [DISCORD_PATHS, makeDiscordReader(folder)];
  for await (const values of streamJson(cleanJson(chunks), paths)) {
    const batch: RecordOutcome[] = [];
    for (const at of values) {
      const outcome = reader(at);
      if (outcome) batch.push(outcome);
    }
    if (batch.length > 0) yield batch;
  }
}

async function* readChunks(
  path: string,
  size: number,
  options: ReadExportOptions,
): AsyncGenerator<Buffer> {
  let bytesRead = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    bytesRead += chunk.length;
    options.onProgress?.(bytesRead, size);
    yield chunk;
  }
}

type Examined = { readonly format: ExportFormat; readonly size: number } | FileProblem;

async function examine(path: string): Promise<Examined> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) {
      const reason = "a folder, accepted is the file in it, such as result.json";
      return { cause: "not-a-file", reason };
    }
    if (!stats.isFile()) return { cause: "not-a-file", reason: "neither a file nor a folder" };
    const format = detectFormat(await readHead(path));
    if (!format.ok) return { cause: "unknown-format", reason: format.error };
    return { format: format.value, size: stats.size };
  } catch (error) {
    const problem = describeSystemError(error);
    if (!problem) throw error;
    return problem;
  }
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function describeFailure(error: unknown): ExportRecord | null {
  if (error instanceof JsonDamage) {
    return { kind: "broken", cause: "damaged", reason: error.message, offset: error.offset };
  }
  const problem = describeSystemError(error);
  return problem && { kind: "broken", ...problem };
}

function describeSystemError(error: unknown): FileProblem | null {
  const code = valueAt(error, ["code"]);
  if (typeof code !== "string" || valueAt(error, ["syscall"]) === undefined) return null;
  if (code === "ENOENT" || code === "ENOTDIR") return { cause: "missing", reason: "no such file" };
  if (code === "EACCES" || code === "EPERM") {
    return { cause: "no-access", reason: "no permission to read the file" };
  }
  return { cause: "no-access", reason: `the file cannot be read (${code})` };
}
