import { z } from "zod";
import type { Locale, Policy } from "../engine/policy.ts";
import type { PlatformMember, Right, TeamRole } from "../engine/roles.ts";
import type { PipelineDeps } from "../pipeline/deps.ts";
import type { MessageTarget, PlatformPort } from "../ports/platform.ts";
import type { WordKey, WordValues } from "../words/say.ts";
import type { Argument } from "./arguments.ts";
import type { Refusal } from "./authorise.ts";
import type { Reply } from "./reply.ts";

/** Who gives a command, and where. */
export interface Actor {
  readonly platform: string;
  readonly communityId: string;
  /** null in a direct conversation with Candor. */
  readonly channelId: string | null;
  readonly id: string;
  /** The language of their own client; null when the platform does not say. */
  readonly language: Locale | null;
  /** The message that the command answers; null when it answers none. */
  readonly replyTo: Pick<MessageTarget, "channelId" | "messageId"> | null;
  /**
   * The platform's id of this request, the same when it is delivered again: it opens no second case. null
   * where the platform gives none.
   */
  readonly requestId: string | null;
}

/** What commands need beside the pipeline. */
export interface CommandDeps extends PipelineDeps {
  /**
   * The platform's id of somebody named as `@name`, `<@id>` or by the id itself; null when nobody, or
   * more than one, goes by it. Somebody who has left is found by id.
   */
  findPerson(actor: Actor, words: string): Promise<string | null>;
}

/** Somebody whom an argument names. */
export interface Person {
  readonly id: string;
  /** null when they are not of the community, or no longer. */
  readonly member: PlatformMember | null;
  /** From the platform and the policy; everybody is a `member`. */
  readonly roles: readonly TeamRole[];
}

/** All that a command is run with. */
export interface CommandContext {
  readonly deps: CommandDeps;
  readonly actor: Actor;
  readonly platform: PlatformPort;
  readonly policy: Policy;
  readonly person: Person;
  readonly locale: Locale;
  readonly timeZone: string;
  /** Epoch ms: the time of the command. */
  readonly now: number;
  readonly say: (key: WordKey, values?: WordValues) => string;
  /** What whoever asked types to give a command on their platform. */
  readonly commandName: (name: string) => string;
  readonly time: (at: number) => string;
  /** How people call somebody: their name on the platform, in the policy, or their id. */
  readonly nameOf: (id: string) => Promise<string>;
  /** Somebody as platform and policy know them now. */
  readonly personOf: (id: string) => Promise<Person>;
}

/** A channel in which a command does something. */
export interface Place {
  readonly channelId: string;
  readonly rights: readonly Right[];
  /** What it takes where the channel is a thread; absent: the same. */
  readonly inThread?: readonly Right[];
}

export type Arguments = Readonly<Record<string, Argument<unknown>>>;
/** What `run` gets: every argument as it was read and found. */
export type Values<A extends Arguments> = {
  readonly [K in keyof A]: A[K] extends Argument<infer T> ? T : never;
};

/** One command, the same on every platform. */
export interface CommandSpec<A extends Arguments> {
  /** As typed: lower-case Latin letters. Its help is the sentence `help.NAME`. */
  readonly name: string;
  /** In the order in which they are typed. */
  readonly args: A;
  /** Whoever has one of these roles may use it. */
  readonly needs: readonly TeamRole[];
  /** Changes something for others or shows what is not for everybody: a refusal is logged. */
  readonly privileged: boolean;
  /** What the platform itself must let the person do. */
  readonly rights?: (args: Values<A>, policy: Policy) => readonly Right[];
  /** Where the command does something, and what the platform must let the person do there. */
  readonly places?: (context: CommandContext, args: Values<A>) => Promise<readonly Place[]>;
  /** The argument that names the person who is acted on. */
  readonly actsOn?: keyof A & string;
  /** Whether the command acts on the authors of the case it names, or on their messages, beyond the case itself. */
  readonly actsOnAuthor?: (args: Values<A>, policy: Policy) => boolean;
  /** Rules of this command alone; pure. */
  readonly forbids?: (context: CommandContext, args: Values<A>) => Refusal | null;
  readonly run: (context: CommandContext, args: Values<A>) => Promise<Reply>;
}

/** A command whose arguments are known only when it runs; what registry and adapters hold. */
export interface Command {
  readonly name: string;
  readonly args: Arguments;
  readonly needs: readonly TeamRole[];
  readonly privileged: boolean;
  readonly actsOn: string | null;
  /** Reads the arguments of a typed line or of a platform's own options; unknown ones are refused. */
  readonly schema: z.ZodType<Found>;
  rights(args: Found, policy: Policy): readonly Right[];
  places(context: CommandContext, args: Found): Promise<readonly Place[]>;
  actsOnAuthor(args: Found, policy: Policy): boolean;
  forbids(context: CommandContext, args: Found): Refusal | null;
  run(context: CommandContext, args: Found): Promise<Reply>;
}

/** Arguments after reading and finding, of a command that is not known by type. */
export type Found = Readonly<Record<string, unknown>>;

/** Defines a command. Its arguments reach `run` only through the readers of `args`, so their types hold. */
export function defineCommand<const A extends Arguments>(spec: CommandSpec<A>): Command {
  // The one place that trusts run.ts to have read the arguments with the readers of this very command.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const typed = (args: Found) => args as Values<A>;
  const { name, args, needs, privileged } = spec;
  return {
    name,
    args,
    needs,
    privileged,
    actsOn: spec.actsOn ?? null,
    schema: z.strictObject(
      Object.fromEntries(Object.entries(args).map(([key, { schema }]) => [key, schema])),
    ),
    rights: (found, policy) => spec.rights?.(typed(found), policy) ?? [],
    places: async (context, found) => spec.places?.(context, typed(found)) ?? [],
    actsOnAuthor: (found, policy) => spec.actsOnAuthor?.(typed(found), policy) ?? false,
    forbids: (context, found) => spec.forbids?.(context, typed(found)) ?? null,
    run: (context, found) => spec.run(context, typed(found)),
  };
}
