import type { Transaction } from "kysely";
import type { Recording, StoredMessage } from "../../src/ports/store.ts";
import { fromMessage } from "./message-rows.ts";
import { storable } from "./stored-json.ts";
import type { Tables } from "./tables.ts";

/** Version of the rules of words that were given to Candor itself, which are judged by none. */
export const WRITTEN_RULES = "";

/** Writes a message and its verdict; false, and nothing written, when the revision is recorded already. */
export async function writeMessage(
  transaction: Transaction<Tables>,
  written: Pick<Recording, "message" | "verdict" | "rulesVersion" | "mode">,
): Promise<boolean> {
  const { message, verdict, rulesVersion, mode } = written;
  const inserted = await transaction
    .insertInto("messages")
    .values(fromMessage(message))
    .onConflict((conflict) => conflict.column("key").doNothing())
    .returning("key")
    .executeTakeFirst();
  if (!inserted) return false;
  await transaction
    .insertInto("verdicts")
    .values({
      message_key: message.key,
      verdict: JSON.stringify(verdict),
      rules_version: rulesVersion,
      mode,
    })
    .execute();
  return true;
}

/** Makes the community known, and counts `messages` more of it. */
export async function countInCommunity(
  transaction: Transaction<Tables>,
  message: Pick<StoredMessage, "communityId" | "communityName" | "platform">,
  messages: number,
): Promise<void> {
  await transaction
    .insertInto("communities")
    .values({
      id: message.communityId,
      platform: message.platform,
      name: storable(message.communityName),
      messages,
      cases: 0,
    })
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet((eb) => ({
        name: eb.fn.coalesce("excluded.name", "communities.name"),
        messages: eb("communities.messages", "+", eb.ref("excluded.messages")),
      })),
    )
    .execute();
}
