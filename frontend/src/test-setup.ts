import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";
import { PARTS } from "../scripts/text-parts.mjs";
import { loadTexts, type Part } from "./i18n";

// In the browser texts are loaded while the page starts; tests have English from the beginning,
// and the whole of every language that they switch to.
for (const part of PARTS) await loadTexts(part as Part);

afterEach(cleanup);
