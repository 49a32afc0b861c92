import { expect, test } from "@jest/globals";
import { Foresight, NEEDS } from "../../../adapters/discord/foresight.ts";
import { Guild } from "../../../adapters/discord/guilds.ts";
import { memberSchema } from "../../../adapters/discord/payloads.ts";
import { hasAll, permissionsIn } from "../../../adapters/discord/permissions.ts";
import { bits } from "../../support/discord/permissions.ts";

const AT = Date.parse("2026-11-25T12:00:00Z");
const OWNER = "2";
const BOT = "3";

/** A server with roles as `[id, position, permissions]`. */
function guildOf(roles: readonly (readonly [string, number, bigint])[]): Guild {
  const guild = new Guild({ id: "1", name: "Tea friends", owner_id: OWNER });
  for (const [id, position, permissions] of [["1", 0, 0n] as const, ...roles]) {
    guild.roles.set(id, { id, name: id, position, permissions });
  }
  return guild;
}

function memberOf(id: string, roles: readonly string[], until: string | null) {
  return memberSchema.parse({
    user: { id, username: "mo" },
    roles,
    communication_disabled_until: until,
  });
}

test("whoever is timed out is not of the team until it ends, administrators excepted", () => {
  const guild = guildOf([
    ["10", 1, bits("moderateMembers", "manageMessages")],
    ["11", 2, bits("administrator")],
    ["12", 3, 0n],
  ]);
  const grants = { service: ["12"] };
  const until = "2026-11-25T13:00:00Z";
  const moderator = memberOf("20", ["10", "12"], until);
  guild.noteMember(moderator, grants);
  guild.noteMember(memberOf("21", ["11"], until), grants);
  expect(guild.asMember(moderator, grants, AT)).toMatchObject({ roles: ["member"], rights: [] });
  expect(guild.team(grants, AT).map(({ id }) => id)).toEqual(["21"]);
  const later = AT + 2 * 3_600_000;
  expect(guild.team(grants, later).map(({ id }) => id)).toEqual(["20", "21"]);
  expect(guild.asMember(moderator, grants, later).roles).toEqual([
    "moderator",
    "service",
    "member",
  ]);
});

test("of two roles of one position the older one is above", () => {
  const guild = guildOf([
    ["10", 5, bits("moderateMembers", "manageRoles")],
    ["9", 5, 0n],
    ["11", 5, 0n],
  ]);
  guild.ownRoles = ["10"];
  const foresight = new Foresight(
    new Map([["1", guild]]),
    () => BOT,
    () => 0,
  );
  const onMember = (role: string) =>
    foresight.onMember("1", NEEDS.timeout, { id: "20", roles: [role] });
  const onRole = (id: string) => foresight.onRole("1", { id, position: 5 });
  const refused = { kind: "forbidden", where: { kind: "role-order" } };
  expect([onMember("11"), onRole("11")]).toEqual([null, null]);
  for (const each of [onMember("9"), onMember("10"), onRole("9"), onRole("10")]) {
    expect(each).toMatchObject(refused);
  }
});

test("whoever may do everything may give what Discord has added since, and nobody else", () => {
  const added = 1n << 62n;
  const everything = permissionsIn(
    { id: "1", ownerId: "2", roles: new Map() },
    { id: "2", roles: [] },
  );
  expect([hasAll(everything, added), hasAll(1n, added), hasAll(added, added)]).toEqual([
    true,
    false,
    true,
  ]);
});
