import { createHash } from "node:crypto";
import type { Author, Place } from "../../src/engine/message.ts";
import type { Locale } from "../../src/engine/policy.ts";
import { type PlatformMember, RIGHTS, type Right, type TeamRole } from "../../src/engine/roles.ts";

export const COMMUNITY: Required<Place> = { id: "sandbox", name: "Sandbox" };

export const CHANNELS: readonly Required<Place>[] = [
  { id: "general", name: "general" },
  { id: "announcements", name: "announcements" },
  { id: "support", name: "support" },
];

/** Someone of the sandbox; the name is always there, as on any chat platform. */
export type Person = Author & {
  readonly displayName: string;
  /** Roles that the sandbox's own settings give; absent: member. */
  readonly roles?: readonly TeamRole[];
  readonly language?: Locale;
};

/** Longest name that a guest may take, in UTF-16 units. */
export const MAX_NAME_UNITS = 60;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The people who are always there. `openedAt` is when the sandbox was opened, in epoch ms. */
export function builtInPeople(openedAt: number): readonly Person[] {
  const regular = (days: number) => ({
    joinedAt: openedAt - days * DAY_MS,
    accountCreatedAt: openedAt - 2 * days * DAY_MS,
  });
  return [
    { id: "lin", displayName: "小林 Lin", role: "member", language: "zh-CN", ...regular(400) },
    { id: "ana", displayName: "Ana", role: "member", language: "en", ...regular(120) },
    {
      id: "newcomer",
      displayName: "新人 Newcomer",
      role: "member",
      joinedAt: openedAt - 5 * MINUTE_MS,
      accountCreatedAt: openedAt - 60 * MINUTE_MS,
    },
    {
      id: "wang",
      displayName: "王经理 Wang",
      role: "staff",
      roles: ["staff"],
      language: "zh-CN",
      ...regular(900),
    },
    { id: "affiliate", displayName: "推广伙伴 Partner", role: "affiliate", ...regular(60) },
    { id: "bot", displayName: "小助手 Helper", role: "bot", ...regular(300) },
    ...TEAM.map(({ id, name, role, language }) => ({
      id,
      displayName: name,
      role: "staff" as const,
      roles: [role],
      language,
      ...regular(1000),
    })),
  ];
}

/** Who runs the sandbox's community, most powerful first. */
const TEAM: readonly {
  readonly id: string;
  readonly name: string;
  readonly role: TeamRole;
  readonly language: Locale;
}[] = [
  { id: "olivia", name: "Olivia", role: "owner", language: "en" },
  { id: "chen", name: "陈静 Chen", role: "manager", language: "zh-TW" },
  { id: "mei", name: "梅 Mei", role: "moderator", language: "zh-CN" },
  { id: "sam", name: "Sam", role: "moderator", language: "en" },
  { id: "yu", name: "小于 Yu", role: "service", language: "zh-CN" },
  { id: "ada", name: "Ada", role: "analyst", language: "en" },
];

const RANKS: Readonly<Record<TeamRole, number>> = {
  owner: 100,
  manager: 80,
  moderator: 60,
  service: 20,
  analyst: 20,
  staff: 20,
  member: 0,
};

const WITH_RIGHTS: readonly TeamRole[] = ["owner", "manager", "moderator"];

/** Somebody as the sandbox's own settings describe them. */
export function memberOf({
  id,
  displayName,
  roles = ["member"],
  language,
}: Person): PlatformMember {
  const rights: readonly Right[] = roles.some((role) => WITH_RIGHTS.includes(role)) ? RIGHTS : [];
  const rank = Math.max(...roles.map((role) => RANKS[role]));
  return { id, name: displayName, roles, rank, rights, ...(language && { language }) };
}

/** Who signs an official answer. */
export const OFFICIAL: Person = { id: "candor", displayName: "Candor", role: "bot" };

/**
 * A person who took a name of their own: always a member, whatever the name says, and the same
 * person each time the name is used. The id is opaque, as a platform's ids are, because it is kept
 * in the record where the name is not.
 */
export function guest(name: string): Person {
  const same = name.normalize("NFKC").toLowerCase();
  const id = createHash("sha256").update(same).digest("hex").slice(0, 16);
  return { id: `guest-${id}`, displayName: name, role: "member" };
}
