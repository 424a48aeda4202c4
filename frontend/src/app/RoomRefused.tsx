import { Lock } from "lucide-react";
import { Link } from "wouter";
import { t } from "../i18n";
import type { WindowFailure } from "../realtime/types";
import { buttonClass } from "../ui/button";
import { EmptyState } from "../ui/empty-state";

/** The server refused this room to this person, in its own words. */
export function RoomRefused({ failure }: { failure: WindowFailure }) {
  return (
    <main
      id="main"
      tabIndex={-1}
      className="flex h-full items-center justify-center overflow-y-auto outline-none"
    >
      <h1 className="sr-only">{t("rooms.refused_title")}</h1>
      <EmptyState
        icon={<Lock className="size-7" />}
        title={t("rooms.refused_title")}
        text={failure.detail || t("errors.room_staff_only")}
      >
        <Link href="/chat/" className={buttonClass("primary")}>
          {t("notfound.back")}
        </Link>
      </EmptyState>
    </main>
  );
}
