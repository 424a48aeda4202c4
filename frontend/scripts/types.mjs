/**
 * Makes `src/api/schema.d.ts` from the server's contract, `../openapi/openapi.json`.
 *
 * `--check` writes nothing and exits with 1 when the file is not what the contract gives.
 * While there is no contract yet there is nothing to make, and both say so and succeed.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import openapi, { astToString } from "openapi-typescript";

const CONTRACT = new URL("../../openapi/openapi.json", import.meta.url);
const TYPES = new URL("../src/api/schema.d.ts", import.meta.url);
const HEAD = "// Generated from openapi/openapi.json by `npm run types`. Do not edit.\n\n";

if (!existsSync(CONTRACT)) {
  console.log("openapi/openapi.json does not exist yet: the types are those written by hand.");
  process.exit(0);
}

const made = HEAD + astToString(await openapi(CONTRACT));
if (!process.argv.includes("--check")) {
  writeFileSync(TYPES, made);
  console.log(`Wrote ${fileURLToPath(TYPES)}`);
} else if (readFileSync(TYPES, "utf8") === made) {
  console.log("The types are those of the contract.");
} else {
  console.error("src/api/schema.d.ts differs from openapi/openapi.json; run `npm run types`.");
  process.exit(1);
}
