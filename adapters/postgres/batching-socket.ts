import { Socket } from "node:net";

/**
 * A connection that sends what is written within one turn of the event loop together. node-postgres
 * corks its socket for each statement; here the first of a turn keeps it corked until the turn is over, so
 * that pipelined statements are one journey through the operating system, which costs more than most of them.
 */
export class BatchingSocket extends Socket {
  #gathers = false;

  override cork(): void {
    super.cork();
    if (this.#gathers) return;
    this.#gathers = true;
    super.cork();
    process.nextTick(() => {
      this.#gathers = false;
      this.uncork();
    });
  }
}
