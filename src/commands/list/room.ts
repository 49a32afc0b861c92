import { orderRoom, type RoomAction, type RoomOrder, roomRights } from "../../pipeline/room.ts";
import { personOf } from "../../pipeline/deps.ts";
import type { CaseView } from "../../ports/store.ts";
import { caseNumber, choice, duration, optional } from "../arguments.ts";
import { sayMinutes } from "../case-words.ts";
import { type CommandContext, defineCommand, type Place } from "../command.ts";
import { badInput, done, failed, type Reply, type ReplyButton } from "../reply.ts";
import { slowSeconds } from "../room-arguments.ts";
import { sayForbidden } from "../say-forbidden.ts";
import { MODERATORS } from "./roles.ts";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
/** Discord's own limit. */
const MOST_CALM_MINUTES = 24 * HOUR_MINUTES;
const DEFAULT_CALM_MINUTES = HOUR_MINUTES;

export const slowmode = defineCommand({
  name: "slowmode",
  args: { wait: slowSeconds },
  needs: MODERATORS,
  privileged: true,
  places: async (context) => here(context, "slow"),
  run: (context, { wait }) =>
    order(context, { action: "slow", value: wait }, (before) => {
      const back = before === null || before === wait ? [] : [undo(context, `slowmode ${before}s`)];
      const words =
        wait === 0 ? context.say("slowmode.off") : context.say("slowmode.on", { seconds: wait });
      return done([words], { buttons: back });
    }),
});

export const lock = defineCommand({
  name: "lock",
  args: {},
  needs: MODERATORS,
  privileged: true,
  places: async (context) => here(context, "lock"),
  run: (context) =>
    order(context, { action: "lock" }, () =>
      done([context.say("lock.done")], { buttons: [undo(context, "unlock")] }),
    ),
});

export const unlock = defineCommand({
  name: "unlock",
  args: {},
  needs: MODERATORS,
  privileged: true,
  places: async (context) => here(context, "unlock"),
  run: (context) =>
    order(context, { action: "unlock" }, () =>
      done([context.say("unlock.done")], { buttons: [undo(context, "lock")] }),
    ),
});

export const calm = defineCommand({
  name: "calm",
  args: {
    switch: optional(choice(["on", "off"])),
    duration: optional(duration(MOST_CALM_MINUTES)),
  },
  needs: MODERATORS,
  privileged: true,
  rights: () => roomRights("calm"),
  async run(context, args) {
    if (args.switch === "off") {
      return order(context, { action: "calm-end" }, () => done([context.say("calm.off")]));
    }
    const minutes = args.duration ?? DEFAULT_CALM_MINUTES;
    const until = context.now + minutes * MINUTE_MS;
    return order(context, { action: "calm", value: until }, () => {
      const values = { span: sayMinutes(context, minutes), until: context.time(until) };
      return done([context.say("calm.on", values)], { buttons: [undo(context, "calm off")] });
    });
  },
});

export const pin = defineCommand({
  name: "pin",
  args: { case: caseNumber, switch: optional(choice(["on", "off"])) },
  needs: MODERATORS,
  privileged: true,
  places: async (_, { case: item }) => [
    { channelId: item.message.channelId, rights: roomRights("pin") },
  ],
  async run(context, { case: item, switch: onOff }) {
    const answer = answerOf(item);
    const { number } = item;
    if (answer === null) return badInput([context.say("pin.no-answer", { number })]);
    const isOff = onOff === "off";
    const asked = { action: isOff ? "unpin" : "pin", case: item.id, answer } as const;
    return order(context, asked, () =>
      done([context.say(isOff ? "pin.off" : "pin.on", { number })], {
        buttons: [undo(context, isOff ? `pin #${number}` : `pin #${number} off`)],
      }),
    );
  },
});

/** The channel in which a command is given; in a direct conversation there is none. */
function here({ actor }: CommandContext, action: RoomAction): readonly Place[] {
  if (actor.channelId === null) return [];
  const inThread = roomRights(action, { isThread: true });
  return [{ channelId: actor.channelId, rights: roomRights(action), inThread }];
}

/** Id under which the standing decision of a case has published its answer. */
function answerOf({ decision }: CaseView): string | null {
  const index = decision?.actions.findIndex(({ kind }) => kind === "publish-answer") ?? -1;
  return decision && index >= 0 ? `${decision.id}-act-${index}` : null;
}

type Asked = Pick<RoomOrder, "action"> & Partial<Pick<RoomOrder, "value" | "case" | "answer">>;

const WHOLE_SERVER: readonly RoomAction[] = ["calm", "calm-end", "pin", "unpin"];

async function order(
  context: CommandContext,
  asked: Asked,
  sayDone: (before: number | null) => Reply,
): Promise<Reply> {
  const { deps, actor, policy, say, locale } = context;
  if (policy.mode === "shadow") return badInput([say("mode.shadow")]);
  const inServer = WHOLE_SERVER.includes(asked.action);
  if (!inServer && actor.channelId === null) return badInput([say("room.where")]);
  const given: RoomOrder = {
    id: `room-${deps.ids.next()}`,
    platform: actor.platform,
    community: actor.communityId,
    channel: inServer ? "" : (actor.channelId ?? ""),
    value: 0,
    case: "",
    answer: "",
    moderator: personOf(deps, actor.platform, actor.id),
    ...asked,
  };
  const carried = await orderRoom(deps, given, actor.id);
  if (carried.ok) return sayDone(carried.value);
  switch (carried.error.kind) {
    case "unable":
      return badInput([say("room.unable")]);
    case "gone":
      return badInput([say(asked.action === "unlock" ? "unlock.not-locked" : "room.gone")]);
    case "forbidden":
      return failed(sayForbidden(locale, carried.error));
    case "throttled":
    case "unavailable":
      return done([say("room.later")]);
    case "irreversible":
    case "unreachable":
      return failed(say("command.platform-silent"));
  }
}

function undo({ say }: CommandContext, command: string): ReplyButton {
  return { label: say("button.take-back"), command };
}
