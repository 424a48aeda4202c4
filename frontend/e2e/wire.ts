import type { BrowserContext, Page, WebSocketRoute } from "@playwright/test";

type Frame = { type: string; id?: string };

/** Between a browser's pages and the server: breaks the line, holds back or refuses what the client asks for. */
export class Wire {
  private readonly open = new Set<WebSocketRoute>();
  private readonly held: { type: string; pass: () => void }[] = [];
  private readonly holding = new Set<string>();
  private readonly refused = new Map<string, { code: string; detail: string }>();
  private isCut = false;

  static async through(context: BrowserContext | Page): Promise<Wire> {
    const wire = new Wire();
    await context.routeWebSocket(/\/gateway$/, (socket) => wire.take(socket));
    await context.route(/\/api\/rooms\/\d+\/messages$/, (route) =>
      wire.isCut ? route.abort() : route.fallback(),
    );
    return wire;
  }

  /** Breaks the line; tries to open it again fail. */
  async cut(): Promise<void> {
    this.isCut = true;
    for (const socket of this.open) await socket.close({ code: 1012 });
    this.open.clear();
  }

  mend(): void {
    this.isCut = false;
  }

  /** Keeps commands of this type from the server until `release`. */
  hold(type: string): void {
    this.holding.add(type);
  }

  release(): void {
    this.holding.clear();
    for (const { pass } of this.held.splice(0)) pass();
  }

  /** Answers commands of this type with an error in the server's place. */
  refuse(type: string, code: string, detail: string): void {
    this.refused.set(type, { code, detail });
  }

  accept(): void {
    this.refused.clear();
  }

  private take(socket: WebSocketRoute): void {
    if (this.isCut) return void socket.close({ code: 1012 });
    this.open.add(socket);
    const server = socket.connectToServer();
    socket.onMessage((data) => {
      const { type, id } = JSON.parse(String(data)) as Frame;
      const error = this.refused.get(type);
      if (error) socket.send(JSON.stringify({ type: "reply", id, ok: false, error }));
      else if (this.holding.has(type)) this.held.push({ type, pass: () => server.send(data) });
      else server.send(data);
    });
  }
}
