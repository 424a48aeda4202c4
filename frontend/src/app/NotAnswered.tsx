import { CloudOff } from "lucide-react";
import { useEffect } from "react";
import type { ApiError } from "../api/error";
import { t } from "../i18n";
import { store } from "../realtime/store";
import { BackHead } from "../ui/back-link";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { errorText } from "../ui/form-errors";
import { useTitle } from "../ui/title";
import { ConnectionBanner } from "./ConnectionBanner";
import { isBack } from "./use-refresh";

/** What is at an address could not be asked: it is asked again by hand, and as soon as there is a socket again. */
export function NotAnswered({ error, onRetry }: { error: ApiError; onRetry: () => void }) {
  useTitle(t("errors.title"));
  useEffect(() => store.subscribe((now, before) => isBack(now, before) && onRetry()), [onRetry]);
  return (
    <>
      <ConnectionBanner />
      <main
        id="main"
        tabIndex={-1}
        className="flex min-h-0 flex-1 flex-col overflow-y-auto outline-none"
      >
        <BackHead />
        <div className="m-auto max-md:pb-14">
          <h1 className="sr-only">{t("errors.title")}</h1>
          <EmptyState
            icon={<CloudOff className="size-7" />}
            title={t("errors.title")}
            text={errorText(error)}
          >
            <Button variant="primary" onClick={onRetry}>
              {t("common.retry")}
            </Button>
          </EmptyState>
        </div>
      </main>
    </>
  );
}
