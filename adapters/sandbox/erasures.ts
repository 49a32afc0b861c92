import { CHANNEL } from "../../src/ports/attempts.ts";
import type { Store } from "../../src/ports/store.ts";
import type { Chat, ChatMessage } from "./chat.ts";
import type { DeliveredNotice, Inboxes } from "./inboxes.ts";
import type { Members } from "./members.ts";
import { COMMUNITY } from "./people.ts";

interface ErasuresParts {
  readonly store: Pick<
    Store,
    | "auditHeads"
    | "auditEvents"
    | "recentMessages"
    | "attempts"
    | "findCase"
    | "findCaseByNumber"
    | "caseMessages"
    | "reportsOf"
  >;
  readonly chat: Chat;
  readonly members: Members;
  readonly inboxes: Inboxes;
  /** Told when somebody was taken out: whoever has read the memory before still shows what they wrote. */
  readonly onForgotten: () => void;
}

/** So many events are looked through for an erasure; of more it is taken that there was one. */
const MOST_EVENTS = 1000;
/** More than the chat, an inbox or a case of the sandbox holds. */
const MOST = 10_000;

/**
 * Takes whoever was erased from the record out of the sandbox's own memory: their messages, their name,
 * what they were told, and what others were told about them. An erasure is heard of through the audit log,
 * for another process may have made it.
 */
export class Erasures {
  readonly #parts: ErasuresParts;
  /** The newest event that was looked at; null at first, when the memory is young. */
  #seen: number | null = null;
  #settled: Promise<void> = Promise.resolve();

  constructor(parts: ErasuresParts) {
    this.#parts = parts;
  }

  /** Call before anything of the memory is shown. */
  settle(): Promise<void> {
    const next = this.#settled.then(() => this.#look());
    this.#settled = next.catch(() => undefined);
    return next;
  }

  async #look(): Promise<void> {
    const head = (await this.#parts.store.auditHeads()).get(COMMUNITY.id)?.seq ?? 0;
    if (head === this.#seen) return;
    const wasErased = await this.#wasErased(head);
    if (wasErased) await this.#forget();
    this.#seen = head;
    if (wasErased) this.#parts.onForgotten();
  }

  async #wasErased(head: number): Promise<boolean> {
    const from = Math.max(0, this.#seen ?? head - MOST_EVENTS);
    if (head < from || head - from > MOST_EVENTS) return true;
    const events = await this.#parts.store.auditEvents(COMMUNITY.id, from, MOST_EVENTS);
    return events.some(({ type }) => type === "person.erased");
  }

  async #forget(): Promise<void> {
    const { chat, inboxes } = this.#parts;
    const authors = new Set(chat.messages().map(({ author }) => author.id));
    for (const id of authors) await this.#forgetMessages(id);
    const erased = new Map<string, Promise<boolean>>();
    const isErased = (caseId: string) => {
      const known = erased.get(caseId) ?? this.#namesErased(caseId);
      erased.set(caseId, known);
      return known;
    };
    for (const box of inboxes.boxes) {
      const kept = await this.#stillTheirs(box);
      for (const notice of inboxes.of(box)) {
        const about = kept.has(notice.id) ? await this.#casesOf(notice) : null;
        if (about && !(await some(about, isErased))) continue;
        inboxes.forget(box, notice.id);
      }
    }
  }

  /** Forgets what somebody posted and the record no longer knows to be theirs, and their name where nothing is left. */
  async #forgetMessages(authorId: string): Promise<void> {
    const { store, chat, members } = this.#parts;
    const recorded = await store.recentMessages(COMMUNITY.id, authorId, null, MOST);
    const known = new Set(recorded.map(({ messageId }) => messageId));
    const theirs = chat.messages().filter(({ author }) => author.id === authorId);
    const gone = theirs.filter(
      ({ id, status, verdict }) => status === "judged" && verdict !== null && !known.has(id),
    );
    // What was never recorded tells nothing of its author: it goes with the rest of theirs, or where there is none.
    const left = gone.length > 0 || known.size === 0 ? theirs.filter(isUnrecorded) : [];
    for (const { channelId, id } of [...gone, ...left]) chat.forget(channelId, id);
    if (gone.length + left.length > 0 && known.size === 0) members.forget(authorId);
  }

  /** Ids of the notices of a box that are still addressed to whom it belongs. */
  async #stillTheirs(box: string): Promise<ReadonlySet<string>> {
    const { store, inboxes } = this.#parts;
    const filter = { communityId: COMMUNITY.id, personId: box, newestFirst: true, limit: MOST };
    const attempts = await store.attempts(filter);
    const told = new Set(attempts.map(({ id }) => id));
    if (box === CHANNEL) return told;
    // A private word is no attempt: it stands as long as a message of theirs.
    const [message] = await store.recentMessages(COMMUNITY.id, box, null, 1);
    if (message) for (const { id } of inboxes.of(box)) if (isPrivateWord(id)) told.add(id);
    return told;
  }

  /** Ids of the cases that a notice tells of; null when one of them is gone, or nobody knows which they are. */
  async #casesOf({ id, caseNumber }: DeliveredNotice): Promise<readonly string[] | null> {
    const { store } = this.#parts;
    if (isPrivateWord(id)) return [];
    if (caseNumber !== null) {
      const view = await store.findCaseByNumber(COMMUNITY.id, caseNumber);
      return view && [view.id];
    }
    const told = await store.attempts({ communityId: COMMUNITY.id, bundle: id, limit: MOST });
    const ids = told.flatMap(({ caseId }) => (caseId === null ? [] : [caseId]));
    return ids.length > 0 ? ids : null;
  }

  /** Whether somebody who was erased wrote in a case, or about it. */
  async #namesErased(caseId: string): Promise<boolean> {
    const { store } = this.#parts;
    const view = await store.findCase(caseId);
    if (!view || view.authorId === "") return true;
    const messages = await store.caseMessages(caseId, MOST);
    if (messages.some(({ message }) => message.authorId === "")) return true;
    return (await store.reportsOf(caseId)).some(({ reporterId }) => reporterId === "");
  }
}

function isUnrecorded({ status }: ChatMessage): boolean {
  return status === "not-recorded";
}

/** Under their message, of what a rule found in it. */
function isPrivateWord(noticeId: string): boolean {
  return noticeId.startsWith("word-");
}

async function some(
  ids: readonly string[],
  test: (id: string) => Promise<boolean>,
): Promise<boolean> {
  for (const id of ids) if (await test(id)) return true;
  return false;
}
