import { afterEach, expect, test } from "@jest/globals";
import { createServer, type RequestListener, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { decode, isLoopback, isPrivate, TextFiles } from "../../../adapters/discord/text-files.ts";
import { messageSchema } from "../../../adapters/discord/payloads.ts";
import { makeListeningLog } from "../system/silent-log.ts";

let server: Server | null = null;
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const log = makeListeningLog();

function filesOf(attachments: readonly object[]) {
  const message = messageSchema.parse({
    id: "1",
    channel_id: "2",
    type: 0,
    author: { id: "3", username: "lin" },
    timestamp: "2026-11-25T00:00:00Z",
    attachments,
  });
  return new TextFiles({ log, local: true }).of(message);
}

function named(filename: string, content_type?: string) {
  return { filename, content_type };
}

function read(urls: readonly string[], local = true) {
  const files = urls.map((url) => ({ filename: "a.txt", url }));
  return new TextFiles({ log, local }).read(files);
}

test("text files are told apart by type, and by name where the type says nothing", () => {
  const all = [
    named("a.bin", "text/plain; charset=utf-8"),
    named("b.json", "application/json"),
    named("c.log"),
    named("d.csv", "application/octet-stream"),
    named("e.txt", "image/png"),
    named("f.png", "image/png"),
    named("g.html", "text/html"),
    named("h.py"),
    named("i.ts", "video/mp2t"),
    named("j.mp4", "video/mp4"),
  ];
  expect(filesOf(all).map(({ filename }) => filename)).toEqual([
    "a.bin",
    "b.json",
    "c.log",
    "d.csv",
    "g.html",
    "h.py",
    "i.ts",
  ]);
});

test("UTF-8, UTF-16 and GB 18030 are read, also cut through a character; what is no text is not", () => {
  const utf8 = Buffer.from("你好世界");
  expect(decode(utf8)).toBe("你好世界");
  expect(decode(utf8.subarray(0, 11))).toBe("你好世");
  expect(decode(Buffer.from("\uFEFF名单", "utf16le"))).toBe("名单");
  expect(decode(Uint8Array.from([0xc4, 0xe3, 0xba, 0xc3]))).toBe("你好");
  expect(decode(Uint8Array.from([0x89, 0x50, 0, 0]))).toBeNull();
});

test("a byte that is no text hides nothing of what stands beside it", () => {
  const words = Buffer.from("稳赚不赔 guaranteed");
  expect(decode(Buffer.concat([words, Uint8Array.from([0])]))).toBe("稳赚不赔 guaranteed");
  expect(decode(Buffer.concat([words, Uint8Array.from([0xff])]))).toContain("稳赚不赔 guaranteed");
  expect(decode(Buffer.concat([words, Uint8Array.from([0x20, 0xe9])]))).toContain("稳赚不赔");
  expect(
    decode(Buffer.concat([Buffer.from("guaranteed"), Uint8Array.from([0xe9, 0x20])])),
  ).toContain("guaranteed");
  expect(decode(Buffer.from("guaranteed returns", "utf16le"))).toBe("guaranteed returns");
});

test("Big5 is read where people write traditional Chinese", () => {
  const killing = Uint8Array.from([0xb1, 0xfe, 0xa4, 0x48]);
  expect(decode(killing, "zh-TW")).toBe("殺人");
});

test("a long file is read to its limit, and no further", async () => {
  const url = await serve((_request, response) => response.end("a".repeat(300_000)));
  const { texts, unread } = await read([url]);
  expect(texts[0]).toHaveLength(64 * 1024);
  expect(unread).toBe(1);
});

test("a file that fails leaves the others", async () => {
  const url = await serve((request, response) => {
    if (request.url === "/away") response.writeHead(302, { location: "/here" }).end();
    else if (request.url === "/gone") response.writeHead(404).end();
    else response.end("here");
  });
  expect(await read([`${url}/away`, `${url}/gone`, `${url}/here`, "file:///etc/hostname"])).toEqual(
    { texts: ["here"], unread: 3 },
  );
  expect(JSON.stringify(log.lines)).not.toContain(url);
});

test("ten files are read, as far as all of them are not too long, and what is left is counted", async () => {
  const url = await serve((_request, response) => response.end("a".repeat(40 * 1024)));
  const { texts, unread } = await read(Array.from({ length: 11 }, () => url));
  expect(texts.join("")).toHaveLength(256 * 1024);
  expect(unread).toBe(5);
});

test("a file is asked for once more where the server fails, and not where it refuses", async () => {
  const asked: (string | undefined)[] = [];
  const url = await serve(({ url: path }, response) => {
    asked.push(path);
    const isFirst = asked.filter((each) => each === path).length === 1;
    response.writeHead(path === "/gone" ? 404 : isFirst ? 503 : 200).end("here");
  });
  expect(await read([`${url}/busy`, `${url}/gone`])).toEqual({ texts: ["here"], unread: 1 });
  expect(asked.filter((path) => path === "/busy")).toHaveLength(2);
  expect(asked).toHaveLength(3);
});

test("a name that leads to this machine is not connected to", async () => {
  const asked: string[] = [];
  const url = await serve((request, response) => {
    asked.push(request.url ?? "");
    response.end("secret");
  });
  const { texts } = await read([url.replace("127.0.0.1", "localhost")], false);
  expect([texts, asked]).toEqual([[], []]);
});

test("nothing is fetched from a private network unless the API lies there", async () => {
  const url = await serve((_request, response) => response.end("secret"));
  expect(await read([url, url.replace("127.0.0.1", "[::ffff:127.0.0.1]")], false)).toEqual({
    texts: [],
    unread: 2,
  });
  expect(isLoopback("http://127.0.0.1:80/api")).toBe(true);
  expect(isLoopback("https://discord.com/api")).toBe(false);
});

test.each(["10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"])(
  "%s is private",
  (address) => {
    expect(isPrivate(address)).toBe(true);
  },
);

test.each(["162.159.135.233", "2606:4700::1"])("%s is public", (address) => {
  expect(isPrivate(address)).toBe(false);
});
