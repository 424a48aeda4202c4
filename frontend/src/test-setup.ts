import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";
import { addCatalog } from "./i18n";
import en from "./i18n/en.json";

// In the browser a catalogue is a chunk of its own; tests have English at once.
addCatalog("en", en);

afterEach(cleanup);
