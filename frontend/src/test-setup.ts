import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";
import { loadTexts } from "./i18n";

// In the browser texts are loaded while the page starts; tests have English from the beginning,
// and the whole of every language that they switch to.
await loadTexts();

afterEach(cleanup);
