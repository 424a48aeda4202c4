import { Wifi, WifiOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { t } from "../i18n";
import { cx } from "../lib/cx";
import { reconnect, useStore } from "../realtime/store";
import type { Connection } from "../realtime/types";
import { announce } from "../ui/announcer";

const LOST_AFTER_MS = 2000;
const CONNECTED_FOR_MS = 2000;
/** "Too many sockets": the server closed the oldest. */
const CLOSE_TOO_MANY = 4505;

/** Over the timeline while the socket is lost for more than 2 s, and for 2 s after it is back. */
export function ConnectionBanner() {
  const connection = useStore((state) => state.connection);
  const shown = useBanner(connection);
  if (!shown) return null;
  if (shown === "connected") {
    return <Bar tone="calm" icon={<Wifi className="size-4" />} text={t("connection.connected")} />;
  }
  const stopped = connection.phase === "stopped";
  return (
    <Bar tone="warn" icon={<WifiOff className="size-4 shrink-0" />} text={lostText(connection)}>
      <button
        type="button"
        className="tap shrink-0 font-semibold underline underline-offset-3"
        onClick={() => (stopped ? location.reload() : reconnect())}
      >
        {t(stopped ? "app.reload" : "common.retry")}
      </button>
    </Bar>
  );
}

function useBanner({ phase, since, wasOpen }: Connection): "lost" | "connected" | null {
  const [shown, setShown] = useState<"lost" | "connected" | null>(null);
  const wasLost = useRef(false);

  useEffect(() => {
    if (phase === "open") {
      if (!wasLost.current) return;
      wasLost.current = false;
      setShown("connected");
      announce(t("connection.connected"), "assertive");
      const timer = setTimeout(() => setShown(null), CONNECTED_FOR_MS);
      return () => clearTimeout(timer);
    }
    if (phase === "idle") return setShown(null);
    if (wasLost.current) return setShown("lost");
    const wait = phase === "stopped" ? 0 : Math.max(0, since + LOST_AFTER_MS - Date.now());
    const timer = setTimeout(() => {
      wasLost.current = true;
      setShown("lost");
      announce(t(wasOpen ? "connection.reconnecting" : "connection.connecting"), "assertive");
    }, wait);
    return () => clearTimeout(timer);
  }, [phase, since, wasOpen]);

  return shown;
}

function lostText({ phase, closeCode, wasOpen }: Connection): string {
  if (phase === "stopped") {
    return t(closeCode === CLOSE_TOO_MANY ? "connection.too_many" : "connection.stopped");
  }
  return `${t(wasOpen ? "connection.reconnecting" : "connection.connecting")} ${t("connection.kept")}`;
}

type BarProps = {
  tone: "warn" | "calm";
  icon: React.ReactNode;
  text: string;
  children?: React.ReactNode;
};

function Bar({ tone, icon, text, children }: BarProps) {
  return (
    // On a ground of its own: it lies over the oldest rows.
    <section aria-label={t("connection.label")} className="bg-panel text-13">
      <div
        className={cx(
          "flex min-h-9 items-center gap-2 px-5 py-1 max-md:px-4",
          tone === "warn"
            ? "bg-warn-soft text-warn-text shadow-[inset_0_-1px_0_var(--warn-line)]"
            : "bg-hover text-ink-2",
        )}
      >
        <span aria-hidden="true">{icon}</span>
        <p className="min-w-0 flex-1">{text}</p>
        {children}
      </div>
    </section>
  );
}
