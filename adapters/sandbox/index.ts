import type { Hono } from "hono";
import type { Result } from "../../src/engine/result.ts";
import type { PlatformPort } from "../../src/ports/platform.ts";
import { Chat } from "./chat.ts";
import { Erasures } from "./erasures.ts";
import { EventHub } from "./event-hub.ts";
import { AllowedHosts } from "./guard.ts";
import { makeApp, type SandboxDeps } from "./http.ts";
import { type Address, type Listening, type ListenProblem, listen } from "./listen.ts";
import { Inboxes } from "./inboxes.ts";
import { Members } from "./members.ts";
import { builtInPeople } from "./people.ts";
import { SandboxPlatform } from "./platform.ts";
import { TimeZones } from "./time-zones.ts";
import type { RuleWords } from "./views.ts";

export type { Address, Listening, ListenProblem, RuleWords, SandboxDeps };

export interface Sandbox {
  readonly platform: PlatformPort;
  /** Pages and API, for whoever wants to serve them in another way; it answers to loopback names. */
  readonly app: Hono;
  /** The id of somebody named as `@name`, by one word of their name or by id; null when that names nobody, or more than one. */
  findPerson(words: string): string | null;
  /** Call when the record has changed: open pages read cases and the audit log anew. */
  notifyChanged(): void;
  /** Pages that listen at the moment. */
  readonly openPages: number;
  /**
   * Serves the sandbox at an address and admits its host. Closing ends the streams of open pages
   * first; stop the platform before, so that posts under way are answered.
   */
  listen(address: Address): Promise<Result<Listening, ListenProblem>>;
}

/** So often open pages are spared what somebody wrote whom another process has erased. */
const LOOK_EVERY_MS = 5000;
/** Messages of one case whose place in the chat is looked for. */
const MOST_MESSAGES = 2000;

/** A chat platform in memory with a page for its members and its moderators. Nothing runs until `platform.start`. */
export function makeSandbox(deps: SandboxDeps): Sandbox {
  const ruleWords = deps.ruleWords ?? (() => undefined);
  const members = new Members(builtInPeople(deps.clock.now()));
  const memory = { chat: new Chat(), members, inboxes: new Inboxes(), zones: new TimeZones() };
  const hub = new EventHub();
  const hosts = new AllowedHosts();
  const { clock, log } = deps;
  const messagesOf = async (caseId: string) => {
    const messages = await deps.store.caseMessages(caseId, MOST_MESSAGES);
    return messages.map(({ message }) => message);
  };
  const platform = new SandboxPlatform({ ...memory, hub, clock, log, ruleWords, messagesOf });
  const bootId = deps.ids.next();
  const onForgotten = () => hub.send("erased", {});
  const erasures = new Erasures({ ...memory, store: deps.store, onForgotten });
  /** An open page that nobody touches must not go on showing what somebody wrote who was erased. */
  const lookForErased = () => {
    if (hub.readers === 0) return;
    erasures.settle().catch((err: unknown) => log.debug({ err }, "nobody knows who was erased"));
  };
  const app = makeApp({ ...memory, deps, hub, platform, erasures, ruleWords, bootId }, hosts);
  return {
    platform,
    app,
    findPerson: (words) => members.idOf(words),
    notifyChanged() {
      hub.send("case", { id: null });
      hub.send("audit", {});
      lookForErased();
    },
    get openPages() {
      return hub.readers;
    },
    async listen(address) {
      hosts.add(address.host);
      const listening = await listen(app, address);
      if (!listening.ok) return listening;
      const bound = listening.value;
      const looking = setInterval(lookForErased, LOOK_EVERY_MS).unref();
      const close = () => {
        clearInterval(looking);
        const closed = bound.close();
        hub.close();
        return closed;
      };
      return { ok: true, value: { ...bound, close } };
    },
  };
}
