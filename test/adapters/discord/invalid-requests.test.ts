import { describe, expect, test } from "@jest/globals";
import { InvalidRequests } from "../../../adapters/discord/invalid-requests.ts";

const TEN_MINUTES = 600_000;

function after(count: number, status = 403, scope: string | null = null): InvalidRequests {
  const requests = new InvalidRequests();
  for (let each = 0; each < count; each += 1) requests.note(status, scope, 1000);
  return requests;
}

describe("requests for which Discord would block us", () => {
  test("slow everything down to one a second long before the limit", () => {
    const requests = after(4999);
    expect([requests.take(2000), requests.take(2000)]).toEqual([0, 0]);
    requests.note(401, null, 2000);
    expect(requests.take(2400)).toBe(600);
    expect([requests.take(3000), requests.take(3001)]).toEqual([0, 999]);
  });

  test("stop everything short of the limit, until the ten minutes are over", () => {
    const requests = after(9000, 429, "user");
    expect(requests.take(2000)).toBe(TEN_MINUTES - 1000);
    expect(requests.take(1000 + TEN_MINUTES)).toBe(0);
    requests.note(403, null, 1000 + TEN_MINUTES);
    expect([requests.take(1000 + TEN_MINUTES), requests.take(1000 + TEN_MINUTES)]).toEqual([0, 0]);
  });

  test("count for each of several processes against its part of the limit", () => {
    const requests = new InvalidRequests(3);
    for (let each = 0; each < 3000; each += 1) requests.note(403, null, 1000);
    expect(requests.take(2000)).toBe(TEN_MINUTES - 1000);
  });

  test("are not those that succeed, or meet a limit that everybody shares", () => {
    expect(after(9000, 200).take(2000)).toBe(0);
    expect(after(9000, 429, "shared").take(2000)).toBe(0);
  });
});
