import { createServer, type IncomingMessage, type Server as Listener, request } from "node:http";
import { connect, type Socket } from "node:net";
import { freePort } from "./server";

const HOST = "127.0.0.1";

/** Stands in front of a server, as a proxy does; `renew` makes it a server with a newer web client. */
export class Front {
  private isNewer = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    readonly port: number,
    private readonly behind: number,
    private readonly listener: Listener,
  ) {}

  static async before(server: { port: number }): Promise<Front> {
    const listener = createServer();
    const front = new Front(await freePort(), server.port, listener);
    listener.on("request", (asked, answer) => {
      const to = { host: HOST, port: front.behind, path: asked.url, method: asked.method };
      const onward = request({ ...to, headers: front.headersOf(asked) }, (answered) => {
        const { "content-length": _, ...headers } = answered.headers;
        answer.writeHead(answered.statusCode ?? 502, headers);
        // A worker that differs by a byte is another worker.
        if (front.isNewer && asked.url === "/sw.js") answer.write("// newer\n");
        answered.pipe(answer);
      });
      onward.on("error", () => answer.destroy());
      asked.pipe(onward);
    });
    listener.on("upgrade", (asked: IncomingMessage, socket: Socket, head) => {
      const onward = connect(front.behind, HOST, () => {
        const { rawHeaders } = asked;
        const lines = rawHeaders.flatMap((name, at) =>
          at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : [],
        );
        onward.write(`GET ${asked.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [socket, onward]) end.on("error", () => end.destroy());
    });
    listener.on("connection", (socket) => {
      front.sockets.add(socket);
      socket.on("close", () => front.sockets.delete(socket));
    });
    await new Promise<void>((done) => listener.listen(front.port, HOST, done));
    return front;
  }

  get url(): string {
    return `http://${HOST}:${this.port}`;
  }

  renew(): void {
    this.isNewer = true;
  }

  stop(): void {
    this.listener.close();
    for (const socket of this.sockets) socket.destroy();
  }

  /** The worker is changed on the way, so it comes as it is, and the whole of it. */
  private headersOf({ url, headers }: IncomingMessage) {
    if (url !== "/sw.js") return headers;
    const { "if-none-match": _, "if-modified-since": __, ...rest } = headers;
    return { ...rest, "accept-encoding": "identity" };
  }
}
