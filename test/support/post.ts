/** Posts as a member of the sandbox; the same `clientId` again is the same message. Resolves to the HTTP status, or null when nobody answers. */
export async function postMessage(
  url: string,
  message: { readonly clientId?: string; readonly author?: string; readonly text: string },
): Promise<number | null> {
  try {
    const response = await fetch(new URL("/api/messages", url), {
      method: "POST",
      headers: { "content-type": "application/json", origin: new URL(url).origin },
      body: JSON.stringify({ channel: "general", author: "lin", ...message }),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}
