import { checkRedis } from "../../adapters/bullmq/redis.ts";
import { openBase, refuseRoles, refuseToken, settingsOf } from "../composition.ts";
import type { Settings } from "../config/settings.ts";
import { CandorError, ERRORS } from "../engine/errors.ts";
import { redisProblem } from "../problems.ts";
import type { CommandIo } from "./io.ts";
import { shippedRules } from "./rule-set.ts";

/** One thing that was looked at: what was found, or the error that says what to do. */
interface Check {
  readonly name: string;
  readonly run: () => Promise<string>;
}

/**
 * Looks at configuration, rules, data folder, database, Redis and tokens, each apart, and says what to
 * do. Exit code 1 when something is not as it must be.
 */
export async function doctor(io: CommandIo): Promise<number> {
  let failed = 0;
  const look = async ({ name, run }: Check): Promise<void> => {
    try {
      io.stdout.write(`ok      ${name}: ${await run()}\n`);
    } catch (error) {
      failed += 1;
      io.stdout.write(`FAILED  ${name}: ${describe(error)}\n`);
    }
  };
  let settings: Settings | undefined;
  await look({
    name: "settings",
    run: async () => {
      settings = settingsOf(io.env);
      return "every variable is understood";
    },
  });
  await look({ name: "rules", run: checkRules });
  for (const check of settings ? checksOf(settings, io) : []) await look(check);
  if (failed === 0) {
    io.stdout.write("Everything is as it must be.\n");
    return 0;
  }
  io.stdout.write(`${failed} ${failed === 1 ? "check" : "checks"} failed.\n`);
  return 1;
}

async function checkRules(): Promise<string> {
  const { rules, version } = await shippedRules();
  return `${rules.length} rules in force, version ${version}`;
}

function checksOf(settings: Settings, io: CommandIo): readonly Check[] {
  return [
    { name: "roles", run: async () => checkRoles(settings) },
    { name: "node", run: async () => checkNode(process.versions.node) },
    { name: "data folder and database", run: () => checkDatabase(settings, io) },
    { name: "redis", run: () => checkQueue(settings.REDIS_URL) },
    { name: "web page", run: async () => describeAddress(settings) },
    { name: "discord", run: async () => checkToken(settings, "DISCORD_TOKEN") },
    { name: "telegram", run: async () => checkToken(settings, "TELEGRAM_TOKEN") },
  ];
}

/** The floor of package.json's `engines`. */
const LEAST_NODE = [20, 19] as const;

function checkNode(version: string): string {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])) {
    throw new CandorError(
      "CANDOR-015",
      `Node.js ${version} is older than ${LEAST_NODE.join(".")}; install a newer one`,
    );
  }
  return `Node.js ${version}`;
}

async function checkDatabase(settings: Settings, io: CommandIo): Promise<string> {
  const base = await openBase(io.env, { create: true }).catch(describeHolder);
  if (typeof base === "string") return base;
  try {
    const communities = await base.store.communities();
    const where =
      settings.DATABASE_URL === undefined
        ? `embedded in ${settings.CANDOR_DATA_DIR}`
        : "PostgreSQL";
    return `${where}, ${communities.length} communities recorded`;
  } finally {
    await base.close();
  }
}

/** A running Candor is no fault of the data folder; anything else is thrown on. */
function describeHolder(error: unknown): string {
  if (error instanceof CandorError && error.code === "CANDOR-003")
    return `in use: ${error.message}`;
  throw error;
}

async function checkQueue(url: string | undefined): Promise<string> {
  if (url === undefined) return "not set; the queue lives in the database";
  const checked = await checkRedis(url);
  if (!checked.ok) throw redisProblem(checked.error);
  return "reachable, new enough, and it drops nothing";
}

function describeAddress({ CANDOR_HTTP_HOST: host, CANDOR_HTTP_PORT: port }: Settings): string {
  const open = ["127.0.0.1", "localhost", "::1"].includes(host);
  return `${host} port ${port}${open ? "" : "; the page has no login: let nobody but you reach this address"}`;
}

function checkRoles(settings: Settings): string {
  refuseRoles(settings);
  return settings.CANDOR_ROLES.join(", ");
}

function checkToken(settings: Settings, name: "DISCORD_TOKEN" | "TELEGRAM_TOKEN"): string {
  refuseToken(settings, name);
  return "no token; the sandbox takes its place";
}

function describe(error: unknown): string {
  if (error instanceof CandorError) {
    return `${error.code} ${error.message}\n        ${ERRORS[error.code].remedy}`;
  }
  return error instanceof Error ? error.message : String(error);
}
