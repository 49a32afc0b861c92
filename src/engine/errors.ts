/**
 * Every error that a person may be shown, by a code that is never reused. `docs/errors.md` is written
 * from this table and a test keeps it so. `exit` is the exit code of the command line: 1 some input
 * was bad or a check failed, 2 wrong use or configuration, 3 a needed service could not be reached.
 */
export const ERRORS = {
  "CANDOR-001": {
    exit: 2,
    title: "A setting is wrong",
    remedy: "Correct the variable that the line names; .env.example lists what each one accepts.",
  },
  "CANDOR-002": {
    exit: 2,
    title: "The data folder cannot be used",
    remedy: "Give CANDOR_DATA_DIR a folder that this user may write to, or create it.",
  },
  "CANDOR-003": {
    exit: 2,
    title: "Another Candor is in the way",
    remedy:
      "Stop that process, or give this one a CANDOR_DATA_DIR or a database of its own. While Candor runs, its page shows and verifies the audit log.",
  },
  "CANDOR-004": {
    exit: 3,
    title: "The database cannot be reached",
    remedy:
      "Start PostgreSQL, or correct DATABASE_URL; without it Candor uses its embedded database.",
  },
  "CANDOR-005": {
    exit: 2,
    title: "The database does not fit this program",
    remedy:
      "PostgreSQL 13 or newer is needed, and a database that a newer Candor has written needs that Candor.",
  },
  "CANDOR-006": {
    exit: 3,
    title: "Redis cannot be reached",
    remedy: "Start Redis, or correct REDIS_URL; without it the queue lives in the database.",
  },
  "CANDOR-007": {
    exit: 2,
    title: "This Redis cannot hold the queue",
    remedy:
      "Use Redis 6.2 or newer with `maxmemory-policy noeviction`: any other policy drops jobs when memory is short.",
  },
  "CANDOR-008": {
    exit: 2,
    title: "A rule pack does not load",
    remedy: "Correct the rule that the line names; `candor rules test` runs every example.",
  },
  "CANDOR-009": {
    exit: 2,
    title: "The policy file is wrong",
    remedy: "Correct the key that the line names; docs/policy.md lists every key.",
  },
  "CANDOR-010": {
    exit: 1,
    title: "Some input could not be read",
    remedy: "The rest was processed; the lines or records are named with the reason.",
  },
  "CANDOR-011": {
    exit: 2,
    title: "A file cannot be read",
    remedy: "Check the path and its permissions.",
  },
  "CANDOR-012": {
    exit: 2,
    title: "The address for the web page is taken or not allowed",
    remedy:
      "Set CANDOR_HTTP_PORT to a free port or 0 for any, and CANDOR_HTTP_HOST to an address of this machine.",
  },
  "CANDOR-013": {
    exit: 1,
    title: "The audit chain is broken",
    remedy:
      "The first event that does not fit is named; compare with an earlier `candor audit export`.",
  },
  "CANDOR-014": {
    exit: 2,
    title: "This platform is not supported by this version",
    remedy:
      "Unset the token to use the sandbox; CHANGELOG.md says which version joins which platform.",
  },
  "CANDOR-015": {
    exit: 1,
    title: "A check of `candor doctor` failed",
    remedy: "Each line says what to do.",
  },
  "CANDOR-016": {
    exit: 2,
    title: "The embedded database does not open",
    remedy:
      "Its folder is damaged or the disk is full: make room, or put back a copy of the data folder; moving the folder `db` away begins an empty record.",
  },
  "CANDOR-017": {
    exit: 2,
    title: "A file cannot be written",
    remedy: "Check the path, its folder and its permissions.",
  },
  "CANDOR-018": {
    exit: 2,
    title: "What was named is not known",
    remedy: "Name one of those that the line lists; `candor policy set` makes a community known.",
  },
  "CANDOR-019": {
    exit: 2,
    title: "The calendar cannot be used",
    remedy:
      "Export it again as an iCalendar file (.ics), or take a shorter period with --from and --to.",
  },
  "CANDOR-020": {
    exit: 3,
    title: "The mail server cannot be used",
    remedy: "Start the mail server, or correct SMTP_URL; without it Candor sends no e-mail.",
  },
  "CANDOR-021": {
    exit: 2,
    title: "An option is wrong",
    remedy: "Correct the option that the line names; the command's --help lists all of them.",
  },
  "CANDOR-022": {
    exit: 2,
    title: "The secret is not the one of this database",
    remedy:
      "Set the CANDOR_SECRET with which this database was first used, or put its file `secret` back into CANDOR_DATA_DIR. With another one nobody could be found again to be erased; only a new database begins with a new secret.",
  },
  "CANDOR-023": {
    exit: 2,
    title: "Discord does not let the bot in",
    remedy:
      "On the Bot page of the developer portal, copy the token into DISCORD_TOKEN and switch on the intents that the line names.",
  },
  "CANDOR-024": {
    exit: 3,
    title: "Discord cannot be reached",
    remedy: "Try again later, or correct DISCORD_API_URL where a proxy is used.",
  },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** An error that ends a command: one line for the person, a code for the documentation, an exit code for scripts. */
export class CandorError extends Error {
  override readonly name = "CandorError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
  }

  get exit(): number {
    return ERRORS[this.code].exit;
  }
}

/** The line that is printed for an error: code, what happened, what to do. */
export function errorLine(error: CandorError): string {
  return `${error.code} ${ERRORS[error.code].title}: ${error.message}\n  ${ERRORS[error.code].remedy}`;
}
