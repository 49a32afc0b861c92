import type { Case } from "../../../src/engine/case/case.ts";
import type { Severity } from "../../../src/engine/severity.ts";
import {
  acknowledgeCase,
  decideCase,
  holdCase,
  takeCase,
} from "../../../src/pipeline/work-case.ts";
import type { PipelineDeps } from "../../../src/pipeline/deps.ts";
import { Dispatcher } from "../../../src/pipeline/dispatch.ts";
import { planClimb, sweepOverdue } from "../../../src/pipeline/escalation/index.ts";
import { HANDLERS } from "../../../src/pipeline/workers.ts";
import type { Delivered, Notice, Notifier } from "../../../src/ports/notifier.ts";
import type { MemberTarget } from "../../../src/ports/platform.ts";
import type { Job } from "../../../src/ports/jobs.ts";
import { CHANNEL } from "../../../src/ports/attempts.ts";
import type { Store } from "../../../src/ports/store.ts";
import { makeDigests } from "../../../adapters/system/digests.ts";
import { openMemory } from "../../adapters/postgres/databases.ts";
import { recordsOver } from "../../../adapters/postgres/records.ts";
import { silentLog } from "../../adapters/system/silent-log.ts";
import { makeRecording, record } from "../../conformance/recordings.ts";
import { FakePlatform } from "../../fakes/platform.ts";
import { VirtualClock, VirtualJobs } from "../../fakes/virtual-jobs.ts";
import { seededRandom } from "../../support/random.ts";
import { mortal } from "./mortal.ts";
import { LEAD, LEAD_ADDRESS, UNREACHABLE, weekPolicy } from "./week-policy.ts";

export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday, in the week in which New York's clocks have changed and Berlin's have not. */
const BEGINS = Date.UTC(2026, 2, 9);
/** Time to come to rest after the last case. */
const AFTER = 4 * HOUR;
const COMMUNITY = "week";
const POLICY = weekPolicy();
const SWEEP_EVERY = 6 * HOUR;
const SEVERITIES: readonly (Severity | null)[] = ["S1", "S2", "S2", "S3", "S3", "S3", "S4", null];

/** One message that reached somebody, the first time it did. */
export interface Told {
  readonly id: string;
  readonly person: string;
  readonly at: number;
  readonly bundle: boolean;
}

/** All that happened in a week. */
export interface Week {
  readonly store: Store;
  readonly deps: PipelineDeps;
  readonly jobs: VirtualJobs;
  readonly told: readonly Told[];
  /** Second sends of a notice whose first fell into the moment of a kill, which nobody could note. */
  readonly excused: number;
  /** Second sends that nothing excuses. */
  readonly sentAgain: readonly string[];
  readonly kills: number;
  /** How late a job of the ladder began, at most, kills before it included; ms. */
  readonly latestMs: number;
  readonly endedAt: number;
  readonly community: string;
  readonly close: () => Promise<void>;
}

export interface WeekOptions {
  readonly seed: number;
  readonly cases: number;
  /** Of a hundred jobs, how many are killed in the middle. */
  readonly killsPerHundred: number;
}

/** Lives through a week over a real store: cases come, moderators do what they like, processes die. */
export async function liveWeek(options: WeekOptions): Promise<Week> {
  const life = await Life.begin(options);
  await life.live();
  return life;
}

interface Plan {
  readonly at: number;
  readonly run: () => Promise<unknown>;
}

class Life implements Week {
  readonly store: Store;
  readonly deps: PipelineDeps;
  readonly jobs: VirtualJobs;
  readonly community = COMMUNITY;
  readonly told: Told[] = [];
  readonly close: () => Promise<void>;
  readonly sentAgain: string[] = [];
  excused = 0;
  kills = 0;
  latestMs = 0;
  endedAt = 0;
  readonly #clock: VirtualClock;
  readonly #dispatcher: Dispatcher;
  readonly #options: WeekOptions;
  readonly #random: ReturnType<typeof seededRandom>;
  /** When each notice was sent first, and when processes died. */
  readonly #known = new Map<string, number>();
  readonly #deaths = new Set<number>();
  /** Ids by number. */
  readonly #cases = new Map<number, string>();
  /** What people will do, the next last. */
  readonly #plans: Plan[] = [];
  /** Jobs that the running code has written; a process that dies hands none of them over. */
  #written: Job[] = [];

  private constructor(
    options: WeekOptions,
    clock: VirtualClock,
    parts: Pick<PipelineDeps, "store" | "digests" | "ids">,
    close: () => Promise<void>,
  ) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#clock = clock;
    this.store = this.#listening(parts.store);
    this.close = close;
    this.jobs = new VirtualJobs(clock, {
      atOnce: 8,
      withinMs: 2000,
      doubles: () => {
        const one = this.#random.between(1, 100);
        return one <= 3 ? "beside" : one <= 5 ? "after" : null;
      },
    });
    this.#dispatcher = new Dispatcher(parts.store, this.jobs, clock, silentLog);
    const platform = this.#makePlatform();
    const email: Notifier = {
      way: "email",
      send: async (address, notice) =>
        this.#reach(address === LEAD_ADDRESS ? LEAD : address, notice),
      close: async () => undefined,
    };
    this.deps = {
      ...parts,
      store: this.store,
      ruleSet: { rules: [], version: "week" },
      clock,
      log: silentLog,
      jobsWritten: () => undefined,
      recordChanged: () => undefined,
      platform: (name) => (name === platform.name ? platform : undefined),
      notifiers: new Map([["email", email]]),
    };
  }

  static async begin(options: WeekOptions): Promise<Life> {
    const clock = new VirtualClock(BEGINS);
    let made = 0;
    const next = (prefix: string) => {
      made += 1;
      return `${prefix}${made}`;
    };
    const ids = { next: () => next("id"), nonce: () => next("n").padStart(32, "0") };
    const digests = makeDigests("a secret for tests only, 32 characters or more");
    const database = await openMemory();
    const records = await recordsOver(database.pool, { clock, ids, digests, log: silentLog });
    if (!records.ok) throw new Error(`records did not open: ${records.error.kind}`);
    const { store } = records.value;
    const place = { id: COMMUNITY, platform: "fake", name: null };
    const saved = { type: "policy.changed", at: BEGINS, person: null, payload: {} } as const;
    await store.savePolicy(place, POLICY, saved);
    // Nobody changes the policy or a rota in this week, and reading them is a good part of every job.
    store.policyOf = async () => POLICY;
    store.rotaEntries = async () => [];
    return new Life(options, clock, { store, digests, ids }, database.close);
  }

  async live(): Promise<void> {
    for (const queue of ["escalations", "timers"] as const) {
      await this.jobs.work(queue, (job) => this.#handle(job));
    }
    const until = BEGINS + 7 * DAY;
    for (let at = BEGINS; at <= until; at += SWEEP_EVERY) {
      this.#plan(at, () => sweepOverdue(this.deps));
    }
    this.#planCases(until);
    this.endedAt = until + AFTER;
    for (;;) {
      const jobAt = this.jobs.nextAt() ?? Number.POSITIVE_INFINITY;
      const planAt = this.#plans.at(-1)?.at ?? Number.POSITIVE_INFINITY;
      if (Math.min(jobAt, planAt) > this.endedAt) break;
      if (jobAt <= planAt) {
        await this.jobs.runNext();
      } else {
        const plan = this.#plans.pop();
        this.#clock.at = Math.max(this.#clock.at, planAt);
        await plan?.run();
      }
      await this.#handOver();
    }
    this.#clock.at = this.endedAt;
  }

  /**
   * Hands over what was written without reading the outbox, which would be a third of all queries. The
   * dispatcher reads it where a process has died: then all that was written comes again.
   */
  async #handOver(): Promise<void> {
    await this.jobs.add(this.#written.splice(0));
  }

  /** The store, whose written jobs are noted. */
  #listening(store: Store): Store {
    const note = (jobs: readonly Job[]) => void this.#written.push(...jobs);
    return {
      ...store,
      async changeCase(item, changeOptions, change) {
        let jobs: readonly Job[] = [];
        const changed = await store.changeCase(item, changeOptions, (current, known) => {
          const result = change(current, known);
          jobs = result.ok ? result.value.jobs : [];
          return result;
        });
        if (changed.ok) note(jobs);
        return changed;
      },
      async settleAttempts(settled) {
        const isSettled = await store.settleAttempts(settled);
        if (isSettled) note(settled.jobs);
        return isSettled;
      },
    };
  }

  async #handle(job: Parameters<(typeof HANDLERS.timers)[string]>[1]): Promise<void> {
    const handler = HANDLERS[job.queue === "timers" ? "timers" : "escalations"][job.name];
    if (!handler) throw new Error(`no handler for ${job.name}`);
    const late = this.#clock.now() - Number(job.payload["dueAt"] ?? this.#clock.now());
    if (this.#random.between(1, 100) > this.#options.killsPerHundred) {
      if (job.name === "climb") this.latestMs = Math.max(this.latestMs, late);
      return handler(this.deps, job);
    }
    const death = { atCall: this.#random.between(1, 12), after: this.#random.between(0, 1) === 1 };
    return handler(
      mortal(this.deps, death, () => {
        this.kills += 1;
        this.#deaths.add(this.#clock.now());
        this.#written = [];
        this.jobs.kill(job);
        // The process that starts again hands over what the dead one had written.
        this.#plan(this.#clock.now() + 5000, () => this.#dispatcher.sweep());
      }),
      job,
    );
  }

  #makePlatform(): FakePlatform {
    const reach = (person: string, notice: Notice) => this.#reach(person, notice);
    class WeekPlatform extends FakePlatform {
      override async direct(target: MemberTarget, notice: Notice): Promise<Delivered> {
        if (target.memberId === LEAD)
          return { ok: false, error: { kind: "forbidden", permission: "direct" } };
        const delivered = await super.direct(target, notice);
        return delivered.ok ? reach(target.memberId, notice) : delivered;
      }

      override async announce(communityId: string, notice: Notice): Promise<Delivered> {
        const delivered = await super.announce(communityId, notice);
        return delivered.ok ? reach(CHANNEL, notice) : delivered;
      }
    }
    const platform = new WeekPlatform();
    for (const { id } of POLICY.team) platform.addMember(COMMUNITY, { id });
    for (const id of UNREACHABLE) platform.unreachable.add(id);
    return platform;
  }

  /** A message arrives: the first time its reader may do something about it. */
  #reach(person: string, notice: Notice): Delivered {
    const at = this.#clock.now();
    const first = this.#known.get(notice.id);
    if (first !== undefined) {
      if (this.#deaths.has(first)) this.excused += 1;
      else this.sentAgain.push(`${person} ${notice.id} at ${first} and ${at}`);
    } else {
      this.#known.set(notice.id, at);
      const bundle = notice.id.startsWith("s-");
      this.told.push({ id: notice.id, person, at: this.#clock.now(), bundle });
      if (person !== CHANNEL) this.#react(person, notice, bundle);
    }
    return { ok: true, value: { ref: notice.id } };
  }

  #react(person: string, { caseNumber }: Notice, bundle: boolean): void {
    const between = (low: number, high: number) => this.#random.between(low, high);
    const after = (low: number, high: number) => this.#clock.now() + between(low, high) * MINUTE;
    if (bundle) {
      this.#plan(after(3, 30), () => this.#clear(person, between(2, 12)));
      return;
    }
    const mood = between(1, 100);
    if (caseNumber === null || mood <= 30) return;
    const caseId = this.#cases.get(caseNumber) ?? "";
    if (mood <= 40) {
      // Some let the lease run out.
      this.#plan(after(1, 8), () => takeCase(this.deps, { caseId, by: person }));
      if (between(1, 100) <= 40) return;
    } else if (mood <= 46) {
      this.#plan(after(1, 8), () => holdCase(this.deps, { caseId, by: person, hours: 1 }));
      return;
    } else if (mood <= 68) {
      this.#plan(after(1, 8), () => acknowledgeCase(this.deps, { caseId, by: person }));
      if (between(1, 100) <= 30) return;
    }
    this.#plan(after(9, 50), () => this.#decide(caseId, person));
  }

  async #clear(person: string, most: number): Promise<void> {
    const states = ["open", "reopened"] as const;
    const cases = await this.store.listCases({ communityId: COMMUNITY, states, limit: most });
    for (const { id } of cases) await this.#decide(id, person);
  }

  #decide(caseId: string, by: string) {
    const words = {
      outcome: "dismiss",
      rule: "week.rule",
      reason: "looked at",
      actions: [],
    } as const;
    return decideCase(this.deps, { caseId, by, ...words });
  }

  #planCases(until: number): void {
    const between = (low: number, high: number) => this.#random.between(low, high);
    const span = (until - BEGINS) / MINUTE;
    const severityOf = () => SEVERITIES[between(0, SEVERITIES.length - 1)] ?? null;
    const { cases } = this.#options;
    const arrivals: { readonly at: number; readonly severity: Severity | null }[] = [];
    // One storm of S1 alone in working hours, and bursts of everything at any hour.
    const storm = BEGINS + DAY + 3 * HOUR;
    for (let i = 0; i < Math.min(60, cases / 10); i += 1) {
      arrivals.push({ at: storm + i * 20_000, severity: "S1" });
    }
    for (let burst = 0; burst < 16; burst += 1) {
      const at = BEGINS + between(0, span - 30) * MINUTE;
      for (let i = 0; i < cases / 40; i += 1) {
        arrivals.push({ at: at + between(0, 600) * 1000, severity: severityOf() });
      }
    }
    while (arrivals.length < cases) {
      arrivals.push({ at: BEGINS + between(0, span * 60) * 1000, severity: severityOf() });
    }
    arrivals.forEach(({ at, severity }, i) => this.#plan(at, () => this.#open(i + 1, severity)));
  }

  async #open(number: number, severity: Severity | null): Promise<void> {
    const at = this.#clock.now();
    const key = `key-${number}`;
    // Some have just written another, which makes one case of both while nobody has decided.
    const writer = this.#random.between(1, 100) <= 15 ? number - 1 : number;
    const message = {
      key,
      platform: "fake",
      messageId: `message-${number}`,
      authorId: `author-${writer}`,
      textFingerprint: `text-${number}`,
      sentAt: at,
      receivedAt: at,
      expiresAt: at + 365 * DAY,
    };
    const recording = makeRecording({
      community: COMMUNITY,
      message,
      caseId: `c-${number}`,
      severity,
      joinsSince: at - HOUR,
    });
    const request = recording.needsCase;
    if (!request) throw new Error("every message of the week opens a case");
    const event = { type: "case.opened", at, person: null } as const;
    const onOpen = (opened: Case) => {
      const { ladder, jobs } = planClimb(POLICY, opened, this.deps.ids);
      this.#written.push(...jobs);
      const payload = { case: opened.id, number: opened.number, severity };
      return { case: { ...opened, ladder }, events: [{ ...event, payload }], jobs };
    };
    const needsCase = { ...request, onOpen };
    const recorded = await record(this.store, { ...recording, needsCase });
    if (recorded.case) this.#cases.set(recorded.case.number, recorded.case.id);
  }

  #plan(at: number, run: Plan["run"]): void {
    let index = this.#plans.length;
    while (index > 0 && (this.#plans[index - 1]?.at ?? 0) <= at) index -= 1;
    this.#plans.splice(index, 0, { at, run });
  }
}
