import { useEffect, useRef, useState } from "react";
import { type Key, t } from "../../i18n";
import { Button } from "../../ui/button";
import { errorText } from "../../ui/form-errors";
import { toast, toastError } from "../../ui/toast-store";
import { runBulk } from "./bulk";
import { wordOf } from "./Cell";
import { Frame, Part } from "./Frame";
import type { Action, AnyNoun, BulkOutcome, TakenAlong } from "./types";

type BulkPageProps = {
  noun: AnyNoun;
  action: Action;
  items: readonly unknown[];
  /** Instead of these, everything that this finds. */
  filter?: Record<string, string>;
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
export function BulkPage({ noun, action, items, filter, onClose }: BulkPageProps) {
  const [outcome, setOutcome] = useState<BulkOutcome | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [sofar, setSofar] = useState<BulkOutcome | null>(null);
  const isOver = useRef(false);
  const run = (dryRun: boolean) =>
    runBulk({ noun, action, items, filter }, dryRun, (all) => {
      if (!isOver.current) setSofar(all);
      return !isOver.current;
    });

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, for what was chosen
  useEffect(() => {
    isOver.current = false;
    run(true).then(setOutcome, setError);
    // Whoever goes away wants no more of it.
    return () => {
      isOver.current = true;
    };
  }, []);

  const confirm = async () => {
    setBusy(true);
    setSofar(null);
    try {
      const { done } = await run(false);
      if (isOver.current) toast(t("admin.stopped"));
      toast(t("admin.done", { count: done }));
      onClose(true);
    } catch (failure) {
      toastError(errorText(failure));
      setBusy(false);
    }
  };

  const stop = () => {
    isOver.current = true;
    if (!busy) onClose(false);
  };
  const count = outcome?.done ?? (filter ? sofar?.done : items.length);
  const title =
    count === undefined ? t(action.label) : t("admin.confirm", { action: t(action.label), count });
  return (
    <Frame title={title} noun={noun}>
      {error ? (
        <p role="alert" className="text-14 text-danger-text">
          {errorText(error)}
        </p>
      ) : null}
      {!outcome && !error && (
        <p role="status" className="text-14 text-ink-3">
          {filter && sofar ? t("admin.counting", { count: sofar.done }) : t("app.loading")}
        </p>
      )}
      {busy && filter && outcome && (
        <p role="status" className="text-14 text-ink-2">
          {t("admin.working", { done: sofar?.done ?? 0, total: outcome.done })}
        </p>
      )}
      {outcome && (
        <>
          <p className="text-15">
            {outcome.done === 0
              ? t("admin.confirm_none")
              : t(action.danger ? "admin.confirm_danger" : "admin.confirm_text", {
                  count: outcome.done,
                })}
          </p>
          <Along along={outcome.takes_along} />
          <Part
            title={
              outcome.done > outcome.items.length
                ? t("admin.first_of_all", { count: outcome.items.length })
                : t(noun.label)
            }
          >
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
        <Button onClick={stop}>{t(busy ? "admin.stop" : "common.cancel")}</Button>
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
