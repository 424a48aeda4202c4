import { Activity } from "lucide-react";
import { useState } from "react";
import type { components } from "../../api/schema";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { wordOf } from "./Cell";

type Readiness = components["schemas"]["Readiness"];

/** Asks the server how its parts are, and how long each took to answer. */
export function Health() {
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<Readiness | "failed" | null>(null);
  const ask = async () => {
    setBusy(true);
    try {
      // A server that is down says so with a 503 and the same body.
      setAnswer((await (await fetch("/readyz")).json()) as Readiness);
    } catch {
      setAnswer("failed");
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="flex flex-wrap items-center gap-3 text-14">
      <Button icon={<Activity className="size-4" />} busy={busy} onClick={ask}>
        {t("admin.check")}
      </Button>
      <p role="status" className="text-ink-2">
        {answer === "failed" && t("admin.check_failed")}
        {answer !== null &&
          answer !== "failed" &&
          answer.parts
            .map(({ name, state, latency_ms }) =>
              t("admin.part", { name, state: wordOf(state), ms: latency_ms.toFixed(1) }),
            )
            .join(" · ")}
      </p>
    </div>
  );
}
