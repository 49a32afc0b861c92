import { UNDECIDED } from "../../engine/case/case.ts";
import { personOf } from "../../pipeline/deps.ts";
import { choice, optional } from "../arguments.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { badInput, done, type Reply } from "../reply.ts";
import { sayStanding } from "./look.ts";
import { EVERYBODY } from "./roles.ts";

const MOST_COUNTED = 1000;

export const privacy = defineCommand({
  name: "privacy",
  args: {
    request: optional(choice(["show", "erase"])),
    confirmation: optional(choice(["yes"])),
  },
  needs: EVERYBODY,
  privileged: false,
  async run(context, args) {
    if (args.request !== "erase") return showStored(context);
    return args.confirmation === null ? askFirst(context) : erase(context);
  },
});

async function showStored(context: CommandContext): Promise<Reply> {
  const { deps, actor, policy, say, now } = context;
  const { communityId, id: authorId } = actor;
  const [standing, cases] = await Promise.all([
    deps.store.standing(communityId, authorId, now),
    deps.store.listCases({ communityId, authorId, limit: MOST_COUNTED }),
  ]);
  if (!standing) return done([say("privacy.nothing")]);
  return done(
    [
      sayStanding(context, standing),
      say("privacy.cases", { count: cases.length }),
      say("privacy.what", policy.retentionDays),
    ],
    {
      title: say("privacy.title"),
      buttons: [{ label: say("button.erase"), command: "privacy erase" }],
    },
  );
}

function askFirst({ say }: CommandContext): Reply {
  return done([say("privacy.ask"), say("privacy.how", { word: say("choice.yes") })], {
    buttons: [{ label: say("button.erase-yes"), command: "privacy erase yes" }],
  });
}

async function erase(context: CommandContext): Promise<Reply> {
  const { deps, actor, say } = context;
  const { communityId, id: authorId } = actor;
  const open = await deps.store.listCases({
    communityId,
    authorId,
    states: [...UNDECIDED, "appealed"],
    limit: MOST_COUNTED,
  });
  // Whoever is complained of could otherwise erase the complaint. Of shadow cases nobody is told.
  if (open.some(({ shadow }) => !shadow)) return badInput([say("privacy.open-case")]);
  const person = personOf(deps, actor.platform, authorId);
  const erased = await deps.store.erasePerson(communityId, authorId, person, {
    type: "person.erased",
    at: context.now,
    person: null,
    payload: {},
  });
  return done([erased === null ? say("privacy.nothing") : say("privacy.erased")]);
}
