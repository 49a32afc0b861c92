import { type Result, fail, ok } from "../../src/engine/result.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import type { OnMessage } from "../../src/ports/platform.ts";
import type { CaseBoard } from "./case-board.ts";
import type { CaseMark, Chat, ChatMessage, NewChatMessage } from "./chat.ts";
import type { EventHub } from "./event-hub.ts";
import type { Barred, Members } from "./members.ts";
import { toMessage } from "./translate.ts";

/** Most messages that may wait to be recorded; more are refused, not lost. */
const MOST_WAITING = 1000;

/** Why a post was not taken in. `not-recorded`: it stands in the chat, and posting it again repeats the hand-over. */
export type PostProblem =
  | { readonly kind: "stopped" | "busy" }
  | { readonly kind: "not-recorded"; readonly message: ChatMessage }
  | { readonly kind: "barred"; readonly barred: Barred };

export type Posting = Promise<Result<ChatMessage, PostProblem>>;

export interface PostsParts {
  readonly chat: Chat;
  readonly board: CaseBoard;
  readonly members: Members;
  readonly hub: EventHub;
  readonly clock: Clock;
  readonly log: Log;
  readonly tell: (event: "message" | "verdict", message: ChatMessage | undefined) => void;
}

/** Takes members' messages in and hands them to Candor in the order of the posts, which is that of judging. */
export class Posts {
  readonly #parts: PostsParts;
  readonly #underWay = new Map<string, Posting>();
  #onMessage: OnMessage | null = null;

  constructor(parts: PostsParts) {
    this.#parts = parts;
  }

  open(onMessage: OnMessage): void {
    this.#onMessage = onMessage;
  }

  /** Takes no more in; resolves once what is under way is handed over. */
  async close(): Promise<void> {
    this.#onMessage = null;
    await Promise.all(this.#underWay.values());
  }

  /**
   * Resolves once Candor has recorded the message. A message whose id is known is not posted twice: what
   * became of the first one comes back, and only one that was not recorded is handed over again.
   */
  post(draft: NewChatMessage): Posting {
    const { chat, members, clock } = this.#parts;
    const key = `${draft.channelId}\n${draft.id}`;
    const underWay = this.#underWay.get(key);
    if (underWay) return underWay;
    const known = chat.find(draft.channelId, draft.id);
    if (known?.status === "judged") return Promise.resolve(ok(known));
    const barred = members.barred(draft.author.id, clock.now());
    if (barred) return Promise.resolve(fail({ kind: "barred", barred }));
    const onMessage = this.#onMessage;
    if (!onMessage) return Promise.resolve(fail({ kind: "stopped" }));
    if (this.#underWay.size >= MOST_WAITING) return Promise.resolve(fail({ kind: "busy" }));
    const message = this.#place(draft, known);
    const posting = this.#handOver(message, onMessage);
    this.#underWay.set(key, posting);
    return posting;
  }

  #place(draft: NewChatMessage, known: ChatMessage | undefined): ChatMessage {
    const { chat, tell } = this.#parts;
    const again = known && chat.change(known.channelId, known.id, { status: "sending" });
    const message = again ?? chat.add(draft);
    tell("message", message);
    return message;
  }

  /** Never rejects. */
  async #handOver(message: ChatMessage, onMessage: OnMessage): Posting {
    const { chat, board, hub, log, members, tell } = this.#parts;
    const { channelId, id } = message;
    try {
      const handled = await onMessage(toMessage(message, members.count));
      const opened = handled.case;
      // An effect may have arrived before the hand-over resolved: what it set stays.
      const known = opened && (board.find(opened.id) ?? openMark(opened));
      const mark = chat.find(channelId, id)?.case ?? known;
      const judged = chat.change(channelId, id, {
        status: "judged",
        verdict: handled.verdict,
        shadow: handled.mode === "shadow",
        case: mark,
      });
      tell("verdict", judged);
      if (opened) hub.send("case", { id: opened.id });
      hub.send("audit", {});
      return ok(judged ?? message);
    } catch (err) {
      log.error({ err, channel: channelId, id }, "a message was not recorded");
      const refused = chat.change(channelId, id, { status: "not-recorded" });
      tell("message", refused);
      return fail({ kind: "not-recorded", message: refused ?? message });
    } finally {
      this.#underWay.delete(`${channelId}\n${id}`);
    }
  }
}

function openMark({ id, number }: Pick<CaseMark, "id" | "number">): CaseMark {
  return { id, number, state: "open", outcome: null, deletes: false, round: 0 };
}
