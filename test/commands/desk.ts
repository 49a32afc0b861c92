import { type Actor, type CommandDeps } from "../../src/commands/command.ts";
import type { Reply } from "../../src/commands/reply.ts";
import { type CommandInput, runCommand, runLine } from "../../src/commands/run.ts";
import type { Message } from "../../src/engine/message.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/engine/policy.ts";
import { RIGHTS, TEAM_ROLES, type TeamRole } from "../../src/engine/roles.ts";
import type { CaseView } from "../../src/ports/store.ts";
import type { Line } from "../pipeline/line.ts";

/** A text that opens an S1 case, and one that opens none. */
export const BAD_TEXT = "加群稳赚不赔，保本保息，今晚开盘";
export const GOOD_TEXT = "大家早上好，今天天气不错";

const RANKS: Readonly<Record<TeamRole, number>> = {
  owner: 50,
  manager: 40,
  moderator: 30,
  service: 1,
  analyst: 1,
  staff: 1,
  member: 0,
};

/** A community with one person of every role, a second moderator (`mo`) and two members (`lin`, `wei`). */
export class Desk {
  readonly line: Line;
  readonly deps: CommandDeps;

  constructor(line: Line) {
    this.line = line;
    this.deps = {
      ...line.deps,
      findPerson: async (_, words) => {
        const id = /^<?@?([^>]+)>?$/u.exec(words)?.[1] ?? words;
        const asked = await line.platform.member({ communityId: line.community, memberId: id });
        return asked.ok && asked.value ? id : null;
      },
    };
    for (const role of TEAM_ROLES) this.join(role, role);
    this.join("mo", "moderator");
    this.join("lin", "member");
    this.join("wei", "member");
  }

  /** Somebody joins with all the rights that a platform could give, unless told otherwise. */
  join(id: string, role: TeamRole, rights: readonly (typeof RIGHTS)[number][] = RIGHTS): void {
    const roles = [role];
    this.line.platform.addMember(this.line.community, { id, roles, rank: RANKS[role], rights });
  }

  actor(id: string, more: Partial<Actor> = {}): Actor {
    return {
      platform: this.line.platform.name,
      communityId: this.line.community,
      channelId: "general",
      id,
      language: null,
      replyTo: null,
      requestId: null,
      ...more,
    };
  }

  /** Somebody types a line. */
  type(id: string, line: string, more: Partial<Actor> = {}): Promise<Reply> {
    return runLine(this.deps, this.actor(id, more), line);
  }

  /** Somebody uses a platform's own form. */
  fill(id: string, name: string, args: CommandInput, more: Partial<Actor> = {}): Promise<Reply> {
    return runCommand(this.deps, this.actor(id, more), name, args);
  }

  policy(changes: Partial<Policy>): Promise<number> {
    return this.line.usePolicy({ ...DEFAULT_POLICY, ...changes });
  }

  /** A member posts; the message is judged and recorded. */
  async post(authorId: string, text: string): Promise<Message> {
    const { line } = this;
    const message = line.message(text, {
      author: { id: authorId, role: "member" },
      channel: { id: "general" },
    });
    await line.start();
    await line.platform.post(message);
    return message;
  }

  /** A case about somebody, opened by a rule. */
  async openCase(authorId = "lin", text = BAD_TEXT): Promise<CaseView> {
    await this.post(authorId, text);
    const found = (await this.line.cases()).find((item) => item.authorId === authorId);
    if (!found) throw new Error("no case was opened");
    return found;
  }

  async case(number = 1): Promise<CaseView> {
    const found = await this.deps.store.findCaseByNumber(this.line.community, number);
    if (!found) throw new Error(`no case #${number}`);
    return found;
  }

  /** Everything that a command could change, except the audit log. */
  async state(): Promise<unknown> {
    const { store } = this.deps;
    const { community: communityId, platform } = this.line;
    const cases = await this.line.cases();
    const people = ["lin", "wei", "mo", "manager", "owner"];
    return {
      cases,
      notes: await Promise.all(cases.map(({ id }) => store.caseNotes(id))),
      policy: await store.policyOf(communityId),
      standing: await Promise.all(
        ["lin", "wei"].map((id) => store.standing(communityId, id, this.line.now)),
      ),
      rota: await store.rotaEntries(communityId, "night", 0),
      bars: people.map((memberId) => platform.barOf({ communityId, memberId })),
      messages: platform.messages("general"),
      jobs: (await this.line.jobs()).map(({ id }) => id),
    };
  }

  /** Types of audit events that are no refusals. */
  async events(): Promise<readonly string[]> {
    return (await this.line.auditTypes()).filter((type) => type !== "command.refused");
  }

  async refusals() {
    const events = await this.line.audit();
    return events.filter(({ type }) => type === "command.refused").map(({ payload }) => payload);
  }
}
