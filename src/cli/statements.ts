import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { errorCode } from "../../adapters/system/error-code.ts";
import { type Base, openBase } from "../composition.ts";
import { CandorError } from "../engine/errors.ts";
import { CSV_LINE_END, csvColumns, csvLine, csvRow } from "../engine/statement/csv.ts";
import { transparencyRecordSchema } from "../engine/statement/transparency-record.ts";
import type { Statement, StatementFilter } from "../ports/rights.ts";
import { communitiesOf } from "./community.ts";
import { counted } from "./counted.ts";
import type { CommandIo } from "./io.ts";
import { wrongOption } from "./wrong-option.ts";

const PAGE = 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface ExportOptions {
  /** `2026-03-01`, in UTC; the first and the last day that count. */
  readonly from: string;
  readonly to: string;
  readonly community?: string;
  readonly format: string;
  readonly out: string;
  readonly includeRevoked?: boolean;
}

type Format = "jsonl" | "csv";

/**
 * Writes statements of reasons in the fields of the DSA Transparency Database, oldest first. Every record is
 * checked again as it is written. Revoked ones are left out, or marked with `revoked_at`.
 */
export async function exportStatements(options: ExportOptions, io: CommandIo): Promise<number> {
  const from = dayOf("--from", options.from);
  const until = dayOf("--to", options.to) + DAY_MS;
  if (until <= from) throw wrongOption("--to", options.to, "a day not before --from");
  const format = formatOf(options.format);
  const includeRevoked = options.includeRevoked ?? false;
  const base = await openBase(io.env, { create: false });
  try {
    await communitiesOf(base, options.community);
    const filter = {
      from,
      until,
      includeRevoked,
      limit: PAGE,
      ...(options.community !== undefined && { communityId: options.community }),
    };
    const written = await writeFile(options.out, lines(base, filter, format));
    io.stdout.write(`${counted(written, "statement", "statements")} written to ${options.out}\n`);
    return 0;
  } finally {
    await base.close();
  }
}

/** Every line with its end; that of the columns counts as none. */
async function* lines(
  base: Base,
  filter: StatementFilter,
  format: Format,
): AsyncGenerator<{ readonly text: string; readonly counts: boolean }> {
  const columns = csvColumns(filter.includeRevoked);
  if (format === "csv") yield { text: `${csvLine(columns)}${CSV_LINE_END}`, counts: false };
  let after: Statement | undefined;
  for (;;) {
    const page = await base.store.statements({ ...filter, ...(after && { after }) });
    for (const { record, revokedAt } of page) {
      const checked = {
        ...transparencyRecordSchema.parse(record),
        ...(filter.includeRevoked && {
          revoked_at: revokedAt === null ? null : new Date(revokedAt).toISOString(),
        }),
      };
      const text =
        format === "csv"
          ? `${csvRow(checked, columns)}${CSV_LINE_END}`
          : `${JSON.stringify(checked)}\n`;
      yield { text, counts: true };
    }
    if (page.length < filter.limit) return;
    after = page.at(-1);
  }
}

async function writeFile(
  file: string,
  all: AsyncGenerator<{ readonly text: string; readonly counts: boolean }>,
): Promise<number> {
  const out = createWriteStream(file);
  const ended = finished(out);
  // A file that cannot be written ends the stream before the first page is read.
  ended.catch(() => undefined);
  let written = 0;
  try {
    for await (const { text, counts } of all) {
      await new Promise<void>((resolve, reject) =>
        out.write(text, (error) => (error ? reject(error) : resolve())),
      );
      if (counts) written += 1;
    }
    out.end();
    await ended;
  } catch (cause) {
    out.destroy();
    if (errorCode(cause) === undefined) throw cause;
    throw new CandorError("CANDOR-017", `${file}: ${errorCode(cause)}`, { cause });
  }
  return written;
}

function dayOf(option: string, words: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/u.test(words) ? Date.parse(`${words}T00:00:00Z`) : Number.NaN;
  // A day that no month has rolls over into the next.
  const isDay = Number.isFinite(at) && new Date(at).toISOString().startsWith(words);
  if (!isDay) throw wrongOption(option, words, "a day such as 2026-03-01");
  return at;
}

function formatOf(words: string): Format {
  if (words === "jsonl" || words === "csv") return words;
  throw wrongOption("--format", words, "jsonl or csv");
}
