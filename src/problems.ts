import type { OpenJobsError } from "../adapters/bullmq/open-jobs.ts";
import type { RedisError } from "../adapters/bullmq/redis.ts";
import type { LockHeld } from "../adapters/postgres/advisory-lock.ts";
import type { OpenDatabaseError } from "../adapters/postgres/database.ts";
import type { MigrateError } from "../adapters/postgres/migrate.ts";
import type { WrongSecret } from "../adapters/postgres/secret-canary.ts";
import type { Address, ListenProblem } from "../adapters/sandbox/index.ts";
import type { BadSecretFile, DataFolderError, NoSecret } from "../adapters/system/data-folder.ts";
import type { FolderHeld } from "../adapters/system/folder-lock.ts";
import { CandorError } from "./engine/errors.ts";
import type { Share } from "./engine/share.ts";

/** What adapters report, as the errors that a person is shown: facts in words, never a password or an address with one. */

export function dataFolderProblem(error: DataFolderError | BadSecretFile | NoSecret): CandorError {
  switch (error.kind) {
    case "not-a-folder":
      return new CandorError("CANDOR-002", `CANDOR_DATA_DIR: ${error.path} is not a folder`);
    case "cannot-create":
      return new CandorError(
        "CANDOR-002",
        error.code === "ENOENT"
          ? `CANDOR_DATA_DIR: ${error.path} does not exist, nor does the folder it would be made in`
          : `CANDOR_DATA_DIR: ${error.path} cannot be made (${error.code})`,
      );
    case "missing":
      return new CandorError(
        "CANDOR-002",
        `CANDOR_DATA_DIR: there is no data folder at ${error.path}; nothing was recorded there`,
      );
    case "not-readable":
      return new CandorError(
        "CANDOR-002",
        `CANDOR_DATA_DIR: ${error.path} cannot be read (${error.code})`,
      );
    case "not-writable":
      return new CandorError(
        "CANDOR-002",
        `CANDOR_DATA_DIR: ${error.path} cannot be written to (${error.code})`,
      );
    case "bad-secret-file":
      return new CandorError(
        "CANDOR-002",
        `${error.path} is not the key that Candor wrote; put the old one back, or set CANDOR_SECRET`,
      );
    case "no-secret":
      return new CandorError(
        "CANDOR-022",
        `the database holds records, but CANDOR_SECRET is not set and there is no ${error.path}`,
      );
  }
}

export function folderHeldProblem({ path, holder }: FolderHeld): CandorError {
  const who = holder
    ? `process ${holder.pid} on ${holder.host} since ${new Date(holder.since).toISOString()}`
    : "a process that its lock file does not name";
  return new CandorError("CANDOR-003", `${path} is held by ${who}`);
}

/** Why a process may not work on a shared database. */
export function workHeldProblem(held: LockHeld, { index, of }: Share): CandorError {
  if (held.kind === "divided") {
    const others = held.of === 1 ? "1 process" : `${held.of} processes`;
    return new CandorError(
      "CANDOR-003",
      `DATABASE_URL: another Candor runs on this database as ${others}, this one would as ${of}; stop it first`,
    );
  }
  return new CandorError(
    "CANDOR-003",
    of === 1
      ? "DATABASE_URL: another Candor runs the sandbox on this database"
      : `DATABASE_URL: another Candor runs on this database as process ${index} of ${of}`,
  );
}

export function databaseProblem(
  error: OpenDatabaseError | MigrateError | WrongSecret,
): CandorError {
  switch (error.kind) {
    case "wrong-secret":
      return new CandorError("CANDOR-022", "the database was written with another secret");
    case "bad-url":
      return new CandorError(
        "CANDOR-001",
        "DATABASE_URL: read something that is no address (not shown); accepted: a postgres:// address",
      );
    case "unreachable":
      return new CandorError(
        "CANDOR-004",
        `DATABASE_URL: nobody answers at ${error.address} (${error.reason})`,
      );
    case "refused":
      return new CandorError(
        "CANDOR-004",
        `DATABASE_URL: ${error.address} refuses (${error.reason})`,
      );
    case "too-old":
      return new CandorError(
        "CANDOR-005",
        `PostgreSQL ${error.version} is older than ${error.minimum}`,
      );
    case "embedded-broken":
      return new CandorError("CANDOR-016", `the database in ${error.folder} does not open`, {
        cause: error.cause,
      });
    case "newer-database":
      return new CandorError(
        "CANDOR-005",
        `a newer Candor has written this database (${error.unknown.join(", ")})`,
      );
    case "migration-failed":
      return new CandorError("CANDOR-005", `migration ${error.migration ?? "?"} failed`, {
        cause: error.cause,
      });
  }
}

export function jobsProblem(error: OpenJobsError): CandorError {
  switch (error.kind) {
    case "redis":
      return redisProblem(error.error);
    case "newer-queue-schema":
      return new CandorError("CANDOR-005", "a newer queue library has written the queue's tables");
    case "queue-schema-failed":
      return new CandorError("CANDOR-005", "the queue's tables could not be made", {
        cause: error.cause,
      });
  }
}

export function redisProblem(error: RedisError): CandorError {
  switch (error.kind) {
    case "bad-url":
      return new CandorError(
        "CANDOR-001",
        "REDIS_URL: read something that is no address (not shown); accepted: a redis:// or rediss:// address",
      );
    case "unreachable":
      return new CandorError(
        "CANDOR-006",
        `REDIS_URL: nobody answers at ${error.address} (${error.reason})`,
      );
    case "too-old":
      return new CandorError(
        "CANDOR-007",
        `REDIS_URL: Redis ${error.version} is older than ${error.minimum}`,
      );
    case "wrong-eviction":
      return new CandorError(
        "CANDOR-007",
        `REDIS_URL: maxmemory-policy is ${error.policy}; accepted: ${error.wanted}`,
      );
  }
}

export function listenProblem({ host, port }: Address, problem: ListenProblem): CandorError {
  const where = `CANDOR_HTTP_HOST ${host}, CANDOR_HTTP_PORT ${port}`;
  switch (problem.kind) {
    case "address-in-use":
      return new CandorError("CANDOR-012", `${where}: another program listens there`);
    case "not-permitted":
      return new CandorError("CANDOR-012", `${where}: this user may not listen there`);
    case "no-such-address":
      return new CandorError("CANDOR-012", `${where}: this machine has no such address`);
    case "failed":
      return new CandorError("CANDOR-012", `${where}: could not listen`, { cause: problem.cause });
  }
}
