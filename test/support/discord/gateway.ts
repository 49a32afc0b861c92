import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { GatewaySession } from "./gateway-session.ts";
import {
  ALL_INTENTS,
  INTENTS,
  intentFor,
  mayHear,
  PRIVILEGED,
  type PrivilegedIntents,
  privilegedBits,
  withoutContent,
} from "./intents.ts";
import { requestedMembers } from "./member-chunks.ts";
import { guildCreatePayload } from "./payloads.ts";
import type { WorldEvent } from "./world-types.ts";
import type { World } from "./world.ts";

export interface GatewayOptions {
  readonly heartbeatIntervalMs: number;
  /** Events kept per session for a resume. */
  readonly resumeBuffer: number;
  /** How long a session can be resumed after its connection was lost. */
  readonly resumeWindowMs: number;
}

const OP = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  presence: 3,
  voice: 4,
  resume: 6,
  reconnect: 7,
  requestMembers: 8,
  invalidSession: 9,
  hello: 10,
  ack: 11,
  soundboard: 31,
} as const;

const SENDS_PER_MINUTE = 120;

interface Connection {
  readonly socket: WebSocket;
  session: GatewaySession | null;
  sends: number;
  windowStart: number;
}

/** What has happened at the gateway since the start. */
export interface GatewayCounts {
  connections: number;
  identifies: number;
  resumes: number;
  invalidSessions: number;
  heartbeats: number;
}

/** The gateway: sessions, who hears what, and everything that can go wrong with a connection. */
export class Gateway {
  readonly counts: GatewayCounts = {
    connections: 0,
    identifies: 0,
    resumes: 0,
    invalidSessions: 0,
    heartbeats: 0,
  };
  readonly privileged: PrivilegedIntents = {
    messageContent: true,
    guildMembers: true,
    guildPresences: false,
  };
  /** What GET /gateway/bot tells. */
  readonly sessionStart = { total: 1000, maxConcurrency: 1, shards: 1 };
  /** While false, connections are refused. */
  accepting = true;
  token: string;
  readonly #world: World;
  readonly #options: GatewayOptions;
  readonly #sessions = new Map<string, GatewaySession>();
  readonly #connections = new Set<Connection>();
  readonly #server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  #nextSession = 1;

  constructor(world: World, token: string, options: GatewayOptions) {
    this.#world = world;
    this.#options = options;
    this.token = token;
    world.onEvent((event) => this.#tell(event));
  }

  get url(): string {
    return `${this.#world.baseUrl.replace("http", "ws")}/gateway`;
  }

  /** Sessions that have a connection. */
  get live(): GatewaySession[] {
    return [...this.#sessions.values()].filter((each) => each.socket !== null);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!this.accepting) {
      socket.destroy();
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (ws) => this.#connected(ws, request));
  }

  /** Breaks every connection without a close frame; sessions stay resumable. */
  dropAll(): void {
    for (const { socket } of this.#connections) socket.terminate();
  }

  closeAll(code: number, reason = ""): void {
    for (const { socket } of this.#connections) socket.close(code, reason);
  }

  /** Op 7: asks everybody to connect again. */
  askToReconnect(): void {
    for (const session of this.live) session.send(`{"op":${OP.reconnect},"d":null}`);
  }

  /** Op 9. One that cannot be resumed is forgotten, with all that was buffered for it. */
  invalidateSessions(resumable: boolean): void {
    for (const session of this.live) {
      this.counts.invalidSessions += 1;
      session.send(`{"op":${OP.invalidSession},"d":${resumable}}`);
      if (!resumable) this.#sessions.delete(session.id);
    }
  }

  /** Forgets sessions quietly: the next resume is answered with op 9. */
  forgetSessions(): void {
    this.#sessions.clear();
  }

  /** Connections stay open but fall silent: no event, no acknowledgement. */
  goSilent(): void {
    for (const session of this.live) session.mute = true;
  }

  duplicateNext(count: number): void {
    for (const session of this.live) session.duplicates += count;
  }

  /** Sends the latest event of a name once more. */
  repeat(name: string): void {
    for (const session of this.live) session.repeat(name);
  }

  /** Sends text as it is, be it no JSON at all. */
  sendRaw(text: string): void {
    for (const session of this.live) session.send(text);
  }

  /** Sends an event of any name and data, right or wrong. */
  sendEvent(name: string, data: unknown): void {
    for (const session of this.live) session.dispatch(name, JSON.stringify(data));
  }

  async close(): Promise<void> {
    this.accepting = false;
    this.dropAll();
    this.#sessions.clear();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #tell(event: WorldEvent): void {
    this.#forgetExpired();
    if (this.#sessions.size === 0 || !mayHear(this.#world, event)) return;
    const needed = intentFor(event);
    let full: string | null = null;
    let blank: string | null = null;
    for (const session of this.#sessions.values()) {
      if (needed !== 0 && (session.intents & needed) === 0) continue;
      if (!session.covers(event.guild?.id ?? null)) continue;
      if ((session.intents & INTENTS.messageContent) === 0) {
        const stripped: object = withoutContent(this.#world, event) ?? event.data;
        blank ??= JSON.stringify(stripped);
        session.dispatch(event.name, blank);
      } else {
        full ??= JSON.stringify(event.data);
        session.dispatch(event.name, full);
      }
    }
  }

  /** Sessions whose process died are not kept up for ever. */
  #forgetExpired(): void {
    for (const session of this.#sessions.values()) {
      if (this.#isExpired(session)) this.#sessions.delete(session.id);
    }
  }

  #isExpired({ lostAt }: GatewaySession): boolean {
    return lostAt !== null && this.#world.clock.now() - lostAt > this.#options.resumeWindowMs;
  }

  #connected(socket: WebSocket, request: IncomingMessage): void {
    this.counts.connections += 1;
    const now = this.#world.clock.now();
    const connection: Connection = {
      socket,
      session: null,
      sends: 0,
      windowStart: now,
    };
    this.#connections.add(connection);
    socket.on("error", () => undefined);
    socket.on("close", (code) => this.#closed(connection, code));
    if (!/[?&]v=10\b/u.test(request.url ?? "")) {
      socket.close(4012, "Invalid API version.");
      return;
    }
    socket.on("message", (raw: Buffer) => this.#received(connection, raw.toString()));
    const interval = this.#options.heartbeatIntervalMs;
    socket.send(`{"op":${OP.hello},"d":{"heartbeat_interval":${interval}}}`);
  }

  #closed(connection: Connection, code: number): void {
    this.#connections.delete(connection);
    const { session, socket } = connection;
    if (!session || session.socket !== socket) return;
    session.detach(socket, this.#world.clock.now());
    session.mute = false;
    if (code === 1000 || code === 1001) this.#sessions.delete(session.id);
  }

  #received(connection: Connection, text: string): void {
    const { socket } = connection;
    const frame = parseFrame(text);
    if (!frame) {
      socket.close(4002, "Error while decoding payload.");
      return;
    }
    if (this.#tooMany(connection)) {
      socket.close(4008, "Rate limited.");
      return;
    }
    switch (frame.op) {
      case OP.heartbeat:
        this.counts.heartbeats += 1;
        if (connection.session?.mute !== true) socket.send(`{"op":${OP.ack}}`);
        return;
      case OP.identify:
        this.#identify(connection, frame.d as Identify);
        return;
      case OP.resume:
        this.#resume(connection, frame.d as Resume);
        return;
      case OP.requestMembers:
        if (!connection.session) socket.close(4003, "Not authenticated.");
        else requestedMembers(this.#world, connection.session, frame.d);
        return;
      case OP.presence:
      case OP.voice:
      case OP.soundboard:
        if (!connection.session) socket.close(4003, "Not authenticated.");
        return;
      default:
        socket.close(4001, "Unknown opcode.");
    }
  }

  #tooMany(connection: Connection): boolean {
    const now = this.#world.clock.now();
    if (now - connection.windowStart >= 60_000) {
      connection.windowStart = now;
      connection.sends = 0;
    }
    connection.sends += 1;
    return connection.sends > SENDS_PER_MINUTE;
  }

  #identify(connection: Connection, asked: Identify): void {
    this.counts.identifies += 1;
    const { socket } = connection;
    const wrong = this.#wrongIdentify(connection, asked);
    if (wrong) {
      socket.close(wrong[0], wrong[1]);
      return;
    }
    const shard = asked.shard ?? [0, 1];
    const id = `session-${this.#nextSession++}`;
    const session = new GatewaySession(id, shard, asked.intents, this.#options.resumeBuffer);
    this.#sessions.set(id, session);
    connection.session = session;
    session.attach(socket);
    const guilds = [...this.#world.guilds.values()].filter(
      (guild) => session.covers(guild.id) && guild.members.has(this.#world.bot.id),
    );
    const ready = {
      v: 10,
      user: this.#world.bot,
      guilds: guilds.map((guild) => ({ id: guild.id, unavailable: true })),
      session_id: id,
      resume_gateway_url: this.url,
      shard,
      application: { id: this.#world.applicationId, flags: applicationFlags(this.privileged) },
      session_type: "normal",
      private_channels: [],
    };
    session.dispatch("READY", JSON.stringify(ready));
    if ((asked.intents & INTENTS.guilds) === 0) return;
    for (const guild of guilds) {
      if (guild.unavailable) continue;
      session.dispatch("GUILD_CREATE", JSON.stringify(guildCreatePayload(this.#world, guild)));
    }
  }

  #wrongIdentify({ session }: Connection, asked: Identify): readonly [number, string] | null {
    if (session) return [4005, "Already authenticated."];
    if (asked.token !== this.token) return [4004, "Authentication failed."];
    const [index, count] = asked.shard ?? [0, 1];
    if (!(index >= 0 && index < count)) return [4010, "Invalid shard."];
    if (!Number.isInteger(asked.intents) || (asked.intents & ~ALL_INTENTS) !== 0) {
      return [4013, "Invalid intent(s)."];
    }
    const refused = asked.intents & PRIVILEGED & ~privilegedBits(this.privileged);
    return refused === 0 ? null : [4014, "Disallowed intent(s)."];
  }

  #resume(connection: Connection, asked: Resume): void {
    const { socket } = connection;
    if (asked.token !== this.token) {
      socket.close(4004, "Authentication failed.");
      return;
    }
    const session = this.#sessions.get(asked.session_id);
    const expired = session !== undefined && this.#isExpired(session);
    if (session) session.attach(socket);
    if (!session || expired || !session.replay(asked.seq)) {
      this.counts.invalidSessions += 1;
      this.#sessions.delete(asked.session_id);
      socket.send(`{"op":${OP.invalidSession},"d":false}`);
      return;
    }
    connection.session = session;
    session.mute = false;
    this.counts.resumes += 1;
    session.dispatch("RESUMED", "{}");
  }
}

interface Identify {
  readonly token: string;
  readonly intents: number;
  readonly shard?: readonly [number, number];
}

interface Resume {
  readonly token: string;
  readonly session_id: string;
  readonly seq: number;
}

function parseFrame(text: string): { op: number; d: unknown } | null {
  try {
    const frame: unknown = JSON.parse(text);
    if (typeof frame !== "object" || frame === null || !("op" in frame)) return null;
    return { op: Number(frame.op), d: "d" in frame ? frame.d : null };
  } catch {
    return null;
  }
}

/** The flags by which an application tells which privileged intents it has (the small-bot kind). */
export function applicationFlags(privileged: PrivilegedIntents): number {
  return (
    (privileged.guildPresences ? 1 << 13 : 0) |
    (privileged.guildMembers ? 1 << 15 : 0) |
    (privileged.messageContent ? 1 << 19 : 0)
  );
}
