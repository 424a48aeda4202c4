/**
 * Completes package-lock.json with the optional packages of other platforms.
 *
 * Native tools (Biome, Rolldown, Tailwind's oxide, Lightning CSS) name one package per platform in
 * `optionalDependencies`. A registry mirror that only serves this platform's binaries makes npm
 * leave the others out of the lock, and `npm ci` then refuses its own file. This script adds the
 * missing entries with the version, `os`, `cpu` and `libc` their name tells. It is idempotent.
 *
 * `--check` writes nothing and exits with 1 when something is missing.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const LOCK = fileURLToPath(new URL("../package-lock.json", import.meta.url));

const SYSTEMS = [
  "android",
  "darwin",
  "freebsd",
  "linux",
  "openharmony",
  "openbsd",
  "netbsd",
  "sunos",
  "win32",
];
const PROCESSORS = {
  arm64: "arm64",
  aarch64: "arm64",
  armv7: "arm",
  arm: "arm",
  ia32: "ia32",
  loong64: "loong64",
  ppc64: "ppc64",
  ppc64le: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
  x64: "x64",
  wasm32: "wasm32",
};

/** What a platform package's name says about the machines it is for. */
export function platformOf(name) {
  const parts = name.split("/").at(-1).split("-");
  const os = parts.filter((part) => SYSTEMS.includes(part));
  const cpu = parts.map((part) => PROCESSORS[part]).filter(Boolean);
  const libc = [];
  if (parts.includes("musl") || parts.includes("musleabihf")) libc.push("musl");
  else if (parts.includes("gnu") || parts.includes("gnueabihf")) libc.push("glibc");
  return {
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(libc.length > 0 ? { libc } : {}),
    ...(os.length > 0 ? { os } : {}),
  };
}

/** Adds what is missing to `lock.packages`; returns the names added. */
export function complete(lock) {
  const added = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      const nested = path ? `${path}/node_modules/${name}` : `node_modules/${name}`;
      const top = `node_modules/${name}`;
      if (lock.packages[top] || lock.packages[nested]) continue;
      // Only exact versions can be written without asking a registry.
      if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range)) continue;
      lock.packages[top] = {
        version: range,
        ...platformOf(name),
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
        ...(entry.engines ? { engines: entry.engines } : {}),
      };
      added.push(`${name}@${range}`);
    }
  }
  lock.packages = Object.fromEntries(
    Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")),
  );
  return added;
}

const check = process.argv.includes("--check");
const text = readFileSync(LOCK, "utf8");
const lock = JSON.parse(text);
const added = complete(lock);
const addresses = text.match(/"resolved":/g)?.length ?? 0;

if (addresses > 0) {
  console.error(
    `package-lock.json holds ${addresses} registry addresses; install with the .npmrc of this folder.`,
  );
  process.exit(1);
}
if (added.length === 0) {
  console.log("package-lock.json is complete.");
} else if (check) {
  console.error(`package-lock.json lacks ${added.join(", ")}; run \`npm run lock\`.`);
  process.exit(1);
} else {
  writeFileSync(LOCK, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`Added ${added.length}: ${added.join(", ")}`);
}
