import { openJobs } from "../adapters/bullmq/open-jobs.ts";
import { openTurns } from "../adapters/bullmq/turns.ts";
import { type Discord, makeDiscord, type Together } from "../adapters/discord/index.ts";
import { ManagedSiblings } from "../adapters/discord/siblings.ts";
import { makeSandbox, type RuleWords, type Sandbox } from "../adapters/sandbox/index.ts";
import { systemClock } from "../adapters/system/clock.ts";
import { systemIds } from "../adapters/system/ids.ts";
import type { CommandIo } from "./cli/io.ts";
import { shippedRules } from "./cli/rule-set.ts";
import { runCommand, runLine } from "./commands/run.ts";
import { caseCard } from "./commands/case-card.ts";
import { beginInShadow } from "./commands/change-policy.ts";
import type { CommandDeps } from "./commands/command.ts";
import { commandsOf } from "./commands/index.ts";
import {
  type Base,
  openBase,
  openNotifiers,
  refuseRoles,
  refuseToken,
  settingsOf,
  takeShare,
} from "./composition.ts";
import type { RuleSet } from "./engine/rule.ts";
import { type Share, WHOLE } from "./engine/share.ts";
import { verifyChain } from "./pipeline/audit-report.ts";
import { personOf, type PipelineDeps } from "./pipeline/deps.ts";
import { Dispatcher } from "./pipeline/dispatch.ts";
import { handleMessage } from "./pipeline/handle-message.ts";
import { handlePlatformEvent } from "./pipeline/platform-event.ts";
import { allRuleWords } from "./pipeline/rights/rule-words.ts";
import { startWorkers } from "./pipeline/workers.ts";
import { jobsProblem, listenProblem } from "./problems.ts";
import { openManaged, runProcesses, shareOfProcess, stopSignal } from "./processes.ts";
import type { Jobs } from "./ports/jobs.ts";
import type { Notifier } from "./ports/notifier.ts";

/**
 * Runs Candor until SIGINT or SIGTERM, in one process or as the manager of several; resolves to the exit code once
 * everything is closed.
 */
export async function start(io: CommandIo): Promise<number> {
  const settings = settingsOf(io.env);
  refuseToken(settings, "TELEGRAM_TOKEN");
  refuseRoles(settings);
  const share = shareOfProcess(io.env, settings);
  if (share === null) return runProcesses(io, settings);
  const managed = openManaged(share);
  try {
    const running = await startCandor(io.env, share);
    if (running.url !== null) {
      io.stdout.write(
        `Candor is ready. Open ${running.url} to post as a member and decide as a moderator.\n`,
      );
    }
    managed?.ready();
    const ends = [stopSignal(), running.lost, ...(managed ? [managed.gone] : [])];
    const reason = await Promise.race(ends);
    running.base.log.info({ reason }, "stopping");
    await running.stop();
    return reason === "ownership lost" ? 1 : 0;
  } finally {
    managed?.close();
  }
}

export interface Running {
  readonly base: Base;
  readonly jobs: Jobs;
  /** Where the page is; null for all but the first of several processes. */
  readonly url: string | null;
  /** Resolves when another process may have taken over the data folder or the communities; stop then. */
  readonly lost: Promise<"ownership lost">;
  /** Stops intake, drains, closes. */
  stop(): Promise<void>;
}

/** Starts every role in this process; throws a CandorError, with nothing left open, when something does not start. */
export async function startCandor(env: CommandIo["env"], share: Share = WHOLE): Promise<Running> {
  const ruleSet = await shippedRules();
  const { promise: lost, resolve: onLost } = promiseOf<"ownership lost">();
  const base = await openBase(env, { create: true, share, onLost: () => onLost("ownership lost") });
  const closers: (() => Promise<void>)[] = [() => base.close()];
  const stop = async () => {
    // Each is tried, whatever became of the one before: the data folder must be given back.
    for (const close of closers.splice(0).toReversed()) {
      await close().catch((err: unknown) => base.log.error({ err }, "something did not close"));
    }
  };
  try {
    const giveBack = await takeShare(base, () => onLost("ownership lost"));
    closers.push(async () => giveBack());
    // Closed after the workers that send through them.
    const notifiers = openNotifiers(base);
    closers.push(() => closeNotifiers(notifiers));
    const opened = await openJobs({
      redisUrl: base.settings.REDIS_URL,
      pool: base.pool,
      share,
      log: base.log,
    });
    if (!opened.ok) throw jobsProblem(opened.error);
    const jobs = opened.value;
    const dispatcher = new Dispatcher(base.store, jobs, systemClock, base.log);
    closers.push(async () => {
      await dispatcher.drain();
      await jobs.close();
    });
    const together = joinOthers(base, closers);
    const { deps, sandbox, discord } = wire({ base, ruleSet, dispatcher, notifiers, together });
    for (const { platform } of [sandbox, discord].filter((each) => each !== null)) {
      closers.push(() => platform.stop());
      await platform.start(
        (message) => handleMessage(deps, message),
        (event) => handlePlatformEvent(deps, event),
      );
    }
    // What is past its time is deleted in all communities by one of the processes.
    await startWorkers(deps, jobs, dispatcher, { purges: share.index === 0 });
    if (!sandbox) return { base, jobs, url: null, lost, stop };
    const address = { host: base.settings.CANDOR_HTTP_HOST, port: base.settings.CANDOR_HTTP_PORT };
    const listening = await sandbox.listen(address);
    if (!listening.ok) throw listenProblem(address, listening.error);
    closers.push(() => listening.value.close());
    return { base, jobs, url: listening.value.url, lost, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Parts {
  readonly base: Base;
  readonly ruleSet: RuleSet;
  readonly dispatcher: Dispatcher;
  readonly notifiers: PipelineDeps["notifiers"];
  readonly together: Together | null;
}

function wire(parts: Parts): {
  readonly deps: PipelineDeps;
  readonly sandbox: Sandbox | null;
  readonly discord: Discord | null;
} {
  const { base, ruleSet, dispatcher, notifiers } = parts;
  const { store, digests, log } = base;
  const shared = { clock: systemClock, ids: systemIds, log };
  const sandbox = openSandbox(parts, () => deps);
  const discord = joinDiscord(parts, () => deps);
  const deps: CommandDeps = {
    ...shared,
    ruleSet,
    store,
    digests,
    jobsWritten: () => dispatcher.wake(),
    recordChanged: () => sandbox?.notifyChanged(),
    notifiers,
    platform: (name) => [sandbox?.platform, discord?.platform].find((each) => each?.name === name),
    findPerson: async ({ platform, communityId }, words) =>
      platform === discord?.platform.name
        ? discord.findPerson(communityId, words)
        : (sandbox?.findPerson(words) ?? null),
  };
  return { deps, sandbox, discord };
}

/** The sandbox, which is in the first process. `deps` is asked for when it is needed: it names the platforms itself. */
function openSandbox({ base, ruleSet }: Parts, deps: () => CommandDeps): Sandbox | null {
  const { share, store, digests, log } = base;
  if (share.index > 0) return null;
  return makeSandbox({
    clock: systemClock,
    ids: systemIds,
    log,
    store,
    runCommand: (actor, asked) =>
      typeof asked === "string"
        ? runLine(deps(), actor, asked)
        : runCommand(deps(), actor, asked.name, asked.args),
    verifyChain: (community) => verifyChain(store, digests, community),
    ruleWords: ruleWordsOf(ruleSet),
    ruleTexts: (locale) => allRuleWords({ ruleSet }, locale),
  });
}

/** What this process has to do with the others; null where it is alone. */
function joinOthers({ settings, share, log }: Base, closers: (() => Promise<void>)[]) {
  const { REDIS_URL } = settings;
  if (share.of === 1 || REDIS_URL === undefined) return null;
  const turns = openTurns(REDIS_URL, log);
  closers.push(() => turns.close());
  return { share, turns, siblings: new ManagedSiblings(process) };
}

/** Discord, where there is a token for it. `deps` is asked for as by the sandbox. */
function joinDiscord({ base, ruleSet, together }: Parts, deps: () => CommandDeps): Discord | null {
  const { settings, store, log } = base;
  if (settings.DISCORD_TOKEN === undefined) return null;
  return makeDiscord({
    token: settings.DISCORD_TOKEN,
    apiUrl: settings.DISCORD_API_URL,
    store,
    memory: base.memoryOf("discord"),
    fingerprint: (id) => personOf(base, "discord", id),
    ruleSet,
    commands: commandsOf("discord"),
    clock: systemClock,
    log,
    ...(together && { together }),
    runLine: (actor, line) => runLine(deps(), actor, line),
    runCommand: (actor, name, input) => runCommand(deps(), actor, name, input),
    describe: (view) => caseCard(deps(), view),
    beginInShadow: (server, language) => beginInShadow(deps(), server, language),
  });
}

async function closeNotifiers(notifiers: PipelineDeps["notifiers"]): Promise<void> {
  await Promise.all([...notifiers.values()].map((notifier: Notifier) => notifier.close()));
}

function ruleWordsOf({ rules }: RuleSet): RuleWords {
  const words = new Map(rules.map(({ id, title, reason }) => [id, { title, reason }]));
  return (id) => words.get(id);
}

function promiseOf<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
