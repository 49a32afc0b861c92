import { describe, expect, test } from "@jest/globals";
import { readSmtpUrl } from "../../../adapters/notify/smtp-server.ts";

describe("the address of a mail server", () => {
  test("a login is decoded, and leaves the machine over TLS only", () => {
    expect(readSmtpUrl("smtp://user%40example.org:p%2Fw@mail.example.org:587")).toEqual({
      host: "mail.example.org",
      port: 587,
      secure: false,
      requireTLS: true,
      auth: { user: "user@example.org", pass: "p/w" },
    });
  });

  test("smtps is TLS from the start", () => {
    expect(readSmtpUrl("smtps://user:word@mail.example.org")).toEqual({
      host: "mail.example.org",
      secure: true,
      auth: { user: "user", pass: "word" },
    });
    expect(readSmtpUrl("smtps://localhost")).toEqual({ host: "localhost", secure: true });
  });

  test("without a login TLS is taken where it is offered", () => {
    expect(readSmtpUrl("smtp://relay:25")).toEqual({ host: "relay", port: 25, secure: false });
  });

  test.each(["localhost", "127.0.0.1", "127.1.2.3", "[::1]"])("%s is this machine", (host) => {
    expect(readSmtpUrl(`smtp://user:word@${host}:25`)).toMatchObject({ ignoreTLS: true });
  });

  test.each(["127.example.org", "localhost.example.org", "[::2]", "10.0.0.1"])(
    "%s is another machine",
    (host) => {
      expect(readSmtpUrl(`smtp://user:word@${host}:25`)).toMatchObject({ requireTLS: true });
    },
  );
});
