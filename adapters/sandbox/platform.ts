import { createHash } from "node:crypto";
import type { Locale } from "../../src/engine/policy.ts";
import type { PlatformMember } from "../../src/engine/roles.ts";
import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import type { Delivered, Notice } from "../../src/ports/notifier.ts";
import type {
  ActionError,
  ActionResult,
  MemberTarget,
  MessageTarget,
  OnMessage,
  PlatformPort,
} from "../../src/ports/platform.ts";
import { CHANNEL } from "../../src/ports/attempts.ts";
import type { CaseView } from "../../src/ports/store.ts";
import { CaseBoard } from "./case-board.ts";
import type { CaseMark, Chat, ChatMessage, NewChatMessage } from "./chat.ts";
import type { EventHub } from "./event-hub.ts";
import type { Inboxes } from "./inboxes.ts";
import type { Members } from "./members.ts";
import { COMMUNITY, OFFICIAL } from "./people.ts";
import { Posts, type Posting } from "./posts.ts";
import type { TimeZones } from "./time-zones.ts";
import { type RuleWords, viewMessage } from "./views.ts";

/** What the sandbox keeps on its own side, as a platform would. */
export interface SandboxMemory {
  readonly chat: Chat;
  readonly members: Members;
  readonly inboxes: Inboxes;
  readonly zones: TimeZones;
}

export interface PlatformParts extends SandboxMemory {
  readonly hub: EventHub;
  readonly clock: Clock;
  readonly log: Log;
  readonly ruleWords: RuleWords;
  /** Where the messages of a case stand, those that joined first before the others. */
  readonly messagesOf: (caseId: string) => Promise<readonly MessagePlace[]>;
}

type MessagePlace = Pick<MessageTarget, "channelId" | "messageId">;
type MessageEvent = "message" | "verdict" | "hidden" | "restored";

/** A chat platform in memory: members post through `post`, Candor acts through the port. */
export class SandboxPlatform implements PlatformPort {
  readonly name = "sandbox";
  readonly board = new CaseBoard();
  readonly #parts: PlatformParts;
  readonly #posts: Posts;

  constructor(parts: PlatformParts) {
    this.#parts = parts;
    this.#posts = new Posts({
      ...parts,
      board: this.board,
      tell: (event, message) => this.#tell(event, message),
    });
  }

  async start(onMessage: OnMessage): Promise<void> {
    this.#posts.open(onMessage);
    this.#parts.hub.open();
  }

  async stop(): Promise<void> {
    await this.#posts.close();
    this.#parts.hub.close();
  }

  /** A member's message; see `Posts`. */
  post(draft: NewChatMessage): Posting {
    return this.#posts.post(draft);
  }

  async hideMessage(target: MessageTarget): Promise<ActionResult> {
    return this.#affect(target, { hidden: true }, "hidden");
  }

  async restoreMessage(target: MessageTarget): Promise<ActionResult> {
    return this.#affect(target, { hidden: false }, "restored");
  }

  async nudgeAuthor(
    target: MessageTarget & { readonly authorId: string },
    reason: string,
  ): Promise<ActionResult> {
    const message = this.#parts.chat.find(target.channelId, target.messageId);
    if (message && message.author.id !== target.authorId) return fail({ kind: "unreachable" });
    const affected = this.#affect(target, { nudge: reason }, "message");
    if (affected.ok) this.#deliver(target.authorId, privateWord(target, reason));
    return affected;
  }

  async timeoutMember(target: MemberTarget, until: number): Promise<ActionResult> {
    return this.#withMember(target, (members, id) => members.timeOut(id, until));
  }

  async liftTimeout(target: MemberTarget): Promise<ActionResult> {
    return this.#withMember(target, (members, id) => members.liftTimeout(id));
  }

  async kickMember(target: MemberTarget): Promise<ActionResult> {
    return this.#withMember(target, (members, id) => members.remove(id));
  }

  async banMember(target: MemberTarget, until: number | null): Promise<ActionResult> {
    return this.#withMember(target, (members, id) => members.ban(id, until));
  }

  async unbanMember(target: MemberTarget): Promise<ActionResult> {
    // Whoever is banned is no member, and as a guest may be forgotten meanwhile.
    const { members, clock, hub } = this.#parts;
    const { communityId, memberId } = target;
    if (communityId !== COMMUNITY.id || !members.unban(memberId, clock.now())) return gone();
    hub.send("member", { person: memberId });
    return ok(undefined);
  }

  async publish(target: MessageTarget, id: string, text: string): Promise<ActionResult> {
    const { chat, clock } = this.#parts;
    const { channelId, messageId } = target;
    if (target.communityId !== COMMUNITY.id || !chat.find(channelId, messageId)) return gone();
    if (chat.find(channelId, id)) return ok(undefined);
    const answer = chat.add({
      id,
      channelId,
      author: OFFICIAL,
      text,
      sentAt: clock.now(),
      replyTo: messageId,
      official: true,
      status: "judged",
    });
    this.#tell("message", answer);
    return ok(undefined);
  }

  async showCase(view: CaseView): Promise<ActionResult> {
    const { hub } = this.#parts;
    const places = await this.#placesOf(view);
    const mark = this.board.show(view);
    for (const place of places) this.#mark(place, mark);
    hub.send("case", { id: view.id });
    hub.send("audit", {});
    return ok(undefined);
  }

  async direct({ communityId, memberId }: MemberTarget, notice: Notice): Promise<Delivered> {
    const reached = communityId === COMMUNITY.id && this.#parts.members.find(memberId);
    return reached ? this.#deliver(memberId, notice) : fail({ kind: "unreachable" });
  }

  async announce(communityId: string, notice: Notice): Promise<Delivered> {
    return communityId === COMMUNITY.id
      ? this.#deliver(CHANNEL, notice)
      : fail({ kind: "unreachable" });
  }

  async member(target: MemberTarget): Promise<Result<PlatformMember | null, ActionError>> {
    const { members, clock } = this.#parts;
    if (target.communityId !== COMMUNITY.id) return ok(null);
    return ok(members.member(target.memberId, clock.now()));
  }

  async languageOf({ communityId, memberId }: MemberTarget): Promise<Locale | null> {
    return communityId === COMMUNITY.id ? this.#parts.members.languageOf(memberId) : null;
  }

  async nameOf({ communityId, memberId }: MemberTarget): Promise<string | null> {
    if (communityId !== COMMUNITY.id) return null;
    return this.#parts.members.find(memberId)?.displayName ?? null;
  }

  async timeZoneOf({ communityId, memberId }: MemberTarget): Promise<string | null> {
    return communityId === COMMUNITY.id ? this.#parts.zones.of(memberId) : null;
  }

  async team(communityId: string): Promise<Result<readonly PlatformMember[], ActionError>> {
    const { members, clock } = this.#parts;
    return ok(communityId === COMMUNITY.id ? members.team(clock.now()) : []);
  }

  /**
   * Where the chat shows a case. It knows of a message that joined when that was judged; which others a
   * moderator acted on, only the record says.
   */
  async #placesOf(view: CaseView): Promise<readonly MessagePlace[]> {
    const { chat, messagesOf } = this.#parts;
    const known = chat
      .messages()
      .filter((message) => message.case?.id === view.id)
      .map(({ channelId, id }) => ({ channelId, messageId: id }));
    if (view.decision && known.length < view.messages) return messagesOf(view.id);
    return [view.message, ...known];
  }

  /** What a message shows already, or of a newer case, stays as it is. */
  #mark({ channelId, messageId }: MessagePlace, mark: CaseMark): void {
    const { chat } = this.#parts;
    const shown = chat.find(channelId, messageId)?.case;
    if (shown && (shown.number > mark.number || isSame(shown, mark))) return;
    this.#tell("message", chat.change(channelId, messageId, { case: mark }));
  }

  #deliver(box: string, notice: Notice): Delivered {
    const { inboxes, hub, clock } = this.#parts;
    if (inboxes.deliver(box, notice, clock.now())) hub.send("inbox", { person: box });
    return ok({ ref: notice.id });
  }

  /** `change` returns false when there is nothing to do. */
  #withMember(
    target: MemberTarget,
    change: (members: Members, id: string) => boolean | void,
  ): ActionResult {
    const { members, hub } = this.#parts;
    if (target.communityId !== COMMUNITY.id || !members.find(target.memberId)) return gone();
    if (change(members, target.memberId) === false) return gone();
    hub.send("member", { person: target.memberId });
    return ok(undefined);
  }

  #affect(
    target: MessageTarget,
    change: { readonly hidden: boolean } | { readonly nudge: string },
    event: MessageEvent,
  ): ActionResult {
    if (target.communityId !== COMMUNITY.id) return gone();
    const changed = this.#parts.chat.change(target.channelId, target.messageId, change);
    if (!changed) return gone();
    this.#tell(event, changed);
    return ok(undefined);
  }

  #tell(event: MessageEvent, message: ChatMessage | undefined): void {
    const { hub, ruleWords } = this.#parts;
    if (message) hub.send(event, viewMessage(message, ruleWords));
  }
}

/** A private word as it stands in the author's inbox: the same words about the same message are one. */
function privateWord({ communityId, messageId }: MessageTarget, reason: string): Notice {
  const digest = createHash("sha256").update(reason).digest("hex").slice(0, 16);
  const id = `word-${messageId}-${digest}`;
  return { id, communityId, caseNumber: null, title: "", lines: [reason], buttons: [] };
}

function isSame(one: CaseMark, other: CaseMark): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function gone(): ActionResult {
  return fail({ kind: "gone" });
}
