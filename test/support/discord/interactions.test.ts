import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Client,
  ComponentType,
  Events,
  type Interaction,
  MessageFlags,
  TextInputStyle,
} from "discord.js";
import { closeSound, eventually, loggedIn } from "./client-for-test.ts";
import { type LoopbackDiscord, startLoopbackDiscord } from "./loopback.ts";
import type { Where } from "./use.ts";
import type { Channel, Guild } from "./world-types.ts";

const COMMANDS = [
  {
    name: "case",
    nameLocalizations: { "zh-CN": "案件", "zh-TW": "案件" },
    description: "Cases",
    options: [
      {
        type: ApplicationCommandOptionType.Subcommand as const,
        name: "show",
        description: "Shows a case",
        options: [
          {
            type: ApplicationCommandOptionType.Integer as const,
            name: "number",
            description: "Which",
            required: true,
            autocomplete: true,
          },
          {
            type: ApplicationCommandOptionType.User as const,
            name: "author",
            description: "Whose",
          },
        ],
      },
    ],
  },
  { name: "Report message", type: ApplicationCommandType.Message as const },
  { name: "History", type: ApplicationCommandType.User as const, defaultMemberPermissions: "8192" },
];

let discord: LoopbackDiscord;
let guild: Guild;
let channel: Channel;
let where: Where;
let client: Client<true>;

beforeEach(async () => {
  discord = await startLoopbackDiscord({ checkAnswers: true });
  guild = discord.build.guild();
  channel = discord.build.channel(guild, "general");
  where = { channel, userId: discord.build.member(guild, "alice").user.id };
  client = await loggedIn(discord);
  await client.application.commands.set(COMMANDS);
});

afterEach(async () => {
  await client.destroy();
  await closeSound(discord);
});

/** Answers the next interaction, which the test knows the kind of, and says how that went. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
function answerNext<T extends Interaction>(answer: (interaction: T) => Promise<unknown>) {
  return new Promise<unknown>((resolve) => {
    client.once(Events.InteractionCreate, (interaction) => {
      answer(interaction as T).then(resolve, resolve);
    });
  });
}

const row = (customId: string) => ({
  type: ComponentType.ActionRow as const,
  components: [{ type: ComponentType.Button as const, style: 1 as const, label: "Take", customId }],
});

describe("commands", () => {
  test("a slash command is deferred in private, answered and followed up", async () => {
    const done = answerNext<ChatInputCommandInteraction>(async (interaction) => {
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      const number = interaction.options.getInteger("number", true);
      const author = interaction.options.getMember("author");
      await interaction.editReply(`case ${number} of ${author ? "a member" : "nobody"}`);
      await interaction.followUp({ content: "more", flags: MessageFlags.Ephemeral });
    });
    const shown = discord.use.slash(where, "case show", { number: 4, author: where.userId });
    expect(await shown.answered()).toMatchObject({ kind: "deferred", ephemeral: true });
    expect((await shown.replied()).content).toBe("case 4 of a member");
    await done;
    expect(shown.answers.map((each) => each.kind)).toEqual(["deferred", "edit", "followup"]);
    expect(shown.followups[0]).toMatchObject({ ephemeral: true });
    expect(shown.message?.flags).toBe(MessageFlags.Ephemeral);
    expect(discord.look.messages(channel.id)).toEqual([]);
    expect(discord.refusals).toEqual([]);
  });

  test("an option completes itself", async () => {
    void answerNext(async (interaction) => {
      if (!interaction.isAutocomplete()) throw new Error("expected a completion");
      const typed = interaction.options.getFocused();
      await interaction.respond([{ name: `case ${typed}`, value: Number(typed) }]);
    });
    const offered = discord.use.autocomplete(where, "case show", "number", "12");
    await offered.answered();
    expect(offered.choices).toEqual([{ name: "case 12", value: 12 }]);
  });

  test("menus carry their message and person, and stay closed without the permission", async () => {
    const post = discord.act.post(channel, where.userId, "look at this");
    void answerNext(async (interaction) => {
      if (!interaction.isMessageContextMenuCommand()) throw new Error("expected a message menu");
      await interaction.reply(`reported: ${interaction.targetMessage.content}`);
    });
    const reported = discord.use.messageMenu(where, "Report message", post.id);
    expect((await reported.replied()).content).toBe("reported: look at this");
    expect(discord.look.fromBot(channel.id)).toHaveLength(1);
    expect(() => discord.use.userMenu(where, "History", where.userId)).toThrow("not offered");
    void answerNext(async (interaction) => {
      if (!interaction.isUserContextMenuCommand()) throw new Error("expected a user menu");
      await interaction.reply(interaction.targetUser.username);
    });
    const allowed = { ...where, override: true };
    const history = discord.use.userMenu(allowed, "History", where.userId);
    expect((await history.replied()).content).toBe("alice");
    expect(() => discord.use.slash(where, "case hide")).toThrow("there is no hide");
    expect(discord.refusals).toEqual([]);
  });

  test("the definition is held to the limits of the prose", async () => {
    const many = Array.from({ length: 101 }, (_, at) => ({ name: `c${at}`, description: "d" }));
    await expect(client.application.commands.set(many)).rejects.toMatchObject({ code: 50035 });
    const upper = [{ name: "Upper", description: "d" }];
    await expect(client.application.commands.set(upper)).rejects.toMatchObject({ code: 50035 });
    const stray = [{ name: "c", description: "d", nameLocalizations: { en: "c" } as never }];
    await expect(client.application.commands.set(stray)).rejects.toMatchObject({ code: 50035 });
    expect(discord.refusals).toHaveLength(3);
    expect(discord.world.commands.size).toBe(COMMANDS.length);
  });
});

describe("buttons and forms", () => {
  test("a button opens a form, whose submission changes the card in place", async () => {
    const room = await client.channels.fetch(channel.id);
    if (!room?.isSendable()) throw new Error("the channel takes messages");
    const card = await room.send({ content: "case 1: open", components: [row("take:1:x")] });
    void answerNext<ButtonInteraction>((interaction) =>
      interaction.showModal({
        customId: "decide:1",
        title: "Decide",
        components: [
          {
            type: ComponentType.ActionRow,
            components: [
              {
                type: ComponentType.TextInput,
                customId: "reason",
                label: "Why",
                style: TextInputStyle.Short,
              },
            ],
          },
        ],
      }),
    );
    const pressed = discord.use.click(where, card.id, "take:1");
    await pressed.answered();
    expect(pressed.modal?.title).toBe("Decide");
    void answerNext(async (interaction) => {
      if (!interaction.isModalSubmit() || !interaction.isFromMessage()) throw new Error("no form");
      const reason = interaction.fields.getTextInputValue("reason");
      await interaction.update({ content: `case 1: decided, ${reason}`, components: [] });
    });
    const sent = discord.use.submitModal(pressed, { reason: "spam" });
    expect(await sent.answered()).toMatchObject({ kind: "update" });
    expect(discord.look.messages(channel.id)[0]?.content).toBe("case 1: decided, spam");
    expect(() => discord.use.click(where, card.id, "take:1")).toThrow("no component");
    expect(discord.refusals).toEqual([]);
  });

  test("buttons work in direct messages, and under private replies", async () => {
    const user = await client.users.fetch(where.userId);
    const notice = await user.send({ content: "notice", components: [row("appeal:1")] });
    const dm = discord.look.dmChannel(where.userId);
    if (!dm) throw new Error("the notice opened a channel");
    void answerNext<ButtonInteraction>(async (interaction) => {
      await interaction.reply({
        content: interaction.inGuild() ? "guild" : "private",
        components: [row("sure:1")],
        flags: MessageFlags.Ephemeral,
      });
    });
    const inDm = { channel: dm, userId: where.userId };
    const pressed = discord.use.click(inDm, notice.id, "appeal:1");
    const reply = await pressed.replied();
    expect(reply.content).toBe("private");
    void answerNext<ButtonInteraction>((interaction) =>
      interaction.update({ content: "sent", components: [] }),
    );
    const again = discord.use.click(inDm, reply.id, "sure:1");
    await again.answered();
    expect(pressed.message?.content).toBe("sent");
  });
});

describe("the rules of time", () => {
  test("an answer after three seconds, and a second first answer, are refused", async () => {
    const late = answerNext<ChatInputCommandInteraction>(async (interaction) => {
      discord.clock.advance(3001);
      await interaction.reply("too late");
    });
    const shown = discord.use.slash(where, "case show", { number: 1 });
    expect(await late).toMatchObject({ code: 10062 });
    expect(shown.refused).toEqual([10062]);
    const twice = answerNext<ChatInputCommandInteraction>(async (interaction) => {
      await interaction.reply("first");
      const body = { type: 4, data: { content: "second" } };
      const path = `/interactions/${interaction.id}/${interaction.token}/callback` as const;
      await client.rest.post(path, { body, auth: false });
    });
    discord.use.slash(where, "case show", { number: 2 });
    expect(await twice).toMatchObject({ code: 40060 });
  });

  test("the token dies after fifteen minutes, and the bot's own token does not", async () => {
    let later: ChatInputCommandInteraction | null = null;
    void answerNext<ChatInputCommandInteraction>(async (interaction) => {
      await interaction.deferReply();
      later = interaction;
    });
    const shown = discord.use.slash(where, "case show", { number: 1 });
    await shown.answered();
    await eventually(() => later !== null);
    const held = later as unknown as ChatInputCommandInteraction;
    discord.clock.advance(14 * 60_000);
    await held.editReply("in time");
    discord.clock.advance(60_001);
    await expect(held.editReply("too late")).rejects.toMatchObject({ code: 50027 });
    const room = await client.channels.fetch(channel.id);
    if (room?.isSendable()) await room.send("in the channel instead");
    expect(discord.look.messages(channel.id).map((each) => each.content)).toEqual([
      "in time",
      "in the channel instead",
    ]);
  });
});
