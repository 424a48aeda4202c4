import { Activity } from "lucide-react";
import { useState } from "react";
import type { components } from "../../api/schema";
import { formatTag, t } from "../../i18n";
import { Button } from "../../ui/button";
import { wordOf } from "./Cell";

type Readiness = components["schemas"]["Readiness"];

/** With one decimal, as the chosen language writes it. */
function decimal(number: number): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return number.toLocaleString(formatTag(), digits);
}

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
              t("admin.part", { name, state: wordOf(state), ms: decimal(latency_ms) }),
            )
            .join(" · ")}
      </p>
    </div>
  );
}
