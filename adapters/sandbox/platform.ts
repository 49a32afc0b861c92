import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { Log } from "../../src/ports/log.ts";
import type {
  ActionError,
  MessageTarget,
  OnMessage,
  PlatformPort,
} from "../../src/ports/platform.ts";
import type { CaseView } from "../../src/ports/store.ts";
import { CaseBoard } from "./case-board.ts";
import type { CaseMark, Chat, ChatMessage, NewChatMessage } from "./chat.ts";
import type { EventHub } from "./event-hub.ts";
import { COMMUNITY } from "./people.ts";
import { toMessage } from "./translate.ts";
import { viewMessage, type RuleWords } from "./views.ts";

/** Most messages of one channel that may wait for their hand-over; more are refused, not lost. */
const MOST_WAITING = 1000;

/** Why a post was not taken in. `not-recorded`: it stands in the chat, and posting it again repeats the hand-over. */
export type PostProblem =
  | { readonly kind: "stopped" | "busy" }
  | { readonly kind: "not-recorded"; readonly message: ChatMessage };

type Posting = Promise<Result<ChatMessage, PostProblem>>;

/** A chat platform in memory: members post through `post`, Candor acts through the port. */
export class SandboxPlatform implements PlatformPort {
  readonly name = "sandbox";
  readonly board = new CaseBoard();
  readonly #chat: Chat;
  readonly #hub: EventHub;
  readonly #log: Log;
  readonly #ruleWords: RuleWords;
  readonly #lanes = new Map<string, Promise<unknown>>();
  readonly #underWay = new Map<string, Posting>();
  #onMessage: OnMessage | null = null;
  #accepting = false;

  constructor(chat: Chat, hub: EventHub, log: Log, ruleWords: RuleWords) {
    this.#chat = chat;
    this.#hub = hub;
    this.#log = log;
    this.#ruleWords = ruleWords;
  }

  async start(onMessage: OnMessage): Promise<void> {
    this.#onMessage = onMessage;
    this.#accepting = true;
    this.#hub.open();
  }

  async stop(): Promise<void> {
    this.#accepting = false;
    await Promise.all(this.#lanes.values());
    this.#hub.close();
  }

  /**
   * Takes a member's message in and hands it to Candor; resolves once Candor has recorded it. A
   * message whose id is known is not posted twice: what became of the first one comes back, and only
   * one that was not recorded is handed over again.
   */
  post(draft: NewChatMessage): Posting {
    const key = `${draft.channelId}\n${draft.id}`;
    const underWay = this.#underWay.get(key);
    if (underWay) return underWay;
    const known = this.#chat.find(draft.channelId, draft.id);
    if (known?.status === "judged") return Promise.resolve(ok(known));
    const onMessage = this.#onMessage;
    if (!this.#accepting || !onMessage) return Promise.resolve(fail({ kind: "stopped" }));
    if (this.#underWay.size >= MOST_WAITING) return Promise.resolve(fail({ kind: "busy" }));
    const message = this.#place(draft, known);
    const posting = this.#inTurn(message.channelId, () => this.#handOver(message, onMessage));
    this.#underWay.set(key, posting);
    return posting;
  }

  #place(draft: NewChatMessage, known: ChatMessage | undefined): ChatMessage {
    const again = known && this.#chat.change(known.channelId, known.id, { status: "sending" });
    const message = again ?? this.#chat.add(draft);
    this.#tell("message", message);
    return message;
  }

  /** Runs work of one channel one after the other, in the order of the calls. */
  #inTurn<T>(channelId: string, work: () => Promise<T>): Promise<T> {
    const before = this.#lanes.get(channelId) ?? Promise.resolve();
    const turn = before.then(work);
    this.#lanes.set(channelId, turn);
    return turn;
  }

  /** Never rejects: a lane must go on whatever happens to one message. */
  async #handOver(message: ChatMessage, onMessage: OnMessage): Posting {
    const { channelId, id } = message;
    try {
      const handled = await onMessage(toMessage(message));
      const opened = handled.case;
      // An effect may have arrived before the hand-over resolved: what it set stays.
      const mark = this.#chat.find(channelId, id)?.case ?? (opened && openMark(opened));
      const judged = this.#chat.change(channelId, id, {
        status: "judged",
        verdict: handled.verdict,
        case: mark,
      });
      this.#tell("verdict", judged);
      if (opened) this.#hub.send("case", { id: opened.id });
      this.#hub.send("audit", {});
      return ok(judged ?? message);
    } catch (err) {
      this.#log.error({ err, channel: channelId, id }, "a message was not recorded");
      const refused = this.#chat.change(channelId, id, { status: "not-recorded" });
      this.#tell("message", refused);
      return fail({ kind: "not-recorded", message: refused ?? message });
    } finally {
      this.#underWay.delete(`${channelId}\n${id}`);
    }
  }

  async hideMessage(target: MessageTarget): Promise<Result<void, ActionError>> {
    return this.#affect(target, { hidden: true }, "hidden");
  }

  async restoreMessage(target: MessageTarget): Promise<Result<void, ActionError>> {
    return this.#affect(target, { hidden: false }, "restored");
  }

  async nudgeAuthor(
    target: MessageTarget & { readonly authorId: string },
    reason: string,
  ): Promise<Result<void, ActionError>> {
    const message = this.#chat.find(target.channelId, target.messageId);
    if (message && message.author.id !== target.authorId) return fail({ kind: "unreachable" });
    return this.#affect(target, { nudge: reason }, "message");
  }

  async showCase(view: CaseView): Promise<Result<void, ActionError>> {
    this.#showOnBoard(view, view.rung);
    return ok(undefined);
  }

  async escalate(view: CaseView, rung: number): Promise<Result<void, ActionError>> {
    this.#showOnBoard(view, rung);
    return ok(undefined);
  }

  #showOnBoard(view: CaseView, rung: number): void {
    const mark = this.board.show(view, rung);
    const { channelId, messageId } = view.message;
    this.#tell("message", this.#chat.change(channelId, messageId, { case: mark }));
    this.#hub.send("case", { id: view.id });
    this.#hub.send("audit", {});
  }

  #affect(
    target: MessageTarget,
    change: { readonly hidden: boolean } | { readonly nudge: string },
    event: "hidden" | "restored" | "message",
  ): Result<void, ActionError> {
    if (target.communityId !== COMMUNITY.id) return fail({ kind: "gone" });
    const changed = this.#chat.change(target.channelId, target.messageId, change);
    if (!changed) return fail({ kind: "gone" });
    this.#tell(event, changed);
    return ok(undefined);
  }

  #tell(
    event: "message" | "verdict" | "hidden" | "restored",
    message: ChatMessage | undefined,
  ): void {
    if (message) this.#hub.send(event, viewMessage(message, this.#ruleWords));
  }
}

function openMark(opened: { readonly id: string; readonly number: number }): CaseMark {
  return { id: opened.id, number: opened.number, state: "open", outcome: null, rung: 0 };
}
