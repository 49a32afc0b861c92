import type { Command } from "./command.ts";
import { appeal } from "./list/appeal.ts";
import { feedback, question } from "./list/ask.ts";
import { decide, reopen, undo } from "./list/decide.ts";
import { escalate } from "./list/escalate.ts";
import { doctor } from "./list/doctor.ts";
import { makeHelp } from "./list/help.ts";
import { history, queue, show } from "./list/look.ts";
import { ban, kick, purge, timeout, warn } from "./list/members.ts";
import { nick, role } from "./list/member-names.ts";
import { oncall } from "./list/oncall.ts";
import { privacy } from "./list/privacy.ts";
import { answer, correct } from "./list/reply-words.ts";
import { report } from "./list/report.ts";
import { explain, rules } from "./list/rules.ts";
import { confirm, reject } from "./list/second.ts";
import { policy, shadow } from "./list/settings.ts";
import { setup } from "./list/setup.ts";
import { calm, lock, pin, slowmode, unlock } from "./list/room.ts";
import { status } from "./list/status.ts";
import { unban } from "./list/unban.ts";
import { ack, handover, hold, note, skip, take } from "./list/work.ts";

const WORK = [queue, show, take, skip, handover, hold, ack, note];
const DECISIONS = [decide, correct, answer, confirm, reject, undo, reopen, escalate];
const PEOPLE = [warn, timeout, kick, ban, unban, purge, history];
const COMMUNITY = [status, oncall, rules, explain, policy, shadow, privacy];

const OTHERS: readonly Command[] = [
  ...WORK,
  ...DECISIONS,
  ...PEOPLE,
  question,
  feedback,
  report,
  appeal,
  ...COMMUNITY,
];

/** Every command that all platforms have, in the order in which help shows them. An adapter binds all of them. */
export const COMMANDS: readonly Command[] = [...OTHERS, makeHelp(OTHERS)];

/** Commands of one platform beside them: what is set up there belongs to it. */
export const OWN_COMMANDS: Readonly<Record<string, readonly Command[]>> = {
  discord: [setup, doctor, slowmode, lock, unlock, calm, nick, role, pin],
};

const BY_PLATFORM = new Map(
  Object.entries(OWN_COMMANDS).map(([platform, own]): [string, readonly Command[]] => {
    const others = [...OTHERS, ...own];
    return [platform, [...others, makeHelp(others)]];
  }),
);

/** Every command of a platform. */
export function commandsOf(platform: string): readonly Command[] {
  return BY_PLATFORM.get(platform) ?? COMMANDS;
}
