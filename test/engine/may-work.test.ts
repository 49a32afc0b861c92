import { expect, test } from "@jest/globals";
import { authorise } from "../../src/commands/authorise.ts";
import { CASE_READERS, CASE_WORKERS } from "../../src/commands/list/roles.ts";
import { CASE_SOURCES } from "../../src/engine/case/case.ts";
import { mayLook, mayWork } from "../../src/engine/escalation/may-work.ts";
import { TEAM_ROLES, type TeamRole } from "../../src/engine/roles.ts";

test("who is paged about a case is who may look at it, whatever their roles", () => {
  const pairs = TEAM_ROLES.flatMap((one) => TEAM_ROLES.map((other) => [one, other] as const));
  for (const roles of pairs) {
    for (const source of CASE_SOURCES) {
      const may = (needs: readonly TeamRole[]) => {
        const actor = { id: "ana", roles, rank: 1, rights: [] };
        const item = { source, authors: [], touched: [] };
        return authorise({ needs, rights: [], actor, target: null, item }).ok;
      };
      const said = { roles, source, work: mayWork(roles, source), look: mayLook(roles, source) };
      expect(said).toStrictEqual({
        roles,
        source,
        work: may(CASE_WORKERS),
        look: may(CASE_READERS),
      });
    }
  }
});
