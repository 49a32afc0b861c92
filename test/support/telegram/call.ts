import { malformed } from "./errors.ts";
import type { ReadCall, UploadedFile } from "./request-body.ts";
import type { SendLimits } from "./limits.ts";
import type { Chat, FileRef, User } from "./types.ts";
import type { World } from "./world.ts";

/** One call, which the description allows: parameters are of their declared types, and there if required. */
export class Call {
  readonly world: World;
  readonly limits: SendLimits;
  readonly #params: Readonly<Record<string, unknown>>;
  readonly #files: ReadonlyMap<string, UploadedFile>;

  constructor(world: World, limits: SendLimits, { params, files }: ReadCall) {
    this.world = world;
    this.limits = limits;
    this.#params = params;
    this.#files = files;
  }

  has(name: string): boolean {
    return this.#params[name] !== undefined;
  }

  /** The caller names the type that the description has for the parameter. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  get<T>(name: string): T | undefined {
    return this.#params[name] as T | undefined;
  }

  /** A parameter that the description requires here, or the prose does. */
  integer(name: string): number {
    const value = this.get<number>(name);
    if (value === undefined) throw malformed(`parameter "${name}" is required`);
    return value;
  }

  text(name: string): string {
    return this.get<string>(name) ?? "";
  }

  flag(name: string): boolean {
    return this.get<boolean>(name) ?? false;
  }

  chat(name = "chat_id"): Chat {
    return this.world.chat(this.get(name));
  }

  user(): User {
    return this.world.user(this.integer("user_id"));
  }

  /** A file that was sent along or is here already, and its name. */
  file(value: string): { readonly ref: FileRef; readonly name: string } {
    const uploaded = this.#files.get(value.replace(/^attach:\/\//u, ""));
    if (uploaded) {
      return { ref: this.world.addFile(uploaded.name, uploaded.bytes), name: uploaded.name };
    }
    const known = this.world.files.get(value);
    if (!known) throw malformed("wrong file identifier/HTTP URL specified");
    const { file_id, file_unique_id, file_size, name } = known;
    return { ref: { file_id, file_unique_id, file_size }, name };
  }
}

/** What a method does; what it returns is the result. */
export type Handler = (call: Call) => unknown;
