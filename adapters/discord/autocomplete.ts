import { UNDECIDED } from "../../src/engine/case/case.ts";
import { ruleLanguage } from "../../src/engine/policy.ts";
import type { RuleSet } from "../../src/engine/rule.ts";
import type { PlatformPort } from "../../src/ports/platform.ts";
import type { Store } from "../../src/ports/store.ts";
import type { Actor } from "../../src/commands/command.ts";

/** Most suggestions that Discord shows, and the longest of them in characters. */
const MOST = 25;
const MAX_NAME = 100;

/** One suggestion: what is shown, and what is sent when it is chosen. */
export interface Choice {
  readonly name: string;
  readonly value: string;
}

export interface CompletionParts {
  readonly store: Pick<Store, "listCases">;
  readonly ruleSet: Pick<RuleSet, "rules">;
  readonly platform: Pick<PlatformPort, "member">;
}

/** Cases that wait and rules in force, while somebody types. What cases there are is for the team alone to see. */
export async function complete(
  { store, ruleSet, platform }: CompletionParts,
  { communityId, id, language }: Actor,
  option: string,
  typed: string,
): Promise<readonly Choice[]> {
  const begins = typed.trim().toLowerCase();
  if (option === "rule") {
    const words = ruleLanguage(language ?? "en");
    return ruleSet.rules
      .map((rule) => ({ name: `${rule.id} ${rule.title[words]}`, value: rule.id }))
      .filter(({ name }) => name.toLowerCase().includes(begins))
      .slice(0, MOST)
      .map(shortened);
  }
  if (option !== "case") return [];
  const member = await platform.member({ communityId, memberId: id });
  const mayLook = member.ok && member.value?.rights.includes("delete-messages");
  if (!mayLook) return [];
  const waiting = await store.listCases({ communityId, states: UNDECIDED, limit: 100 });
  return waiting
    .map(({ number, severity, families }) => ({
      name: [`#${number}`, severity, ...families].filter(Boolean).join(" "),
      value: `#${number}`,
    }))
    .filter(({ name }) => name.toLowerCase().includes(begins))
    .slice(0, MOST)
    .map(shortened);
}

function shortened({ name, value }: Choice): Choice {
  const characters = [...name];
  return { name: characters.slice(0, MAX_NAME).join(""), value };
}
