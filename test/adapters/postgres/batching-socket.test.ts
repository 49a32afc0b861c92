import { expect, test } from "@jest/globals";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { BatchingSocket } from "../../../adapters/postgres/batching-socket.ts";

test("what is written in one turn of the event loop leaves together, and all of it arrives", async () => {
  const received: string[] = [];
  const server = createServer((peer: Socket) =>
    peer.on("data", (data) => received.push(String(data))),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = new BatchingSocket();
  socket.connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(socket, "connect");
  /** As node-postgres sends one statement. */
  const send = (words: readonly string[]) => {
    socket.cork();
    for (const word of words) socket.write(word);
    socket.uncork();
  };
  const waiting = () => ({ bytes: socket.writableLength, corks: socket.writableCorked });
  send(["a", "b"]);
  expect(waiting()).toEqual({ bytes: 2, corks: 1 });
  send(["c"]);
  expect(waiting()).toEqual({ bytes: 3, corks: 1 });
  await new Promise(setImmediate);
  expect(waiting()).toEqual({ bytes: 0, corks: 0 });
  send(["d"]);
  expect(waiting()).toEqual({ bytes: 1, corks: 1 });
  socket.end();
  await once(socket, "close");
  expect(received.join("")).toBe("abcd");
  server.close();
});
