import type { CommandContext } from "../command.ts";
import type { ReplyButton } from "../reply.ts";

/** The pages of the set-up, in the order in which an owner is led through them. */
export const PAGES = [
  "channel",
  "roles",
  "language",
  "jurisdiction",
  "emoji",
  "test",
  "mode",
] as const;
export type Page = (typeof PAGES)[number];

export function sayPageTitle({ say }: CommandContext, page: Page): string {
  return say("setup.step-title", {
    step: PAGES.indexOf(page) + 1,
    steps: PAGES.length,
    what: say(`setup.what.${page}`),
  });
}

/** What one page has set; null: nothing. */
export function sayLine({ say }: CommandContext, page: Page, value: string | null): string {
  return say("setup.line", { what: say(`setup.what.${page}`), value: value ?? say("setup.unset") });
}

/** A button that goes to a page. */
export function nextButton({ say }: CommandContext, page: Page): ReplyButton {
  return {
    label: say("setup.button.next", { what: say(`setup.what.${page}`) }),
    command: `setup ${page}`,
  };
}

/** A button that shows all that is set. */
export function endButton({ say }: CommandContext): ReplyButton {
  return { label: say("setup.button.end"), command: "setup" };
}
