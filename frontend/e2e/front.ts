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
        if (front.isNewer && isOfBuild(asked)) renewed(answered).then((text) => answer.end(text));
        else answered.pipe(answer);
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

  /** What is changed on the way comes as it is, and the whole of it. */
  private headersOf(asked: IncomingMessage) {
    if (!isOfBuild(asked)) return asked.headers;
    const { "if-none-match": _, "if-modified-since": __, ...rest } = asked.headers;
    return { ...rest, "accept-encoding": "identity" };
  }
}

/** The worker and the page, which name the files of their build. */
function isOfBuild({ url, headers }: IncomingMessage): boolean {
  return url === "/sw.js" || url === "/" || Boolean(headers.accept?.includes("text/html"));
}

/** A worker that differs by a byte is another worker, a page that begins with another script another page. */
async function renewed(answered: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of answered.setEncoding("utf8")) text += chunk;
  return text.replace(/(\/assets\/app-[\w-]+\.js)(?=["'])/g, "$1?newer");
}
