import type { Message } from "../../src/engine/message.ts";
import type { Locale } from "../../src/engine/policy.ts";
import type { PlatformMember } from "../../src/engine/roles.ts";
import { fail, ok, type Result } from "../../src/engine/result.ts";
import type { Delivered, Notice } from "../../src/ports/notifier.ts";
import type {
  ActionError,
  ActionResult,
  MemberTarget,
  MessageTarget,
  OnEvent,
  OnMessage,
  PlatformEvent,
  PlatformPort,
} from "../../src/ports/platform.ts";
import { CHANNEL } from "../../src/ports/attempts.ts";
import type { CaseView } from "../../src/ports/store.ts";

/** A message as the fake keeps it, with everything that was done to it. */
export interface FakeMessage {
  readonly message: Message;
  readonly hidden: boolean;
  readonly nudge: string | null;
  /** Official answers under it, by the id they were published with. */
  readonly answers: ReadonlyMap<string, string>;
}

/** What moderators see of a case, and how often they were shown it. */
export interface FakeCase {
  readonly state: CaseView["state"];
  readonly view: CaseView;
  readonly shown: number;
}

/** A notice as it was sent to somebody, or to the moderators' channel. */
export interface FakeSend {
  readonly communityId: string;
  readonly person: string;
  readonly id: string;
}

/** Why somebody may not write. `until` is epoch ms, null for ever. */
export type FakeBar =
  | { readonly kind: "timed-out"; readonly until: number }
  | { readonly kind: "banned"; readonly until: number | null }
  | { readonly kind: "removed" };

/** States in the order in which one round of a case's ladder passes them; those before are all undecided. */
const DECIDED_STATES = ["decided", "appealed", "closed"];

/**
 * A chat platform in memory for tests of the pipeline. `refuse` makes every effect fail in one way;
 * whoever is `unreachable` cannot be written to. Who posts becomes a member.
 */
export class FakePlatform implements PlatformPort {
  readonly name: string;
  refuse: ActionError | null = null;
  /** Whether it is of those that delete what they hide. */
  hidesForGood = false;
  readonly unreachable = new Set<string>();
  readonly cases = new Map<string, FakeCase>();
  /** Every send that arrived, oldest first: `inbox` shows one notice once, however often it was sent. */
  readonly sends: FakeSend[] = [];
  readonly #messages = new Map<string, FakeMessage>();
  readonly #lanes = new Map<string, Promise<unknown>>();
  readonly #members = new Map<string, PlatformMember>();
  readonly #bars = new Map<string, FakeBar>();
  readonly #inboxes = new Map<string, Map<string, Notice>>();
  #onMessage: OnMessage | null = null;
  #onEvent: OnEvent | null = null;

  constructor(name = "fake") {
    this.name = name;
  }

  async start(onMessage: OnMessage, onEvent: OnEvent | null = null): Promise<void> {
    this.#onMessage = onMessage;
    this.#onEvent = onEvent;
  }

  /** The platform tells of something beside messages; resolves once what follows is durable. */
  async tell(event: PlatformEvent): Promise<void> {
    await this.#onEvent?.(event);
  }

  async stop(): Promise<void> {
    this.#onMessage = null;
    this.#onEvent = null;
    await Promise.all(this.#lanes.values());
  }

  /** A member posts; resolves to whether it was acknowledged. Posting the same message again hands it over again. */
  post(message: Message): Promise<boolean> {
    const onMessage = this.#onMessage;
    if (!onMessage) return Promise.resolve(false);
    const key = keyOf(message.community.id, message.channel.id, message.id);
    const known = this.#messages.get(key) ?? { hidden: false, nudge: null, answers: new Map() };
    this.#messages.set(key, { ...known, message });
    if (!this.#members.has(memberKey(message.community.id, message.author.id))) {
      this.addMember(message.community.id, { id: message.author.id });
    }
    const before = this.#lanes.get(message.channel.id) ?? Promise.resolve();
    const turn = before
      .then(() => onMessage(message))
      .then(
        () => true,
        () => false,
      );
    this.#lanes.set(message.channel.id, turn);
    return turn;
  }

  /** Messages of a channel, oldest first. */
  messages(channelId: string): readonly FakeMessage[] {
    return [...this.#messages.values()].filter(({ message }) => message.channel.id === channelId);
  }

  /** Somebody joins, or changes; without more, an ordinary member. */
  addMember(communityId: string, member: Partial<PlatformMember> & { readonly id: string }): void {
    const ordinary = { name: member.id, roles: ["member"], rank: 0, rights: [] } as const;
    this.#members.set(memberKey(communityId, member.id), { ...ordinary, ...member });
    this.#bars.delete(memberKey(communityId, member.id));
  }

  /** Why somebody may not write; null when they may. A time that is over still shows. */
  barOf({ communityId, memberId }: MemberTarget): FakeBar | null {
    return this.#bars.get(memberKey(communityId, memberId)) ?? null;
  }

  /** What somebody was sent, oldest first; of the moderators' channel for `CHANNEL`. */
  inbox(communityId: string, personId: string): readonly Notice[] {
    return [...(this.#inboxes.get(memberKey(communityId, personId))?.values() ?? [])];
  }

  async hideMessage(target: MessageTarget): Promise<ActionResult> {
    return this.#affect(target, () => ({ hidden: true }));
  }

  async restoreMessage(target: MessageTarget): Promise<ActionResult> {
    return this.#affect(target, () => ({ hidden: false }));
  }

  async nudgeAuthor(
    target: MessageTarget & { readonly authorId: string },
    reason: string,
  ): Promise<ActionResult> {
    if (this.unreachable.has(target.authorId)) return fail({ kind: "unreachable" });
    return this.#affect(target, () => ({ nudge: reason }));
  }

  async publish(target: MessageTarget, id: string, text: string): Promise<ActionResult> {
    return this.#affect(target, ({ answers }) => ({ answers: new Map(answers).set(id, text) }));
  }

  async timeoutMember(target: MemberTarget, until: number): Promise<ActionResult> {
    return this.#bar(target, (before) => {
      const stands = before?.kind === "timed-out" ? before.until : 0;
      return { kind: "timed-out", until: Math.max(until, stands) };
    });
  }

  async liftTimeout(target: MemberTarget): Promise<ActionResult> {
    return this.#bar(target, (before) => (before?.kind === "timed-out" ? null : before));
  }

  async kickMember(target: MemberTarget): Promise<ActionResult> {
    return this.#bar(target, (before) =>
      before?.kind === "banned" ? before : { kind: "removed" },
    );
  }

  async banMember(target: MemberTarget, until: number | null): Promise<ActionResult> {
    return this.#bar(target, (before) => {
      const stands = before?.kind === "banned" ? before.until : 0;
      const isEndless = until === null || stands === null;
      return { kind: "banned", until: isEndless ? null : Math.max(until, stands) };
    });
  }

  async unbanMember(target: MemberTarget): Promise<ActionResult> {
    if (this.refuse === null && this.barOf(target)?.kind !== "banned") {
      return fail({ kind: "gone" });
    }
    return this.#bar(target, (before) => (before?.kind === "banned" ? null : before));
  }

  async showCase(view: CaseView): Promise<ActionResult> {
    if (this.refuse) return fail(this.refuse);
    const known = this.cases.get(view.id);
    const newest = known && isBefore(view, known.view) ? known.view : view;
    const shown = (known?.shown ?? 0) + 1;
    this.cases.set(view.id, { state: newest.state, view: newest, shown });
    return ok(undefined);
  }

  async direct({ communityId, memberId }: MemberTarget, notice: Notice): Promise<Delivered> {
    const known = this.#members.has(memberKey(communityId, memberId));
    if (!known || this.unreachable.has(memberId)) return fail({ kind: "unreachable" });
    return this.#deliver(communityId, memberId, notice);
  }

  async announce(communityId: string, notice: Notice): Promise<Delivered> {
    if (this.unreachable.has(CHANNEL)) return fail({ kind: "unreachable" });
    return this.#deliver(communityId, CHANNEL, notice);
  }

  async member({
    communityId,
    memberId,
  }: MemberTarget): Promise<Result<PlatformMember | null, ActionError>> {
    if (this.refuse) return fail(this.refuse);
    const key = memberKey(communityId, memberId);
    const isOut = ["banned", "removed"].includes(this.#bars.get(key)?.kind ?? "");
    return ok(isOut ? null : (this.#members.get(key) ?? null));
  }

  async languageOf({ communityId, memberId }: MemberTarget): Promise<Locale | null> {
    return this.#members.get(memberKey(communityId, memberId))?.language ?? null;
  }

  async nameOf({ communityId, memberId }: MemberTarget): Promise<string | null> {
    return this.#members.get(memberKey(communityId, memberId))?.name ?? null;
  }

  async timeZoneOf(): Promise<string | null> {
    return null;
  }

  async team(communityId: string): Promise<Result<readonly PlatformMember[], ActionError>> {
    if (this.refuse) return fail(this.refuse);
    const here = [...this.#members].filter(([key]) => key.startsWith(`${communityId}\n`));
    return ok(
      here
        .map(([, member]) => member)
        .filter(({ roles }) => roles.some((role) => role !== "member")),
    );
  }

  #deliver(communityId: string, box: string, notice: Notice): Delivered {
    if (this.refuse) return fail(this.refuse);
    this.sends.push({ communityId, person: box, id: notice.id });
    const key = memberKey(communityId, box);
    const kept = this.#inboxes.get(key) ?? new Map<string, Notice>();
    if (!kept.has(notice.id)) kept.set(notice.id, notice);
    this.#inboxes.set(key, kept);
    return ok({ ref: notice.id });
  }

  #bar(target: MemberTarget, change: (before: FakeBar | null) => FakeBar | null): ActionResult {
    if (this.refuse) return fail(this.refuse);
    const key = memberKey(target.communityId, target.memberId);
    if (!this.#members.has(key)) return fail({ kind: "gone" });
    const after = change(this.#bars.get(key) ?? null);
    if (after) this.#bars.set(key, after);
    else this.#bars.delete(key);
    return ok(undefined);
  }

  #affect(
    target: MessageTarget,
    change: (before: FakeMessage) => Partial<FakeMessage>,
  ): ActionResult {
    if (this.refuse) return fail(this.refuse);
    const key = keyOf(target.communityId, target.channelId, target.messageId);
    const known = this.#messages.get(key);
    if (!known) return fail({ kind: "gone" });
    this.#messages.set(key, { ...known, ...change(known) });
    return ok(undefined);
  }
}

/** Deliveries may come in any order: a view from before the known one changes nothing. */
function isBefore(one: CaseView, other: CaseView): boolean {
  if (one.ladder.round !== other.ladder.round) return one.ladder.round < other.ladder.round;
  return DECIDED_STATES.indexOf(one.state) < DECIDED_STATES.indexOf(other.state);
}

function memberKey(communityId: string, personId: string): string {
  return `${communityId}\n${personId}`;
}

function keyOf(communityId: string, channelId: string, messageId: string): string {
  return `${communityId}\n${channelId}\n${messageId}`;
}
