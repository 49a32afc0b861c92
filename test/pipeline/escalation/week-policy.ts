import { type Policy, policySchema } from "../../../src/engine/policy.ts";

/** Most messages of an hour, small enough for the week's bursts to meet them. */
export const CAPS = { perPersonPerHour: 12, channelPerHour: 20 };

/** Minutes from a case to the last rung of S1. */
export const S1_MINUTES = 30;

/** Moderators by the zone in which they work. */
export const MODERATORS = { shanghai: "mod-lin", berlin: "mod-jana", newYork: "mod-cole" };
/** Both have closed their direct messages, and neither has another address. */
export const UNREACHABLE = ["mod-ghost", "lead-ghost"];
export const LEAD = "lead-mara";
export const OWNER = "owner-ines";
export const LEAD_ADDRESS = "lead@club.example";

/**
 * Three desks that follow the sun on workdays, the one in New York handed to somebody unreachable on
 * every other day; nobody between 21:00 and 01:00 UTC, and only Shanghai at the weekend.
 */
export function weekPolicy(): Policy {
  const work = { from: "09:00", to: "17:00" };
  return policySchema.parse({
    language: "zh-CN",
    timeZone: "Asia/Shanghai",
    team: [
      { id: MODERATORS.shanghai, role: "moderator", timeZone: "Asia/Shanghai", language: "zh-CN" },
      { id: MODERATORS.berlin, role: "moderator", timeZone: "Europe/Berlin", language: "en" },
      { id: MODERATORS.newYork, role: "moderator", timeZone: "America/New_York", language: "en" },
      { id: UNREACHABLE[0], role: "moderator", timeZone: "America/New_York" },
      { id: UNREACHABLE[1], role: "manager", timeZone: "Europe/Berlin" },
      { id: LEAD, role: "manager", timeZone: "Europe/Berlin", email: LEAD_ADDRESS },
      { id: OWNER, role: "owner", timeZone: "Asia/Shanghai", language: "zh-TW" },
    ],
    rotas: {
      "desk-east": {
        timeZone: "Asia/Shanghai",
        shifts: [
          { ...work, people: [MODERATORS.shanghai] },
          { days: ["sat", "sun"], from: "09:00", to: "21:00", people: [MODERATORS.shanghai] },
        ],
      },
      "desk-middle": {
        timeZone: "Europe/Berlin",
        shifts: [{ ...work, people: [MODERATORS.berlin] }],
      },
      "desk-west": {
        timeZone: "America/New_York",
        shifts: [{ ...work, rotate: "daily", people: [MODERATORS.newYork, UNREACHABLE[0]] }],
      },
    },
    escalation: {
      quietHours: { from: "22:00", to: "08:00" },
      caps: CAPS,
      remindAfterMinutes: 20,
      unacknowledgeAfterMinutes: 45,
      ladders: [
        {
          severities: ["S1"],
          rungs: [
            {
              afterMinutes: 0,
              who: ["on-call:desk-east", "on-call:desk-middle", "on-call:desk-west"],
              repeat: { everyMinutes: 5, times: 1 },
            },
            { afterMinutes: 15, who: ["role:manager"], repeat: { everyMinutes: 10, times: 1 } },
            { afterMinutes: S1_MINUTES, who: ["role:owner"] },
          ],
        },
        {
          severities: ["S2"],
          rungs: [
            {
              afterMinutes: 15,
              who: ["on-call:desk-east", "on-call:desk-middle", "on-call:desk-west"],
            },
            { afterMinutes: 60, who: ["role:manager"] },
          ],
        },
        { rungs: [{ afterMinutes: 60, who: ["role:moderator"], when: "digest" }] },
      ],
    },
  });
}
