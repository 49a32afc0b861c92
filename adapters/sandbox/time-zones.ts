/** People whose zone is remembered; the one who was heard of first is forgotten beyond this many. */
const KEPT = 5000;

/** The time zone of each person's own device, as their page says it. In memory, as the chat is. */
export class TimeZones {
  readonly #zones = new Map<string, string>();

  /** null: the page does not say. */
  readsIn(personId: string, zone: string | null): void {
    if (zone === null) return;
    this.#zones.delete(personId);
    this.#zones.set(personId, zone);
    const [oldest] = this.#zones.keys();
    if (this.#zones.size > KEPT && oldest !== undefined) this.#zones.delete(oldest);
  }

  of(personId: string): string | null {
    return this.#zones.get(personId) ?? null;
  }
}
