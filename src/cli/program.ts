import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError, Help, type Option } from "commander";
import { z } from "zod";
import { packageRoot } from "../../adapters/system/package-root.ts";
import { CandorError, errorLine } from "../engine/errors.ts";
import type { CommandIo } from "./io.ts";

/** Wrong use of the command line, as in docs/errors.md. */
const WRONG_USE = 2;

/** Runs one command line and gives its exit code; prints errors itself and never throws. */
export async function run(argv: readonly string[], io: CommandIo): Promise<number> {
  let exitCode = 0;
  const program = makeProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    return reportError(error, io);
  }
}

function reportError(error: unknown, io: CommandIo): number {
  // Commander has already printed what was wrong, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USE;
  if (error instanceof CandorError) {
    io.stderr.write(`${errorLine(error)}\n`);
    return error.exit;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(`candor failed in a way it should not: ${text}\n`);
  return 1;
}

function makeProgram(io: CommandIo, setExit: (code: number) => void): Command {
  const program = new Command("candor")
    .description("Keeps a company's Discord and Telegram communities honest.")
    .version(readVersion())
    .exitOverride()
    .showHelpAfterError("(candor --help lists the commands)")
    .configureHelp({ optionDescription: describeOption })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });
  // Each command loads its own code, so that `check` does not wait for a database or a web server.
  addStart(program, io, setExit);
  addCheck(program, io, setExit);
  addReplay(program, io, setExit);
  addRules(program, io, setExit);
  addPolicy(program, io, setExit);
  addAudit(program, io, setExit);
  addSeen(program, io, setExit);
  addStatements(program, io, setExit);
  addOnCall(program, io, setExit);
  program
    .command("doctor")
    .description(
      "check configuration, data folder, database, Redis, tokens, and whether cases reach people; say what to do",
    )
    .action(async () => setExit(await (await import("./doctor.ts")).doctor(io)));
  return program;
}

/** Commander shows what is required only once it is missing. */
function describeOption(option: Option): string {
  const words = new Help().optionDescription(option);
  return option.mandatory ? `${words} (required)` : words;
}

const COMMUNITY = "id of the community; the sandbox's is `sandbox`";

type Add = (program: Command, io: CommandIo, setExit: (code: number) => void) => void;

const addStart: Add = (program, io, setExit) => {
  program
    .command("start")
    .description("run Candor: the sandbox in the browser, or the platforms whose tokens are set")
    .action(async () => setExit(await (await import("../main.ts")).start(io)));
};

const addCheck: Add = (program, io, setExit) => {
  program
    .command("check")
    .description("read messages as JSON Lines on standard input, write one verdict a line")
    .option("--timeline", "keep sliding windows across lines by sentAt")
    .option("--policy <file>", "YAML or JSON file with mode, thresholds, actions, exempt, language")
    .addHelpText(
      "after",
      '\nThe least a line needs: {"id": "1", "text": "…"}\ndocs/policy.md lists every key of a policy.',
    )
    .action(async (options) => setExit(await (await import("./check.ts")).check(options, io)));
};

const addReplay: Add = (program, io, setExit) => {
  program
    .command("replay")
    .description("run exported history through the whole line in shadow and report")
    .argument("<files...>", "Telegram Desktop result.json, DiscordChatExporter JSON, or JSON Lines")
    .option("--policy <file>", "YAML or JSON file with thresholds, actions, exempt, language")
    .option("--json <out>", "write the report as JSON to this file")
    .option("--html <out>", "write the report as one HTML page to this file")
    .action(async (files, options) =>
      setExit(await (await import("./replay.ts")).replay(files, options, io)),
    );
};

const addRules: Add = (program, io, setExit) => {
  const rules = program.command("rules").description("the rules in force, their examples, and why");
  rules
    .command("list")
    .description("list the rules in force")
    .option("--json", "as JSON")
    .action(async (options) => setExit(await (await import("./rules.ts")).listRules(options, io)));
  rules
    .command("test")
    .description("run every rule and detector over its own examples")
    .action(async () => setExit(await (await import("./rules.ts")).testRules(io)));
  rules
    .command("explain")
    .description("say why a text is or is not flagged")
    .argument("<text...>", "the text, as its author wrote it")
    .option("--role <role>", "who speaks: member, staff, affiliate or bot", "member")
    .option("--policy <file>", "YAML or JSON policy file")
    .action(async (text: string[], options) =>
      setExit(await (await import("./explain.ts")).explain(text.join(" "), options, io)),
    );
};

const addPolicy: Add = (program, io, setExit) => {
  const policy = program.command("policy").description("what one community asks for");
  policy
    .command("show")
    .description("print the policy in force, as YAML")
    .argument("<community>", COMMUNITY)
    .action(async (community) =>
      setExit(await (await import("./policy.ts")).showPolicy(community, io)),
    );
  policy
    .command("set")
    .description("give a community the policy in a YAML or JSON file")
    .argument("<community>", COMMUNITY)
    .argument("<file>", "keys that are left out have their defaults; docs/policy.md lists all")
    .option("--platform <name>", "of a community that has not been seen yet", "sandbox")
    .action(async (community, file, options) =>
      setExit(await (await import("./policy.ts")).setPolicy(community, file, options, io)),
    );
};

const addAudit: Add = (program, io, setExit) => {
  const audit = program
    .command("audit")
    .description("prove or write out the audit log; erase a person from the record");
  audit
    .command("verify")
    .description("check every link of the hash chain of each community")
    .option("--community <id>", `only this: ${COMMUNITY}`)
    .option(
      "--against <file>",
      "an earlier `candor audit export`: every event of it must still stand in the chain",
    )
    .action(async (options) =>
      setExit(await (await import("./audit.ts")).verifyAudit(options, io)),
    );
  audit
    .command("export")
    .description("write the audit log as JSON Lines on standard output")
    .option("--community <id>", `only this: ${COMMUNITY}`)
    .action(async (options) =>
      setExit(await (await import("./audit.ts")).exportAudit(options, io)),
    );
  audit
    .command("erase")
    .description("erase what is kept of one person; the chain stays whole")
    .requiredOption("--community <id>", COMMUNITY)
    .requiredOption("--author <id>", "the person's id on the platform")
    .option("--platform <name>", "which platform", "sandbox")
    .action(async (options) =>
      setExit(await (await import("./erase.ts")).erasePerson(options, io)),
    );
};

const addSeen: Add = (program, io, setExit) => {
  program
    .command("seen")
    .description("prove from the audit log how soon a person saw what was found")
    .requiredOption("--within <time>", "how soon, such as 15m or 2h, from a message's arrival")
    .option("--severity <list>", "only cases of these, such as S1 or S1,S2; absent: every case")
    .option("--community <id>", `only this: ${COMMUNITY}`)
    .option("--from <date>", "first day on which messages arrived (UTC), or a time; absent: all")
    .option("--to <date>", "last day, included; absent: until now")
    .option("--json", "as JSON, with every case that was missed")
    .addHelpText("after", SEEN_HELP)
    .action(async (options) => setExit(await (await import("./seen.ts")).proveSeen(options, io)));
};

const SEEN_HELP = `
A message is seen when a person first does something on its case: acknowledges it, takes it, holds it, writes a
note, proposes or decides. Being paged is said apart, as reached: it is not a person seeing anything, and neither is
opening a card. Each message counts from its own arrival, also where it joined a case. Shadow mode does not count,
and nothing is excused. Exit code 0: all were seen in time, or still have time, and the chain holds; 1: not so.
The head of the chain is that of \`candor audit export\`, with which somebody else can check it. docs/seen.md says more.`;

const addOnCall: Add = (program, io, setExit) => {
  const oncall = program.command("oncall").description("who is on call, and calendars of duties");
  oncall
    .command("show")
    .description("say for each rota who is on call, until when, and who is next")
    .requiredOption("--community <id>", COMMUNITY)
    .option("--at <time>", "2026-12-01T09:00, in the community's time zone; absent: now")
    .action(async (options) =>
      setExit(await (await import("./show-oncall.ts")).showOnCall(options, io)),
    );
  oncall
    .command("import")
    .description("take the duties of an iCalendar file into a rota; once each, however often")
    .argument("<file>", "an iCalendar file (.ics)")
    .requiredOption("--community <id>", COMMUNITY)
    .requiredOption("--rota <name>", "a rota of the community's policy")
    .option("--from <date>", "first day, in the rota's time zone; absent: now")
    .option("--to <date>", "last day, included; absent: 90 days after --from")
    .option("--replace", "duties that were imported before and are not in the file go")
    .action(async (file, options) =>
      setExit(await (await import("./import-oncall.ts")).importOnCall(file, options, io)),
    );
};

const addStatements: Add = (program, io, setExit) => {
  program
    .command("statements")
    .description("statements of reasons that members were given")
    .command("export")
    .description("write them in the fields of the DSA Transparency Database")
    .requiredOption("--from <date>", "first day, such as 2026-03-01 (UTC)")
    .requiredOption("--to <date>", "last day, included")
    .requiredOption("--out <file>", "where to write them")
    .option("--format <format>", "jsonl or csv", "jsonl")
    .option("--community <id>", `only this: ${COMMUNITY}`)
    .option("--include-revoked", "also those that were taken back, marked by revoked_at")
    .action(async (options) =>
      setExit(await (await import("./statements.ts")).exportStatements(options, io)),
    );
};

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  return z.object({ version: z.string() }).parse(manifest).version;
}
