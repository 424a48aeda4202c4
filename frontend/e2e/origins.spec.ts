import { createServer } from "node:http";
import { expect, test } from "./fixtures";
import { freePort } from "./server";

test("[WS-1] [WB-3] a page of another port is let in by neither door, whatever the browser holds", async ({
  person,
  server,
}) => {
  const ann = await person("Ann");
  await ann.createRoom("Only ours");
  const port = await freePort();
  const other = createServer((_, response) => {
    response.setHeader("content-type", "text/html").end("<title>other</title>");
  });
  await new Promise<void>((done) => other.listen(port, "127.0.0.1", done));
  try {
    // The same host, so the same site: cookies of this browser would go along.
    await ann.page.goto(`http://127.0.0.1:${port}/`);
    const tried = await ann.page.evaluate(async (server) => {
      const socket = (url: string) =>
        new Promise<string>((done) => {
          const socket = new WebSocket(url);
          socket.onopen = () => done("opened");
          socket.onclose = ({ code }) => done(`closed ${code}`);
        });
      const read = (path: string, init: RequestInit) =>
        fetch(`${server}${path}`, init).then(
          async (answer) => `${answer.status} ${(await answer.text()).length}`,
          () => "refused",
        );
      const json = { "content-type": "application/json" };
      return {
        socket: await socket(`${server.replace("http", "ws")}/gateway`),
        list: await read("/api/rooms", { credentials: "include" }),
        refresh: await read("/api/auth/refresh", {
          method: "POST",
          credentials: "include",
          headers: { ...json, "x-parlor": "1" },
          body: "{}",
        }),
        // What needs no permission to be sent is not readable, and does nothing.
        blind: await fetch(`${server}/api/auth/refresh`, {
          method: "POST",
          credentials: "include",
          mode: "no-cors",
          headers: { "content-type": "text/plain" },
          body: "{}",
        }).then(
          (answer) => answer.type,
          () => "refused",
        ),
      };
    }, server.url);
    expect(tried.socket).toBe("closed 1006");
    expect(tried.list).toBe("refused");
    expect(tried.refresh).toBe("refused");
    // Refused for where it comes from even before it is read: its answer says so to nobody.
    expect(["opaque", "refused"]).toContain(tried.blind);
    // The session is what it was: the page of the server itself goes on.
    await ann.page.goto(`${server.url}/chat/`);
    await expect(ann.page.getByRole("navigation", { name: "Main" })).toBeVisible();
  } finally {
    other.close();
  }
});
