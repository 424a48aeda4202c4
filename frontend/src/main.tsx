/** The start of the page: language, then who is here, then the first screen. */
import { createRoot } from "react-dom/client";
import "./styles/base.css";
import { App } from "./app/App";
import { followTheme } from "./app/theme";
import { bootLocale } from "./i18n";
import { reloadOnLostChunk } from "./lib/lost-chunk";
import { boot } from "./realtime/store";
import { registerServiceWorker } from "./sw/register";

reloadOnLostChunk();
followTheme();
// Side by side: neither needs the other, and both are waits for the network.
void boot();
void bootLocale().then(() => {
  const root = document.getElementById("root");
  if (root) createRoot(root).render(<App />);
});
if (import.meta.env.PROD) registerServiceWorker();
