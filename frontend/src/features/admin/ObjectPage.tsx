import { ExternalLink } from "lucide-react";
import { useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import type { Me } from "../../api/types";
import { t } from "../../i18n";
import { buttonClass } from "../../ui/button";
import { errorText } from "../../ui/form-errors";
import { toast } from "../../ui/toast-store";
import { BulkPage } from "./BulkPage";
import { Cell } from "./Cell";
import { send } from "./call";
import { Entries } from "./Entries";
import { Frame, Part } from "./Frame";
import { nounOf } from "./nouns";
import { ObjectActions } from "./ObjectActions";
import { ObjectForm } from "./ObjectForm";
import type { Action, AnyNoun } from "./types";

type ObjectPageProps = { noun: AnyNoun; id: string; me: Me };

/** One of a noun: what it is, what may be changed, what belongs to it, and what was done to it. */
export function ObjectPage({ noun, id, me }: ObjectPageProps) {
  const [item, setItem] = useState<unknown>(null);
  const [error, setError] = useState<unknown>(null);
  const [action, setAction] = useState<Action | null>(null);
  // Raised with every change, so that the page and its history are read again.
  const [round, setRound] = useState(0);
  const [, navigate] = useLocation();

  // biome-ignore lint/correctness/useExhaustiveDependencies: a round reads again
  useEffect(() => {
    send("GET", `${noun.name}/${id}`).then(setItem, setError);
  }, [noun, id, round]);

  if (error || item === null) {
    return (
      <Frame title={t(noun.label)} noun={noun}>
        <p role={error ? "alert" : "status"} className="text-14 text-ink-2">
          {error ? errorText(error) : t("app.loading")}
        </p>
      </Frame>
    );
  }
  if (action) {
    return (
      <BulkPage
        noun={noun}
        action={action}
        items={[item]}
        onClose={(isDone) => {
          setAction(null);
          if (!isDone) return;
          if (action.name === "delete" || action.name === "remove")
            navigate(`/admin/${noun.name}/`);
          else setRound(round + 1);
        }}
      />
    );
  }
  const change = async (body: Record<string, unknown>) => {
    const method = noun.name === "memberships" ? "PUT" : "PATCH";
    if (Object.keys(body).length > 0) await send(method, `${noun.name}/${id}`, { body });
    toast(t("admin.changed"));
    setRound(round + 1);
  };
  const inputs = noun.inputs.filter((input) => input.only !== "create");
  const isChangeable = inputs.length > 0 && (noun.isChangeable?.(item) ?? true);
  const site = noun.site?.(item);
  const history = noun.history?.(item);
  return (
    <Frame
      title={noun.title(item)}
      noun={noun}
      action={
        site && (
          <Link href={site} className={buttonClass()}>
            <ExternalLink aria-hidden="true" className="size-4" />
            {t("admin.on_site")}
          </Link>
        )
      }
    >
      <Facts noun={noun} item={item} />
      {isChangeable && (
        <Part title={t("admin.change")}>
          <ObjectForm
            isNew={false}
            inputs={inputs}
            values={noun.values?.(item) ?? {}}
            me={me}
            action={t("common.save")}
            onSend={change}
          />
        </Part>
      )}
      <ObjectActions
        noun={noun}
        item={item}
        onAction={setAction}
        onDone={() => setRound(round + 1)}
      />
      <Related noun={noun} item={item} />
      {history && (
        <Part title={t("admin.history")}>
          <Entries key={round} query={history} />
        </Part>
      )}
    </Frame>
  );
}

function Facts({ noun, item }: { noun: AnyNoun; item: unknown }) {
  return (
    <dl className="grid grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))] gap-x-6 gap-y-3 text-14">
      {noun.columns.map((column) => (
        <div key={column.label} className="min-w-0">
          <dt className="text-12 text-ink-3">{t(column.label)}</dt>
          <dd>
            <Cell value={column.show(item)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Related({ noun, item }: { noun: AnyNoun; item: unknown }) {
  const related = noun.related?.(item) ?? [];
  if (related.length === 0) return null;
  return (
    <Part title={t("admin.related")}>
      <ul className="flex flex-wrap gap-2">
        {related.map(({ noun: name, query }) => {
          const other = nounOf(name);
          return (
            other && (
              <li key={name}>
                <Link
                  href={`/admin/${name}/?${new URLSearchParams(query)}`}
                  className={buttonClass("secondary")}
                >
                  {t(other.label)}
                </Link>
              </li>
            )
          );
        })}
      </ul>
    </Part>
  );
}
