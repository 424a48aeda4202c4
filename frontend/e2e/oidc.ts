import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { createServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import { freePort } from "./server";

const CLIENT_ID = "parlor";
const CLIENT_SECRET = "a secret of the tests";

type Granted = { nonce: string; challenge: string; redirectUri: string; subject: string };

/** A provider of OpenID Connect on this machine, with a key of its own; its page asks nothing but who one is. */
export class OidcProvider {
  private readonly codes = new Map<string, Granted>();

  private constructor(
    readonly port: number,
    private readonly http: HttpServer,
    private readonly key: KeyObject,
    private readonly jwk: object,
  ) {}

  static async start(): Promise<OidcProvider> {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const jwk = { ...publicKey.export({ format: "jwk" }), kid: "one", use: "sig", alg: "RS256" };
    const http = createServer();
    const provider = new OidcProvider(await freePort(), http, privateKey, jwk);
    http.on("request", async (request, response) => {
      const { status, type, body, location } = await provider.answer(request);
      response.writeHead(status, { "content-type": type, ...(location && { location }) });
      response.end(body);
    });
    await new Promise<void>((done) => http.listen(provider.port, "127.0.0.1", done));
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What a server is told of it. */
  get settings(): Record<string, string> {
    return {
      PARLOR_OIDC_ISSUER: this.issuer,
      PARLOR_OIDC_CLIENT_ID: CLIENT_ID,
      PARLOR_OIDC_CLIENT_SECRET: CLIENT_SECRET,
      PARLOR_OIDC_LABEL: "Acme ID",
    };
  }

  async stop(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((done) => this.http.close(done));
  }

  private async answer(request: IncomingMessage): Promise<Reply> {
    const url = new URL(request.url ?? "/", this.issuer);
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return json({
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/keys`,
          response_types_supported: ["code"],
        });
      case "/keys":
        return json({ keys: [this.jwk] });
      case "/authorize":
        return page(url.search);
      case "/enter":
        return this.enter(url.searchParams);
      case "/token":
        return this.token(new URLSearchParams(await bodyOf(request)), request);
      default:
        return { status: 404, type: "text/plain", body: "" };
    }
  }

  private enter(query: URLSearchParams): Reply {
    const back = new URL(query.get("redirect_uri") ?? "");
    back.searchParams.set("state", query.get("state") ?? "");
    const subject = query.get("who") ?? "";
    if (subject === "") back.searchParams.set("error", "access_denied");
    else {
      const code = randomBytes(16).toString("hex");
      this.codes.set(code, {
        nonce: query.get("nonce") ?? "",
        challenge: query.get("code_challenge") ?? "",
        redirectUri: query.get("redirect_uri") ?? "",
        subject,
      });
      back.searchParams.set("code", code);
    }
    return { status: 302, type: "text/plain", body: "", location: back.href };
  }

  private token(form: URLSearchParams, request: IncomingMessage): Reply {
    const code = form.get("code") ?? "";
    const granted = this.codes.get(code);
    this.codes.delete(code);
    const verifier = form.get("code_verifier") ?? "";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const basic = `Basic ${Buffer.from(`${CLIENT_ID}:a+secret+of+the+tests`).toString("base64")}`;
    const isGood =
      request.headers.authorization === basic &&
      granted?.challenge === challenge &&
      granted.redirectUri === form.get("redirect_uri");
    if (!granted || !isGood) return json({ error: "invalid_grant" }, 400);
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.issuer,
      aud: CLIENT_ID,
      sub: granted.subject,
      nonce: granted.nonce,
      iat: now,
      exp: now + 300,
      preferred_username: granted.subject,
      name: `${granted.subject} of Acme`,
      email: `${granted.subject}@acme.example`,
      email_verified: true,
    };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${part({ alg: "RS256", kid: "one", typ: "JWT" })}.${part(claims)}`;
    const signature = sign("sha256", Buffer.from(signed), this.key).toString("base64url");
    return json({
      access_token: "x",
      token_type: "Bearer",
      id_token: `${signed}.${signature}`,
    });
  }
}

type Reply = { status: number; type: string; body: string; location?: string };

const json = (body: object, status = 200): Reply => ({
  status,
  type: "application/json",
  body: JSON.stringify(body),
});

/** Asks who one is. */
function page(search: string): Reply {
  const hidden = [...new URLSearchParams(search)]
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
    .join("");
  const body = `<!doctype html><title>Acme ID</title><form action="/enter">${hidden}
    <label>Who are you? <input name="who"></label><button>Go on</button></form>`;
  return { status: 200, type: "text/html", body };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const part of request) body += part;
  return body;
}
