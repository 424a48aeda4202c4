import type { Server } from "./server";

export interface Room {
  id: number;
  name: string;
  slug: string;
  head: number;
}

/** Somebody with an account who uses the API as a program does. */
export class Caller {
  constructor(
    readonly name: string,
    readonly username: string,
    protected readonly server: Pick<Server, "url">,
    readonly token: string,
  ) {}

  get url(): string {
    return this.server.url;
  }

  /** A call of the REST API. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.server.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return ([202, 204].includes(answer.status) ? undefined : await answer.json()) as T;
  }

  createRoom(name: string, more: object = {}): Promise<Room> {
    return this.call("POST", "/api/rooms", { name, ...more });
  }

  joinRoom(room: Room): Promise<Room> {
    return this.call("POST", `/api/rooms/${room.id}/join`);
  }

  say(room: Room, body: string, replyTo?: number): Promise<{ id: number; seq: number }> {
    return this.call("POST", `/api/rooms/${room.id}/messages`, {
      body,
      ...(replyTo === undefined ? {} : { reply_to: replyTo }),
    });
  }

  /** Uploads a text file of this name, to be sent with a message. */
  async upload(room: Room, name: string): Promise<number> {
    const path = `/api/rooms/${room.id}/files?name=${encodeURIComponent(name)}`;
    const answer = await fetch(`${this.server.url}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.token}`, "content-type": "text/plain" },
      body: name,
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()).id;
  }

  /** Every text of a room, oldest first, as the server has it. */
  async texts(room: Room): Promise<string[]> {
    const texts: string[] = [];
    let after = 0;
    for (;;) {
      const page = await this.call<{
        items: { seq: number; kind: string; body: string }[];
        has_after: boolean;
      }>("GET", `/api/rooms/${room.id}/messages?after=${after}&limit=100`);
      for (const item of page.items) if (item.kind === "text") texts.push(item.body);
      after = page.items.at(-1)?.seq ?? after;
      if (!page.has_after) return texts;
    }
  }
}
