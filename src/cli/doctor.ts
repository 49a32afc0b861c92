import { checkRedis, type Keeps } from "../../adapters/bullmq/redis.ts";
import { systemClock } from "../../adapters/system/clock.ts";
import { type Base, openBase, refuseRoles, refuseToken, settingsOf } from "../composition.ts";
import type { Settings } from "../config/settings.ts";
import { CandorError } from "../engine/errors.ts";
import type { Policy } from "../engine/policy.ts";
import { redisProblem } from "../problems.ts";
import { lookAtDiscord } from "./check-discord.ts";
import { checkMail } from "./check-mail.ts";
import { counted } from "./counted.ts";
import { failureOf, type Finding, findingLines } from "./findings.ts";
import { checkHumanSide } from "./human-side.ts";
import type { CommandIo } from "./io.ts";
import { shippedRules } from "./rule-set.ts";

/**
 * Looks at configuration, rules, data folder, database, Redis, mail server and tokens, each apart, and
 * at whether cases reach people; says what to do. Exit code 1 when something is not as it must be.
 */
export async function doctor(io: CommandIo): Promise<number> {
  let failed = 0;
  const tell = (finding: Finding): void => {
    if (finding.state === "failed") failed += 1;
    io.stdout.write(findingLines(finding));
  };
  const look = async (name: string, run: () => string | Promise<string>): Promise<void> => {
    try {
      tell({ state: "ok", name, text: await run() });
    } catch (error) {
      tell(failureOf(name, error));
    }
  };
  let settings: Settings | undefined;
  await look("settings", () => {
    settings = settingsOf(io.env);
    return "every variable is understood";
  });
  await look("rules", checkRules);
  if (settings) await checkSettings(settings, { look, tell, io });
  if (failed === 0) {
    io.stdout.write("Everything is as it must be.\n");
    return 0;
  }
  io.stdout.write(`${failed} ${failed === 1 ? "check" : "checks"} failed.\n`);
  return 1;
}

interface Looking {
  readonly look: (name: string, run: () => string | Promise<string>) => Promise<void>;
  readonly tell: (finding: Finding) => void;
  readonly io: CommandIo;
}

async function checkSettings(settings: Settings, looking: Looking): Promise<void> {
  const { look } = looking;
  await look("roles", () => checkRoles(settings));
  await look("node", () => checkNode(process.versions.node));
  const policies = await checkRecord(settings, looking);
  await checkQueue(settings.REDIS_URL, looking);
  await look("web page", () => describeAddress(settings));
  await look("e-mail", () => checkMail(settings));
  try {
    for (const finding of await lookAtDiscord(settings, policies)) looking.tell(finding);
  } catch (error) {
    looking.tell(failureOf("discord", error));
  }
  await look("telegram", () => checkToken(settings, "TELEGRAM_TOKEN"));
}

async function checkRules(): Promise<string> {
  const { rules, version } = await shippedRules();
  return `${rules.length} rules in force, version ${version}`;
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

/** Looks at the database, and in it at each community's people and cases; gives the policies that stand in it. */
async function checkRecord(
  settings: Settings,
  { look, tell, io }: Looking,
): Promise<ReadonlyMap<string, Policy>> {
  let base: Base | undefined;
  const policies = new Map<string, Policy>();
  try {
    await look("data folder and database", async () => {
      const opened = await openBase(io.env, { create: true }).catch(describeHolder);
      if (typeof opened === "string") return opened;
      base = opened;
      const communities = await opened.store.communities();
      const where =
        settings.DATABASE_URL === undefined
          ? `embedded in ${settings.CANDOR_DATA_DIR}`
          : "PostgreSQL";
      return `${where}, ${counted(communities.length, "community", "communities")} recorded`;
    });
    if (base === undefined) return policies;
    for (const { id } of await base.store.communities()) {
      const policy = await base.store.policyOf(id);
      if (policy) policies.set(id, policy);
    }
    for (const finding of await checkHumanSide(base.store, settings, systemClock.now())) {
      tell(finding);
    }
  } catch (error) {
    tell(failureOf("people", error));
  } finally {
    await base?.close();
  }
  return policies;
}

/** A running Candor is no fault of the data folder; anything else is thrown on. */
function describeHolder(error: unknown): string {
  if (error instanceof CandorError && error.code === "CANDOR-003")
    return `in use: ${error.message}; people and cases are not looked at while it runs`;
  throw error;
}

const KEPT: Readonly<Record<Exclude<Keeps, "all">, string>> = {
  snapshots: "when it dies it loses what came after its last snapshot",
  nothing: "when it dies it loses everything",
  unknown: "it does not say what it keeps when it dies, so that cannot be checked",
};

async function checkQueue(url: string | undefined, { look, tell }: Looking): Promise<void> {
  let keeps: Keeps | undefined;
  await look("redis", async () => {
    if (url === undefined) return "not set; the queue lives in the database";
    const checked = await checkRedis(url);
    if (!checked.ok) throw redisProblem(checked.error);
    keeps = checked.value;
    return "reachable, new enough, and it drops nothing while it runs";
  });
  if (keeps === undefined || keeps === "all") return;
  tell({
    state: "note",
    name: "redis",
    text: KEPT[keeps],
    todo: "Run it with `appendonly yes`. Candor hands over again what a Redis has lost, a minute or more later.",
  });
}

function describeAddress({ CANDOR_HTTP_HOST: host, CANDOR_HTTP_PORT: port }: Settings): string {
  const open = ["127.0.0.1", "localhost", "::1"].includes(host);
  return `${host} port ${port}${open ? "" : "; the page has no login: let nobody but you reach this address"}`;
}

function checkRoles(settings: Settings): string {
  refuseRoles(settings);
  return settings.CANDOR_ROLES.join(", ");
}

function checkToken(settings: Settings, name: "TELEGRAM_TOKEN"): string {
  refuseToken(settings, name);
  return "no token; the sandbox takes its place";
}
