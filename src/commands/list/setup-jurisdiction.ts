import { type Jurisdiction, JURISDICTIONS } from "../../engine/policy.ts";
import { sayList } from "../../words/say.ts";
import { changePolicy } from "../change-policy.ts";
import type { CommandContext } from "../command.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { nextButton, sayPageTitle } from "./setup-pages.ts";

/** What is chosen where none is to be named. */
const NONE = "none";

export function offerJurisdiction(context: CommandContext): Reply {
  const { say, policy } = context;
  return done([say("setup.jurisdiction")], {
    title: sayPageTitle(context, "jurisdiction"),
    selects: [
      {
        placeholder: say("setup.what.jurisdiction"),
        command: "setup jurisdiction",
        of: [
          ...JURISDICTIONS.map((each) => ({
            label: say(`setup.jurisdiction-name.${each}`),
            value: each,
          })),
          { label: say("setup.jurisdiction-none"), value: NONE },
        ],
        least: 1,
        most: JURISDICTIONS.length,
        chosen: policy.jurisdictions,
      },
    ],
    buttons: [nextButton(context, "emoji")],
  });
}

/** `value`: codes with commas between them, or `none`. */
export async function setJurisdiction(context: CommandContext, value: string): Promise<Reply> {
  const { say } = context;
  const words = value.split(/[\s,，、]+/u).filter((each) => each !== "");
  const isNone = words.length === 1 && words[0]?.toLowerCase() === NONE;
  const found = JURISDICTIONS.filter((each) => words.some((word) => word.toUpperCase() === each));
  if (!isNone && (found.length === 0 || found.length < new Set(words).size)) {
    return badInput([say("setup.jurisdiction-unknown", { list: JURISDICTIONS.join(", ") })]);
  }
  await changePolicy(context, (before) =>
    before.jurisdictions.join() === found.join() ? null : { ...before, jurisdictions: found },
  );
  const saved = sayJurisdictions(context, found);
  return done(
    [
      saved === null
        ? say("setup.jurisdiction-removed")
        : say("setup.jurisdiction-saved", { list: saved }),
    ],
    { buttons: [nextButton(context, "emoji")] },
  );
}

/** null where none is named. */
export function sayJurisdictions(
  { say, locale }: CommandContext,
  all: readonly Jurisdiction[],
): string | null {
  if (all.length === 0) return null;
  return sayList(
    locale,
    all.map((each) => say(`setup.jurisdiction-name.${each}`)),
  );
}
