import { stat, writeFile } from "node:fs/promises";
import cliProgress from "cli-progress";
import { MemoryHistory } from "../../adapters/memory/history.ts";
import { type ExportRecord, readExport } from "../../adapters/replay/index.ts";
import { replayPage } from "../../adapters/replay/report-page.ts";
import { CandorError } from "../engine/errors.ts";
import { evaluate } from "../engine/evaluate.ts";
import { foldText } from "../engine/fold/index.ts";
import type { Policy } from "../engine/policy.ts";
import type { RuleSet } from "../engine/rule.ts";
import {
  familiesOf,
  type FileCounts,
  ReplayReport,
  type ReplaySummary,
} from "../pipeline/replay-report.ts";
import type { CommandIo } from "./io.ts";
import { codeOf, readPolicy, shippedRules } from "./rule-set.ts";

export interface ReplayOptions {
  readonly policy?: string;
  readonly json?: string;
  readonly html?: string;
}

/**
 * Runs exported history through the whole line in shadow and prints an account of it. Exit code 1
 * when some record or file could not be read; each is named.
 */
export async function replay(
  files: readonly string[],
  options: ReplayOptions,
  io: CommandIo,
): Promise<number> {
  const ruleSet = await shippedRules();
  const policy: Policy = { ...(await readPolicy(options.policy)), mode: "shadow" };
  const runner = new Replayer(ruleSet, policy);
  for (const file of files) await runner.readFile(file, await progressFor(file, io));
  const summary = runner.report.summary();
  printSummary(summary, io);
  if (options.json !== undefined) await save(options.json, `${JSON.stringify(summary, null, 2)}\n`);
  if (options.html !== undefined)
    await save(options.html, String(await replayPage(summary, policy.timeZone)));
  return summary.unreadable > 0 || summary.files.some((file) => file.broken !== null) ? 1 : 0;
}

class Replayer {
  readonly report: ReplayReport;
  readonly #ruleSet: RuleSet;
  readonly #policy: Policy;
  readonly #history = new MemoryHistory();

  constructor(ruleSet: RuleSet, policy: Policy) {
    this.#ruleSet = ruleSet;
    this.#policy = policy;
    this.report = new ReplayReport(ruleSet.version);
  }

  async readFile(path: string, progress: Progress): Promise<void> {
    const counts = this.report.openFile(path);
    for await (const batch of readExport(path, { onProgress: progress.update })) {
      for (const record of batch) await this.#add(counts, record);
    }
    progress.stop();
  }

  async #add(counts: FileCounts, record: ExportRecord): Promise<void> {
    switch (record.kind) {
      case "message": {
        const { message } = record;
        const text = foldText(message.text);
        const recalled = await this.#history.recall(message, text.folded);
        const { verdict } = evaluate(message, {
          rules: this.#ruleSet.rules,
          policy: this.#policy,
          recalled,
          text,
        });
        this.report.addVerdict(counts, message, verdict);
        return;
      }
      case "skipped":
        this.report.addSkipped(counts, record.reason);
        return;
      case "unreadable":
        this.report.addUnreadable(counts, {
          record: record.record,
          id: record.id ?? null,
          reason: record.reason,
        });
        return;
      case "broken":
        counts.broken =
          record.offset === undefined
            ? record.reason
            : `${record.reason} (near byte ${record.offset})`;
        return;
    }
  }
}

interface Progress {
  readonly update: (bytesRead: number) => void;
  readonly stop: () => void;
}

/** A bar against the size of the file on a terminal; nothing where the output goes to a file or a pipe. */
async function progressFor(file: string, io: CommandIo): Promise<Progress> {
  const size = io.stderr.isTTY ? await sizeOf(file) : 0;
  if (size === 0) return { update: () => undefined, stop: () => undefined };
  const bar = new cliProgress.SingleBar(
    {
      format: `{bar} {percentage}% ${file.replaceAll(/[{}]/gu, "")}`,
      stream: io.stderr,
      clearOnComplete: true,
      hideCursor: true,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(size, 0);
  return { update: (bytesRead) => bar.update(bytesRead), stop: () => bar.stop() };
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0; // The reader names the file and the reason.
  }
}

async function save(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new CandorError("CANDOR-017", `${path}: ${codeOf(cause)}`, { cause });
  }
}

function printSummary(summary: ReplaySummary, io: CommandIo): void {
  const out: string[] = [];
  out.push(
    `${summary.messages} messages read, ${summary.skipped} records are no messages, ${summary.unreadable} could not be read`,
  );
  out.push(
    `${summary.flagged} messages flagged, ${summary.cases} cases would be opened (rules ${summary.rulesVersion})`,
    "",
  );
  out.push("By community");
  for (const { id, name, messages, flagged, cases, byFamily } of summary.communities) {
    const families = familiesOf(byFamily)
      .map(([family, count]) => `${family} ${count}`)
      .join(", ");
    out.push(
      `  ${name ?? id} (${id}): ${messages} messages, ${flagged} flagged${families && `: ${families}`}; ${cases} cases`,
    );
  }
  out.push("", "By family");
  const families = familiesOf(summary.byFamily);
  out.push(
    ...(families.length > 0
      ? families.map(([family, count]) => `  ${family}: ${count}`)
      : ["  nothing was flagged"]),
  );
  out.push("", "By rule");
  for (const { rule, findings, bySeverity } of summary.rules) {
    const severities = Object.entries(bySeverity)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([severity, count]) => `${severity} ${count}`);
    out.push(`  ${rule}: ${findings} findings (${severities.join(", ")})`);
  }
  for (const [rule, count] of Object.entries(summary.erroredRules))
    out.push(`  ${rule}: broke on ${count} messages`);
  out.push("", "By file", ...summary.files.flatMap(describeFile));
  io.stdout.write(`${out.join("\n")}\n`);
}

function describeFile(file: FileCounts): readonly string[] {
  const skipped = Object.entries(file.skipped).map(([reason, count]) => `${count} ${reason}`);
  const head = `  ${file.file}: ${file.messages} messages${skipped.length > 0 ? `; no messages: ${skipped.join(", ")}` : ""}`;
  const named = file.unreadableRecords.map(
    ({ record, id, reason }) =>
      `    record ${record}${id === null ? "" : ` (id ${id})`} could not be read: ${reason}`,
  );
  const unnamed = file.unreadable - file.unreadableRecords.length;
  return [
    head,
    ...named,
    ...(unnamed > 0 ? [`    and ${unnamed} more`] : []),
    ...(file.broken === null
      ? []
      : [`    nothing after record ${recordsOf(file)} could be read: ${file.broken}`]),
  ];
}

function recordsOf({ messages, skipped, unreadable }: FileCounts): number {
  return messages + unreadable + Object.values(skipped).reduce((sum, count) => sum + count, 0);
}
