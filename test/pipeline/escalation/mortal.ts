import type { PipelineDeps } from "../../../src/pipeline/deps.ts";

/** Where a process dies: at its nth call of a port, before the call has an effect or after. */
export interface Death {
  readonly atCall: number;
  readonly after: boolean;
}

const never = () => new Promise<never>(() => undefined);

/**
 * Deps of a process that dies: from then on no port answers any more, so that the code which waits for
 * one never goes on. `die` is called at that moment.
 */
export function mortal(
  deps: PipelineDeps,
  { atCall, after }: Death,
  die: () => void,
): PipelineDeps {
  let calls = 0;
  let dead = false;
  const end = () => {
    dead = true;
    die();
    return never();
  };
  const guard = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        return async (...given: unknown[]) => {
          if (dead) return never();
          calls += 1;
          const isLast = calls === atCall;
          if (isLast && !after) return end();
          const result: unknown = await Reflect.apply(value, target, given);
          return isLast || dead ? end() : result;
        };
      },
    });
  return {
    ...deps,
    store: guard(deps.store),
    notifiers: new Map([...deps.notifiers].map(([way, notifier]) => [way, guard(notifier)])),
    platform: (name) => {
      const platform = deps.platform(name);
      return platform && guard(platform);
    },
  };
}
