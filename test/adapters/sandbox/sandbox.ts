import { makeSandbox, type Sandbox, type SandboxDeps } from "../../../adapters/sandbox/index.ts";
import type { viewCase, viewCaseFile } from "../../../adapters/sandbox/case-views.ts";
import type { Barred } from "../../../adapters/sandbox/members.ts";
import type { MessageView, viewAuditEvent } from "../../../adapters/sandbox/views.ts";
import type { CommandDeps } from "../../../src/commands/command.ts";
import type { Reply } from "../../../src/commands/reply.ts";
import { runCommand, runLine } from "../../../src/commands/run.ts";
import type { Policy } from "../../../src/engine/policy.ts";
import { type ChainReport, verifyChain } from "../../../src/pipeline/audit-report.ts";
import { handleMessage } from "../../../src/pipeline/handle-message.ts";
import { allRuleWords } from "../../../src/pipeline/rights/rule-words.ts";
import { HANDLERS } from "../../../src/pipeline/workers.ts";
import type { OnMessage } from "../../../src/ports/platform.ts";
import { NOW } from "../../conformance/recordings.ts";
import { shippedRuleSet } from "../../support/rules.ts";
import { openMemory, openTestRecords, testParts } from "../postgres/databases.ts";
import { makeListeningLog } from "../system/silent-log.ts";

/** Records of one test file, in a real database in memory, and the rules that ship. */
export type Ground = Awaited<ReturnType<typeof openGround>>;

export async function openGround() {
  const database = await openMemory();
  const { store } = await openTestRecords(database);
  return {
    store,
    ruleSet: await shippedRuleSet(),
    pool: database.pool,
    /** Nothing is recorded any more. */
    async clear(): Promise<void> {
      const { rows } = await database.pool.query<{ name: string }>(
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
         WHERE schemaname = current_schema() AND tablename NOT LIKE 'kysely_%'`,
      );
      await database.pool.query(`TRUNCATE ${rows.map(({ name }) => name).join(", ")}`);
    },
    close: database.close,
  };
}

/**
 * A sandbox over real records, rules, pipeline and commands, not started yet, with a clock that a test
 * turns. Jobs wait until `work` is called.
 */
export function openSandbox(ground: Ground, changes: Partial<SandboxDeps> = {}) {
  const { store, ruleSet } = ground;
  const clock = { at: NOW };
  const log = makeListeningLog();
  const parts = { ...testParts, clock: { now: () => clock.at }, log };
  const sandbox = makeSandbox({
    ...parts,
    store,
    runCommand: (actor, asked) =>
      typeof asked === "string"
        ? runLine(deps, actor, asked)
        : runCommand(deps, actor, asked.name, asked.args),
    ruleTexts: (locale) => allRuleWords({ ruleSet }, locale),
    verifyChain: (community) => verifyChain(store, parts.digests, community),
    ...changes,
  });
  const deps: CommandDeps = {
    ...parts,
    ruleSet,
    store,
    jobsWritten: () => undefined,
    recordChanged: () => sandbox.notifyChanged(),
    notifiers: new Map(),
    platform: (name) => (name === sandbox.platform.name ? sandbox.platform : undefined),
    findPerson: async (_actor, words) => sandbox.findPerson(words),
  };
  const judge: OnMessage = (message) => handleMessage(deps, message);
  /** Runs every job that is due at once, those that they write included, as a worker would. */
  const work = async () => {
    for (;;) {
      const pending = await store.pendingJobs(1000);
      const due = pending.filter(({ delayMs = 0 }) => delayMs === 0);
      if (due.length === 0) return;
      for (const job of due) {
        if (job.queue !== "maintenance") await HANDLERS[job.queue][job.name]?.(deps, job);
        await store.markEnqueued([job], clock.at);
      }
    }
  };
  const setPolicy = (policy: Policy) =>
    store.savePolicy({ id: "sandbox", platform: "sandbox", name: null }, policy, {
      type: "policy.changed",
      at: clock.at,
      person: null,
      payload: {},
    });
  return { sandbox, log, clock, deps, judge, work, setPolicy };
}

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

function asking(ask: Ask) {
  const json = async (path: string, init?: RequestInit) => {
    const response = await ask(path, init);
    return { status: response.status, body: (await response.json()) as Answer };
  };
  return {
    read: (path: string) => json(path),
    write: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      json(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
  };
}

/** Asks the app without a network. */
export function client(app: Sandbox["app"]) {
  return asking(async (path, init) => app.request(`http://localhost${path}`, init));
}

/** A started sandbox on a free port of this machine, over records that hold nothing. */
export async function serveSandbox(ground: Ground) {
  await ground.clear();
  const opened = openSandbox(ground);
  await opened.sandbox.platform.start(opened.judge);
  const listening = await opened.sandbox.listen({ host: "127.0.0.1", port: 0 });
  if (!listening.ok) throw new Error(listening.error.kind);
  const server = listening.value;
  const asks = asking((path, init) => fetch(new URL(path, server.url), init));
  return {
    ...opened,
    server,
    ...asks,
    /** Gives a command as somebody, and has everything done that follows from it. */
    command: async (actor: string, text: string, more: object = {}): Promise<Reply> => {
      const asked = { actor, text, channel: "general", ...more };
      const { body } = await asks.write("/api/commands", asked);
      await opened.work();
      if (!body.reply) throw new Error(body.error ?? "no reply");
      return body.reply;
    },
    close: async () => {
      await opened.sandbox.platform.stop();
      await server.close();
    },
  };
}

/** What answers may hold; a test asserts what it expects. */
export interface Answer {
  readonly ok?: boolean;
  readonly error?: string;
  readonly mode?: Policy["mode"];
  readonly barred?: Barred | null;
  readonly message?: MessageView;
  readonly messages?: readonly MessageView[];
  readonly channels?: readonly { id: string; name: string }[];
  readonly members?: readonly {
    id: string;
    name: string;
    role: string;
    roles: readonly string[];
    timeZone: string | null;
    barred: Barred | null;
  }[];
  readonly rules?: Readonly<Record<string, { readonly title: string }>>;
  readonly reply?: Reply;
  readonly person?: string;
  readonly notices?: readonly NoticeAnswer[];
  readonly channel?: readonly NoticeAnswer[] | null;
  readonly case?: ReturnType<typeof viewCaseFile>;
  readonly cases?: readonly ReturnType<typeof viewCase>[];
  readonly events?: readonly ReturnType<typeof viewAuditEvent>[];
  readonly report?: ChainReport;
}

interface NoticeAnswer {
  readonly id: string;
  readonly title: string | null;
  readonly lines: readonly string[];
  readonly buttons: readonly { readonly label: string; readonly command: string }[];
  readonly caseNumber: number | null;
  readonly kind: string | null;
}
