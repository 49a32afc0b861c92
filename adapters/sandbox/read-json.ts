import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";

/** The body as JSON; anything else is answered with 400. */
export async function readJson(c: Context): Promise<unknown> {
  try {
    return await c.req.json<unknown>();
  } catch {
    throw new HTTPException(400, {
      message: "The body: read something that is not JSON, accepted is a JSON object.",
    });
  }
}
