/**
 * A reading that may be asked for at any time: one runs at once at most, calls within `ms` of each other
 * are answered by one, and a call that comes while one is under way is answered by one more.
 */
export function calmly(work, ms) {
  let running = false;
  let again = false;
  return async () => {
    again = true;
    if (running) return;
    running = true;
    try {
      while (again) {
        await new Promise((resolve) => setTimeout(resolve, ms));
        again = false;
        await work();
      }
    } finally {
      running = false;
    }
  };
}
