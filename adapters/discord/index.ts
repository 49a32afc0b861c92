import type { Actor, Command } from "../../src/commands/command.ts";
import type { Reply } from "../../src/commands/reply.ts";
import { DEFAULT_POLICY, type Locale, type Policy } from "../../src/engine/policy.ts";
import { teamOf } from "../../src/engine/escalation/roster.ts";
import type { RuleSet } from "../../src/engine/rule.ts";
import { type Share, WHOLE } from "../../src/engine/share.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Log } from "../../src/ports/log.ts";
import type { PlatformMemory } from "../../src/ports/platform-memory.ts";
import type { Turns } from "../../src/ports/turns.ts";
import type { CaseView, PolicyPlace, Store } from "../../src/ports/store.ts";
import { say } from "../../src/words/say.ts";
import { DiscordApi } from "./api.ts";
import { complete } from "./autocomplete.ts";
import { groupsOf } from "./command-definitions.ts";
import { namesIn } from "./command-names.ts";
import { Called } from "./called.ts";
import { CaseCards } from "./cards.ts";
import { Connection, type Own } from "./connection.ts";
import { DirectLines } from "./direct-lines.ts";
import { Events } from "./events.ts";
import type { Guild } from "./guilds.ts";
import { Intake } from "./intake.ts";
import { Interactions } from "./interactions.ts";
import { Locales } from "./locales.ts";
import { findPerson, homeOf } from "./people.ts";
import { MemberRequests } from "./member-requests.ts";
import { languageOf, OwnerWords } from "./owner-words.ts";
import { OwnDeletions } from "./own-deletions.ts";
import { PassOn } from "./pass-on.ts";
import { DiscordPlatform } from "./platform.ts";
import { Reported } from "./reported.ts";
import { DiscordServer } from "./server.ts";
import { grantsOf, GuildSettings } from "./settings.ts";
import { isLoopback, TextFiles } from "./text-files.ts";
import { NEW, placeKey, Watch } from "./watch.ts";
import type { Siblings } from "./siblings.ts";
import type { Saying } from "./write.ts";

export interface DiscordOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly store: Pick<
    Store,
    "policyOf" | "findCase" | "listCases" | "newestMessage" | "findMessage" | "caseMessages"
  >;
  readonly memory: PlatformMemory;
  /** The keyed fingerprint of somebody by their id on Discord. */
  readonly fingerprint: (personId: string) => string;
  readonly ruleSet: RuleSet;
  readonly commands: readonly Command[];
  readonly clock: Clock;
  readonly log: Log;
  /** Absent where this process alone has all servers. */
  readonly together?: Together;
  readonly runLine: (actor: Actor, line: string) => Promise<Reply>;
  readonly runCommand: (
    actor: Actor,
    name: string,
    input: Readonly<Record<string, unknown>>,
  ) => Promise<Reply>;
  /** What the card of a case says. */
  readonly describe: (view: CaseView, policy: Policy) => Promise<Saying>;
  /** Gives a server that has no policy its first one, in which Candor does nothing. */
  readonly beginInShadow: (server: PolicyPlace, language: Locale) => Promise<void>;
}

/** What a process has to do with the others of the same bot. */
export interface Together {
  /** The servers of this one. */
  readonly share: Share;
  readonly siblings: Siblings;
  readonly turns: Turns;
}

export interface Discord {
  readonly platform: DiscordPlatform;
  /** Somebody named as `<@id>`, by id or by name; null when nobody, or more than one, goes by it. */
  findPerson(communityId: string, words: string): Promise<string | null>;
}

/** Discord for one bot: connection, platform and commands. Nothing is asked of Discord before `platform.start`. */
export function makeDiscord(options: DiscordOptions): Discord {
  const { store, memory, ruleSet, clock, log, together } = options;
  const share = together?.share ?? WHOLE;
  const now = () => clock.now();
  const ownDeletions = new OwnDeletions({ ...options, now });
  const api = new DiscordApi({ ...options, share, ownDeletions });
  const guilds = new Map<string, Guild>();
  const settings = new GuildSettings(
    (id) => firstPolicy(options, guilds.get(id), id),
    () => performance.now(),
    (id) => members.ask(id),
  );
  const members: MemberRequests = new MemberRequests({
    gateway: () => connection.gateway,
    log,
    elapsed: () => performance.now(),
  });
  const locales = new Locales({ memory, fingerprint: options.fingerprint, log });
  const called = new Called();
  const own: Own = { userId: null, guilds: [] };
  const cards = new CaseCards({
    api,
    memory,
    settings,
    read: (id) => store.findCase(id),
    describe: async (view) => options.describe(view, await settings.refresh(view.communityId)),
  });
  const ownId = () => own.userId;
  const ownerWords = new OwnerWords({ api, log, platform: () => platform });
  const watch = new Watch({
    api,
    guilds,
    settings,
    memory,
    words: ownerWords,
    clock,
    log,
    ownId,
  });
  const intake = new Intake({
    api,
    settings,
    memory,
    log,
    now: () => clock.now(),
    ownId,
    called,
    files: new TextFiles({ log, local: isLoopback(options.apiUrl) }),
    newestRecorded: (communityId, channelId) => store.newestMessage(communityId, channelId),
    noteWords: (guild, isEmpty) => watch.noteWords(guild, isEmpty),
    noteLeftOut: (guild, channels) => {
      log.warn({ guild: guild.id, channels }, "what was said more than a day ago was not read");
      const language = languageOf(guild, settings.known(guild.id));
      const words = {
        id: `left-out ${guild.id} ${clock.now()}`,
        title: say(language, "left-out.title", { server: guild.name }),
        lines: [say(language, "left-out.what", { channels })],
      };
      void ownerWords.tell(guild, words, true);
    },
  });
  const platform: DiscordPlatform = new DiscordPlatform({
    api,
    guilds,
    guildOf: async (id) => {
      if (own.userId === null) throw new Error("Discord has not said who the bot is yet");
      return events.guildOf(id);
    },
    settings,
    memory,
    cards,
    called,
    clock,
    log,
    ownId: () => own.userId,
    fingerprint: options.fingerprint,
    connect: (onMessage, onEvent) => connection.open(onMessage, onEvent),
    disconnect: async () => {
      await passOn?.drain();
      await connection.close();
    },
    isLoaded: () => own.userId !== null && own.guilds.every((id) => guilds.has(id)),
    localeOf: (memberId) => locales.of(memberId),
    commandName: namesIn(groupsOf(options.commands)),
    server: new DiscordServer({ api, guilds, settings, memory, watch, ownId }),
  });
  const sayDirectly = async ({ communityId, id, requestId }: Actor, saying: Saying) => {
    const notice = { communityId, caseNumber: null, ...saying, title: saying.title ?? "" };
    await platform.direct({ communityId, memberId: id }, { id: `late ${requestId}`, ...notice });
  };
  const reported = new Reported({
    api,
    intake,
    log,
    guildOf: (id) => events.guildOf(id),
    findMessage: (target) => store.findMessage(target),
  });
  const runCommand: DiscordOptions["runCommand"] = async (actor, name, input) => {
    await reported.before(actor, name, input);
    return options.runCommand(actor, name, input);
  };
  // Of several processes none knows all servers.
  const home = () => (together ? null : homeOf([...own.guilds, ...guilds.keys()]));
  const lines = new DirectLines({ ...options, api, home, localeOf: (id) => locales.of(id) });
  const interactions = new Interactions({
    ...options,
    runCommand,
    api,
    now: () => clock.now(),
    sleep: (ms) => intake.sleep(ms),
    home,
    teamOf: (id) =>
      teamOf(
        settings.known(id),
        guilds.get(id)?.team(grantsOf(settings.known(id)), clock.now()) ?? [],
      ),
    noteLocale: (userId, locale) => locales.note(userId, locale),
    complete: (actor, typing) =>
      complete(
        {
          store,
          ruleSet,
          platform,
          policyOf: (id) => settings.refresh(id),
          now: () => clock.now(),
        },
        actor,
        typing,
      ),
    sayLate: sayDirectly,
  });
  const handle = (payload: unknown) => {
    reported.note(payload);
    return interactions.handle(payload);
  };
  const passOn = together && new PassOn({ ...together, api, log, handle });
  const events = new Events({
    api,
    guilds,
    settings,
    intake,
    memory,
    store,
    fingerprint: options.fingerprint,
    log,
    now,
    ownId,
    onInteraction: (payload) => (passOn ? passOn.handle(payload) : handle(payload)),
    heardDirectly: (message) => lines.heard(message),
    report: (actor, reason) => runCommand(actor, "report", { reason }),
    answer: sayDirectly,
    members,
    noteLeft: (id) => {
      own.guilds = own.guilds.filter((each) => each !== id);
      members.forget(id);
    },
  });
  const connection = new Connection(
    { ...options, ...together },
    { api, intake, events, own, watch, members },
  );
  return { platform, findPerson: (communityId, words) => findPerson(api, communityId, words) };
}

/** The policy of a server; one that has none is given its first, and its owner is greeted when it is next looked at. */
async function firstPolicy(
  { store, memory, beginInShadow }: DiscordOptions,
  guild: Guild | undefined,
  id: string,
): Promise<Policy | null> {
  const policy = await store.policyOf(id);
  if (policy || !guild) return policy;
  // Before the policy: a process that ends between the two would leave the owner without a word.
  await memory.remember(placeKey(id), NEW);
  const place = { id, platform: "discord", name: guild.name };
  await beginInShadow(place, guild.locale ?? DEFAULT_POLICY.language);
  return store.policyOf(id);
}
