import type { IncomingMessage } from "node:http";
import type { UploadedFile } from "./routing.ts";

export interface ReadBody {
  /** undefined when there was none. */
  readonly json: unknown;
  readonly files: readonly UploadedFile[];
  /** It called itself JSON and was not. */
  readonly broken: boolean;
}

const NONE: ReadBody = { json: undefined, files: [], broken: false };

/** Reads JSON, or a form with a `payload_json` and files. */
export async function readBody(request: IncomingMessage): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (chunks.length === 0) return NONE;
  const bytes = Buffer.concat(chunks);
  const type = request.headers["content-type"] ?? "";
  if (type.startsWith("multipart/form-data")) return readForm(bytes, type);
  return parse(bytes.toString(), []);
}

function parse(text: string, files: readonly UploadedFile[]): ReadBody {
  try {
    const json: unknown = JSON.parse(text);
    return { json, files, broken: false };
  } catch {
    return { json: undefined, files, broken: true };
  }
}

async function readForm(bytes: Buffer, type: string): Promise<ReadBody> {
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  const files: UploadedFile[] = [];
  for (const [field, value] of form) {
    const index = /^files\[(\d+)\]$/u.exec(field)?.[1];
    if (index === undefined || typeof value === "string") continue;
    files.push({
      index: Number(index),
      name: value.name,
      contentType: value.type || "application/octet-stream",
      bytes: new Uint8Array(await value.arrayBuffer()),
    });
  }
  const payload = form.get("payload_json");
  return typeof payload === "string" ? parse(payload, files) : { json: {}, files, broken: false };
}
