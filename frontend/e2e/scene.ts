import type { Browser, BrowserContext, Page } from "@playwright/test";
import { Caller, type Room } from "./caller";
import { PASSWORD } from "./fixtures";
import { halves } from "./png";
import { Server } from "./server";

/** Those of the design's pictures; the first five are there, the sixth is away, the others are not. */
const PEOPLE = {
  anton: "Anton Belov",
  ines: "Ines Duarte",
  lena: "Lena Schwarz",
  tomasz: "Tomasz Nowak",
  grace: "Grace Kim",
  kenji: "Kenji Mori",
  sofia: "Sofia Petrova",
  rahul: "Rahul Nair",
  dasha: "Даша Лебедева",
} as const;
export type Name = keyof typeof PEOPLE;

const CODE =
  "We stopped cloning the payload per socket. One `Bytes` per message, shared by everybody:\n\n" +
  "```\nlet frame: Bytes = encode(&event)?;\nfor s in room.sessions() {\n    s.try_send(frame.clone())?; // refcount, no copy\n}\n```";

/** A server of its own with people who know each other: what the pictures of the design show, as data. */
export class Scene {
  private constructor(
    readonly server: Server,
    readonly mira: Caller,
    readonly people: Record<Name, Caller>,
    readonly rooms: Record<
      "general" | "gateway" | "design" | "releases" | "random" | "staff" | "anton" | "kenji",
      Room
    >,
    private readonly context: BrowserContext,
    private readonly sockets: Page,
  ) {}

  static async build(browser: Browser): Promise<Scene> {
    const server = await Server.start();
    const args = ["createsuperuser", "--username", "mira", "--password-stdin"];
    await server.command(args, `${PASSWORD}\n`);
    const mira = await signIn(server, "login", "mira", "Mira Okafor");
    await mira.call("PATCH", "/api/profiles/me", { display_name: "Mira Okafor" });
    const made = await Promise.all(
      Object.entries(PEOPLE).map(([name, shown]) => signIn(server, "register", name, shown)),
    );
    const people = Object.fromEntries(made.map((each) => [each.username, each])) as Scene["people"];
    const rooms = await makeRooms(mira, people);

    const context = await browser.newContext({ baseURL: server.url });
    const sockets = await context.newPage();
    await sockets.goto("/robots.txt");
    const scene = new Scene(server, mira, people, rooms, context, sockets);
    for (const name of ["anton", "ines", "lena", "tomasz", "grace", "kenji"] as const) {
      await scene.connect(name);
    }
    await scene.command("kenji", { type: "presence.set", presence: "away" });
    return scene;
  }

  /** Opens a socket for somebody, who is online from then on. */
  async connect(name: Name): Promise<void> {
    await this.sockets.evaluate(
      ([name, token]) =>
        new Promise<void>((done, failed) => {
          const socket = new WebSocket(`ws://${location.host}/gateway`);
          const held = window as unknown as { sockets?: Record<string, WebSocket> };
          held.sockets = { ...held.sockets, [name]: socket };
          socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token }));
          socket.onmessage = ({ data }) => JSON.parse(data).type === "caught_up" && done();
          socket.onerror = () => failed(new Error(`no socket for ${name}`));
        }),
      [name, this.people[name].token] as const,
    );
  }

  /** A command by somebody's socket, answered. */
  async command(name: Name, command: object): Promise<void> {
    await this.sockets.evaluate(
      ([name, command]) =>
        new Promise<void>((done, failed) => {
          const { sockets } = window as unknown as { sockets: Record<string, WebSocket> };
          const socket = sockets[name];
          const id = crypto.randomUUID();
          socket?.addEventListener("message", function heard({ data }) {
            const frame = JSON.parse(data);
            if (frame.type !== "reply" || frame.id !== id) return;
            socket.removeEventListener("message", heard);
            if (frame.ok) done();
            else failed(new Error(`${JSON.stringify(command)}: ${data}`));
          });
          socket?.send(JSON.stringify({ ...command, id }));
        }),
      [name, command] as const,
    );
  }

  /** These people enter a room and write on something. */
  async type(room: Room, ...names: Name[]): Promise<void> {
    for (const name of names) {
      await this.command(name, { type: "room.enter", room_id: room.id });
      await this.command(name, { type: "typing.start", room_id: room.id });
    }
  }

  async stop(): Promise<void> {
    await this.context.close();
    await this.server.stop();
  }
}

async function signIn(
  server: Server,
  by: "login" | "register",
  username: string,
  name: string,
): Promise<Caller> {
  const answer = await fetch(`${server.url}/api/auth/${by}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      username,
      password: PASSWORD,
      ...(by === "register" && { display_name: name }),
    }),
  });
  if (!answer.ok) throw new Error(`${by}: ${await answer.text()}`);
  const { access_token } = await answer.json();
  return new Caller(name, username, server, access_token);
}

async function makeRooms(mira: Caller, people: Scene["people"]): Promise<Scene["rooms"]> {
  const { anton, ines, lena, tomasz, grace, kenji, rahul } = people;
  const all = Object.values(people);
  await mira.call("PATCH", `/api/admin/users/${await idOf(tomasz)}`, { is_staff: true });
  await picture(ines, halves(128, 128));
  const make = async (name: string, topic: string, more: object = {}, members = all) => {
    const room = await mira.createRoom(name, { topic, ...more });
    await Promise.all(members.map((who) => who.joinRoom(room)));
    return room;
  };
  const [general, gateway, design, releases, random, staff] = await Promise.all([
    make("general", "Everything that has no better home"),
    make("gateway", "WebSocket relay, presence, back-pressure"),
    make("design", "Screens, words, colours"),
    make("releases", "What ships and when"),
    make("random", "Cats, mostly"),
    make("staff", "", { staff_only: true }, [tomasz]),
  ]);
  const [direct, other] = await Promise.all([
    anton.call<Room>("PUT", `/api/rooms/direct/${await idOf(mira)}`),
    mira.call<Room>("PUT", `/api/rooms/direct/${await idOf(kenji)}`),
  ]);
  await kenji.say(other, "ok!");

  const said = await tomasz.say(
    gateway,
    "Nightly load test is done: **50k** sockets on one node, p99 fan-out *11 ms*. Full numbers in the wiki.",
  );
  for (const [emoji, fans] of [
    ["🚀", [mira, ines, anton, lena]],
    ["👏", [grace, kenji]],
  ] as const) {
    for (const fan of fans) await react(fan, said.id, emoji);
  }
  await ines.say(gateway, "That is under half of last week. What changed?", said.id);
  await tomasz.say(gateway, CODE);
  await anton.say(
    gateway,
    "Morning! The staging node lost Redis for 40 s at 03:10 and every client came back by itself. Nobody lost a message.",
  );
  const link = await anton.say(gateway, "Timeline: https://status.example.org/incidents/113");
  await anton.call("PATCH", `/api/messages/${link.id}`, {
    body: "Timeline and graphs: https://status.example.org/incidents/114",
  });
  await mira.call("PUT", `/api/rooms/${gateway.id}/read`, { seq: link.seq });
  const asked = await lena.say(
    gateway,
    "@mira could you look at the reconnect banner copy before we cut the release? Two options:\n\n" +
      "- “Reconnecting… your messages are safe”\n- “You are offline. Messages will be sent when you are back”",
  );
  await react(mira, asked.id, "👀");
  await react(kenji, asked.id, "👀");
  const answer = await mira.say(
    gateway,
    "First one. It says what happens to *my* words, which is the thing people worry about.",
  );
  for (const fan of [anton, lena, ines]) await react(fan, answer.id, "❤️");
  await kenji.say(gateway, "Agreed with Mira. Shipping the first one.");
  await kenji.say(
    gateway,
    "Also: the jump-to-latest pill now counts only messages below the fold.",
  );
  await mira.call("PUT", `/api/rooms/${gateway.id}/read`, { seq: link.seq });

  for (const text of ["Good morning", "Coffee is up", "lunch is in the big room today"]) {
    await grace.say(general, text);
  }
  for (const text of ["@mira final empty states are in", "@mira and the crop dialog"]) {
    await ines.say(design, text);
  }
  await rahul.say(random, "🐈‍⬛");
  await mira.call("PUT", `/api/rooms/${random.id}/notify`, { notify: "none" });
  await anton.say(direct, "Can you check the relay on node 3?");
  return { general, gateway, design, releases, random, staff, anton: direct, kenji: other };
}

function react(who: Caller, message: number, emoji: string): Promise<void> {
  return who.call("PUT", `/api/messages/${message}/reactions/${encodeURIComponent(emoji)}`);
}

export async function idOf(who: Caller): Promise<number> {
  return (await who.call<{ id: number }>("GET", "/api/profiles/me")).id;
}

async function picture(who: Caller, png: Buffer): Promise<void> {
  await fetch(`${who.url}/api/profiles/me/avatar`, {
    method: "PUT",
    headers: { authorization: `Bearer ${who.token}`, "content-type": "image/png" },
    body: new Uint8Array(png),
  });
}
