import { useEffect, useState } from "react";
import { type Key, t } from "../../i18n";
import { Button } from "../../ui/button";
import { errorText } from "../../ui/form-errors";
import { toast, toastError } from "../../ui/toast-store";
import { wordOf } from "./Cell";
import { send } from "./call";
import { Frame, Part } from "./Frame";
import type { Action, AnyNoun, BulkOutcome, TakenAlong } from "./types";

type BulkPageProps = {
  noun: AnyNoun;
  action: Action;
  items: readonly unknown[];
  onClose: (isDone: boolean) => void;
};

const ALONG = {
  memberships: "admin.along.memberships",
  messages: "admin.along.messages",
  sessions: "admin.along.sessions",
  tokens: "admin.along.tokens",
  rooms_passed_on: "admin.along.rooms_passed_on",
} as const satisfies Record<keyof TakenAlong, Key>;

/** Says what an action will do, to what, and what goes along, before it is done. */
export function BulkPage({ noun, action, items, onClose }: BulkPageProps) {
  const [outcome, setOutcome] = useState<BulkOutcome | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const run = (dryRun: boolean) =>
    send<BulkOutcome>("POST", `${noun.name}/bulk`, {
      body: { action: action.name, ids: items.map(noun.ref), dry_run: dryRun },
    });

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, for what was chosen
  useEffect(() => {
    run(true).then(setOutcome, setError);
  }, []);

  const confirm = async () => {
    setBusy(true);
    try {
      const { done } = await run(false);
      toast(t("admin.done", { count: done }));
      onClose(true);
    } catch (failure) {
      toastError(errorText(failure));
      setBusy(false);
    }
  };

  const title = t("admin.confirm", { action: t(action.label), count: items.length });
  return (
    <Frame title={title} noun={noun}>
      {error ? (
        <p role="alert" className="text-14 text-danger-text">
          {errorText(error)}
        </p>
      ) : null}
      {!outcome && !error && <p className="text-14 text-ink-3">{t("app.loading")}</p>}
      {outcome && (
        <>
          <p className="text-15">
            {t(action.danger ? "admin.confirm_danger" : "admin.confirm_text", {
              count: outcome.done,
            })}
          </p>
          <Along along={outcome.takes_along} />
          <Part title={t(noun.label)}>
            <ul className="flex flex-col divide-y divide-line text-14">
              {outcome.items.map((item) => (
                <li
                  key={`${item.room_id ?? ""}/${item.id}`}
                  className="flex flex-wrap gap-x-3 py-2"
                >
                  <span className="min-w-0 wrap-anywhere">{item.name || `#${item.id}`}</span>
                  {item.refused && (
                    <span className="text-danger-text">
                      {t("admin.refused", { why: wordOf(item.refused) })}
                    </span>
                  )}
                </li>
              ))}
            </ul>
          </Part>
        </>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => onClose(false)}>{t("common.cancel")}</Button>
        {outcome && outcome.done > 0 && (
          <Button
            variant={action.danger ? "danger" : "primary"}
            busy={busy}
            onClick={() => void confirm()}
          >
            {t(action.label)}
          </Button>
        )}
      </div>
    </Frame>
  );
}

function Along({ along }: { along: TakenAlong }) {
  const found = (Object.keys(ALONG) as (keyof TakenAlong)[]).filter((name) => along[name] > 0);
  if (found.length === 0) return null;
  return (
    <Part title={t("admin.along")}>
      <ul className="list-disc ps-5 text-14">
        {found.map((name) => (
          <li key={name}>{t(ALONG[name], { count: along[name] })}</li>
        ))}
      </ul>
    </Part>
  );
}
