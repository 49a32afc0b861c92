import type { Intake } from "./intake.ts";
import type { OwnDeletions } from "./own-deletions.ts";

export interface DeletionParts {
  readonly own: OwnDeletions;
  readonly intake: Pick<Intake, "tell" | "settled" | "until">;
  /** The author of a recorded message; null where it is not recorded, or its author was erased. */
  readonly authorOf: (message: {
    readonly communityId: string;
    readonly channelId: string;
    readonly messageId: string;
  }) => Promise<string | null>;
}

/** Messages that are gone from Discord: what Candor deleted itself is nobody else's doing. */
export class Deletions {
  readonly #parts: DeletionParts;

  constructor(parts: DeletionParts) {
    this.#parts = parts;
  }

  /** Resolves once what follows is recorded. Rejects when that is left to the next process. */
  async tell(communityId: string, channelId: string, gone: readonly string[]): Promise<void> {
    const { own, intake, authorOf } = this.#parts;
    // Whose a message is stands with it once it is recorded.
    await intake.settled(channelId);
    const messageIds = await intake.until("deletions were not looked up; it is tried again", () =>
      own.others(communityId, gone, (messageId) => authorOf({ communityId, channelId, messageId })),
    );
    if (messageIds.length === 0) return;
    const except = own.purged(communityId);
    await intake.tell({ kind: "deleted", communityId, channelId, messageIds, except }, channelId);
  }
}
