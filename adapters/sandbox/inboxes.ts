import type { Notice } from "../../src/ports/notifier.ts";

/** Notices kept for each person, and for the moderators' channel; the oldest go first. */
const KEPT_EACH = 200;
/** Boxes kept; the one that got nothing for longest goes first. */
const KEPT_BOXES = 5000;

/** A notice as it was delivered. */
export interface DeliveredNotice extends Notice {
  /** Epoch ms. */
  readonly at: number;
}

/** Direct messages of the sandbox, and what its moderators' channel was told. In memory, as the chat is. */
export class Inboxes {
  readonly #boxes = new Map<string, Map<string, DeliveredNotice>>();

  /** False when a notice of this id was delivered to this box before; the first one stays. */
  deliver(box: string, notice: Notice, at: number): boolean {
    const kept = this.#boxes.get(box) ?? new Map<string, DeliveredNotice>();
    if (kept.has(notice.id)) return false;
    kept.set(notice.id, { ...notice, at });
    forgetFirst(kept, KEPT_EACH);
    this.#boxes.delete(box);
    this.#boxes.set(box, kept);
    forgetFirst(this.#boxes, KEPT_BOXES);
    return true;
  }

  /** Of whom, or of the channel. */
  get boxes(): readonly string[] {
    return [...this.#boxes.keys()];
  }

  /** The words go; the record still says that something was delivered. */
  forget(box: string, noticeId: string): void {
    const kept = this.#boxes.get(box);
    kept?.delete(noticeId);
    if (kept?.size === 0) this.#boxes.delete(box);
  }

  /** Oldest first. */
  of(box: string): readonly DeliveredNotice[] {
    return [...(this.#boxes.get(box)?.values() ?? [])];
  }
}

function forgetFirst(map: Map<string, unknown>, most: number): void {
  const [first] = map.keys();
  if (map.size > most && first !== undefined) map.delete(first);
}
