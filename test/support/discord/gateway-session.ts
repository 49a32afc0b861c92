import type { WebSocket } from "ws";

interface Kept {
  readonly seq: number;
  readonly name: string;
  readonly data: string;
  readonly text: string;
}

/** One IDENTIFY and what followed: it outlives its connections, so that it can be resumed. */
export class GatewaySession {
  readonly id: string;
  readonly shard: readonly [number, number];
  readonly intents: number;
  readonly #limit: number;
  #kept: Kept[] = [];
  #seq = 0;
  #socket: WebSocket | null = null;
  /** While true nothing is sent, and nothing acknowledged, though the connection stands. */
  mute = false;
  /** How many of the next events are sent twice. */
  duplicates = 0;
  /** Epoch ms at which the connection was lost; null while it stands. */
  lostAt: number | null = null;

  constructor(id: string, shard: readonly [number, number], intents: number, limit: number) {
    this.id = id;
    this.shard = shard;
    this.intents = intents;
    this.#limit = limit;
  }

  get seq(): number {
    return this.#seq;
  }

  get socket(): WebSocket | null {
    return this.#socket;
  }

  attach(socket: WebSocket): void {
    const old = this.#socket;
    this.#socket = socket;
    this.lostAt = null;
    if (old && old !== socket) old.terminate();
  }

  detach(socket: WebSocket, now: number): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.lostAt = now;
  }

  /** Whether guilds with this id, or direct messages (null), belong to this shard. */
  covers(guildId: string | null): boolean {
    const [index, count] = this.shard;
    if (guildId === null) return index === 0;
    return count === 1 || Number((BigInt(guildId) >> 22n) % BigInt(count)) === index;
  }

  /** Sends an event whose data is already JSON, and keeps it for a resume. */
  dispatch(name: string, data: string): void {
    const times = this.duplicates > 0 ? 2 : 1;
    if (this.duplicates > 0) this.duplicates -= 1;
    for (let time = 0; time < times; time += 1) {
      this.#seq += 1;
      const text = `{"op":0,"s":${this.#seq},"t":"${name}","d":${data}}`;
      this.#kept.push({ seq: this.#seq, name, data, text });
      this.send(text);
    }
    if (this.#kept.length > 2 * this.#limit) this.#kept = this.#kept.slice(-this.#limit);
  }

  /** Sends the latest event of a name again, as a new event. */
  repeat(name: string): boolean {
    const last = this.#kept.findLast((each) => each.name === name);
    if (last) this.dispatch(last.name, last.data);
    return last !== undefined;
  }

  send(text: string): void {
    if (!this.mute && this.#socket?.readyState === 1) this.#socket.send(text);
  }

  /** Sends everything after `seq`; false when some of it is no longer kept. */
  replay(seq: number): boolean {
    if (seq > this.#seq) return false;
    const oldest = this.#kept[0]?.seq ?? this.#seq + 1;
    if (seq < oldest - 1) return false;
    for (const each of this.#kept.slice(Math.max(0, seq - oldest + 1))) this.send(each.text);
    return true;
  }
}
