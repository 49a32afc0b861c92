import { optional, word } from "../arguments.ts";
import { authorise } from "../authorise.ts";
import { type Command, type CommandContext, defineCommand } from "../command.ts";
import { badInput, done } from "../reply.ts";
import { sayAccepted, sayArgument, sayHelp, sayUsage, typedArguments } from "../say-problem.ts";
import { EVERYBODY } from "./roles.ts";

/** Help over the other commands; it shows those that the person may use. */
export function makeHelp(others: readonly Command[]): Command {
  const help: Command = defineCommand({
    name: "help",
    args: { command: optional({ ...word, claims: () => true }) },
    needs: EVERYBODY,
    privileged: false,
    async run(context, args) {
      const usable = [...others, help].filter((each) => mayUse(context, each));
      if (args.command === null) {
        const lines = usable.map((each) =>
          context.say("help.line", {
            name: context.commandName(each.name),
            help: sayHelp(context.locale, each),
          }),
        );
        return done(lines, { title: context.say("help.title") });
      }
      const name = args.command.replace(/^\//u, "").toLowerCase();
      const command = usable.find((each) => each.name === name);
      return command
        ? done(sayCommand(context, command), { title: context.commandName(command.name) })
        : badInput([context.say("command.unknown", { name: name.slice(0, 32) })]);
    },
  });
  return help;
}

function mayUse({ person }: CommandContext, { needs }: Command): boolean {
  const actor = { id: person.id, roles: person.roles, rank: 0, rights: [] };
  return authorise({ needs, rights: [], actor, target: null, item: null }).ok;
}

function sayCommand(
  { locale, say, commandName }: CommandContext,
  command: Command,
): readonly string[] {
  return [
    sayHelp(locale, command),
    say("command.usage", { usage: sayUsage(locale, command, commandName(command.name)) }),
    ...typedArguments(command).map(([name, { accepted }]) =>
      say("help.argument", {
        argument: sayArgument(locale, name),
        accepted: sayAccepted(locale, accepted),
      }),
    ),
  ];
}
