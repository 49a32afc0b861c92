import type { Migration } from "kysely";
import * as records from "./0001-records.ts";
import * as audit from "./0002-audit.ts";
import * as outbox from "./0003-outbox.ts";
import * as cases from "./0004-cases.ts";
import * as rights from "./0005-rights.ts";
import * as strikes from "./0006-strikes.ts";
import * as rounds from "./0007-rounds.ts";
import * as claims from "./0008-claims.ts";
import * as erasure from "./0011-erasure.ts";
import * as platformMemory from "./0013-platform-memory.ts";
import * as decisionEffects from "./0014-decision-effects.ts";
import * as deletedMessages from "./0018-deleted-messages.ts";
import * as eachAuthor from "./0016-each-author.ts";
import * as stuckAppeals from "./0019-stuck-appeals.ts";
import * as unreadFiles from "./0022-unread-files.ts";
import * as outboxCommunity from "./0023-outbox-community.ts";

/** In order; a name is never changed or taken out once it was released. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-records": records,
  "0002-audit": audit,
  "0003-outbox": outbox,
  "0004-cases": cases,
  "0005-rights": rights,
  "0006-strikes": strikes,
  "0007-rounds": rounds,
  "0008-claims": claims,
  "0011-erasure": erasure,
  "0013-platform-memory": platformMemory,
  "0014-decision-effects": decisionEffects,
  "0016-each-author": eachAuthor,
  "0018-deleted-messages": deletedMessages,
  "0019-stuck-appeals": stuckAppeals,
  "0022-unread-files": unreadFiles,
  "0023-outbox-community": outboxCommunity,
};
