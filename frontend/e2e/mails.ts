import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import type { Server } from "./server";

/** The mails to one address, oldest first, as plain text. */
function mailsTo(server: Server, address: string): string[] {
  let names: string[];
  try {
    names = readdirSync(server.mailFolder);
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith(".eml"))
    .sort()
    .map((name) => readFileSync(join(server.mailFolder, name), "utf8"))
    .filter((mail) => mail.toLowerCase().includes(`to: ${address.toLowerCase()}`))
    .map(decoded);
}

/**
 * Waits for the `count`th mail to an address with a link to `page`, and answers the link's path and
 * fragment. The server's own address in it is not the one of the test.
 */
export async function mailedLink(
  server: Server,
  address: string,
  page: "verify-email" | "reset-password",
  count = 1,
): Promise<string> {
  const link = new RegExp(`/${page}#token=[\\w-]+`);
  const links = () =>
    mailsTo(server, address)
      .map((mail) => link.exec(mail)?.[0])
      .filter((found) => found !== undefined);
  await expect.poll(() => links().length, { timeout: 15_000 }).toBeGreaterThanOrEqual(count);
  return links()[count - 1] as string;
}

/** Quoted-printable, as far as ASCII goes. */
function decoded(mail: string): string {
  return mail
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
}
