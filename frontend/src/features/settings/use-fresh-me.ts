import { useEffect } from "react";
import { refreshMe } from "../../realtime/store";

/** Asks anew who one is, now and whenever the page is looked at: addresses are verified elsewhere. */
export function useFreshMe() {
  useEffect(() => {
    const refresh = () => {
      // What is shown stays as it was where the server cannot be asked.
      if (document.visibilityState === "visible") refreshMe().catch(() => undefined);
    };
    refresh();
    document.addEventListener("visibilitychange", refresh);
    return () => document.removeEventListener("visibilitychange", refresh);
  }, []);
}
