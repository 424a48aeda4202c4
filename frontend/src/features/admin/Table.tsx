import { ArrowDown, ArrowUp } from "lucide-react";
import { Link } from "wouter";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { Cell } from "./Cell";
import { InListSwitch } from "./InListSwitch";
import type { AnyNoun, Column } from "./types";

type TableProps = {
  noun: AnyNoun;
  items: readonly unknown[];
  ordering: string | undefined;
  onOrder: (ordering: string) => void;
  /** By id: what the next action is for. */
  chosen: ReadonlyMap<string, unknown>;
  onChoose: (chosen: ReadonlyMap<string, unknown>) => void;
};

/** The rows of a list; the first column leads to the object. */
export function Table({ noun, items, ordering, onOrder, chosen, onChoose }: TableProps) {
  const columns = noun.columns.filter((column) => !column.isDetail);
  const isSuperuser = useStore((state) => selectMe(state)?.is_superuser ?? false);
  const canChoose = noun.actions.length > 0;
  const free = items.filter((item) => noun.isChangeable?.(item) ?? true);
  const isAll = free.length > 0 && free.every((item) => chosen.has(noun.id(item)));
  const toggle = (id: string, item: unknown) => {
    const next = new Map(chosen);
    if (!next.delete(id)) next.set(id, item);
    onChoose(next);
  };
  if (items.length === 0) {
    return <p className="py-8 text-center text-14 text-ink-2">{t("admin.nothing")}</p>;
  }
  return (
    <table className="w-full table-auto border-collapse text-14">
      <caption className="sr-only">{t(noun.label)}</caption>
      <thead>
        <tr className="border-b border-line text-start text-12 text-ink-3">
          {canChoose && (
            <th scope="col" className="w-8 p-0">
              <Tick
                label={t("admin.choose_all")}
                isOn={isAll}
                disabled={free.length === 0}
                onChange={() =>
                  onChoose(new Map(isAll ? [] : free.map((item) => [noun.id(item), item])))
                }
              />
            </th>
          )}
          {columns.map((column) => (
            <Head key={column.label} column={column} ordering={ordering} onOrder={onOrder} />
          ))}
        </tr>
      </thead>
      <tbody>
        {items.map((item) => {
          const id = noun.id(item);
          return (
            <tr key={id} className={cx("border-b border-line", chosen.has(id) && "bg-accent-soft")}>
              {canChoose && (
                <td className="p-0">
                  <Tick
                    label={t("admin.choose", { name: noun.title(item) })}
                    isOn={chosen.has(id)}
                    disabled={!free.includes(item)}
                    onChange={() => toggle(id, item)}
                  />
                </td>
              )}
              {columns.map((column, index) => (
                <td key={column.label} className={cx("h-13 px-2 py-1.5", aside(column))}>
                  {index === 0 ? (
                    <Link
                      href={`/admin/${noun.name}/${id}/`}
                      className="font-medium text-ink hover:underline"
                    >
                      <Cell value={column.show(item) ?? noun.title(item)} />
                    </Link>
                  ) : column.flag && (isSuperuser || !column.superuser) ? (
                    <InListSwitch
                      key={String(column.show(item))}
                      label={`${t(column.label)}: ${noun.title(item)}`}
                      path={`${noun.name}/${id}`}
                      field={column.flag}
                      isOn={column.show(item) === true}
                    />
                  ) : (
                    <Cell value={column.show(item)} />
                  )}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function aside(column: Column<unknown>): string | false {
  return column.isAside === true && "max-md:hidden";
}

function Head({
  column,
  ordering,
  onOrder,
}: {
  column: Column<unknown>;
  ordering: string | undefined;
  onOrder: (ordering: string) => void;
}) {
  const { sort } = column;
  const isUp = sort !== undefined && ordering === sort;
  const isDown = sort !== undefined && ordering === `-${sort}`;
  const label = t(column.label);
  return (
    <th
      scope="col"
      aria-sort={isUp ? "ascending" : isDown ? "descending" : undefined}
      className={cx("px-2 py-2 text-start font-medium", aside(column))}
    >
      {sort ? (
        <button
          type="button"
          onClick={() => onOrder(isUp ? `-${sort}` : sort)}
          className="tap inline-flex items-center gap-1 rounded-control hover:text-ink"
        >
          {label}
          {isUp && <ArrowUp aria-hidden="true" className="size-3.5" />}
          {isDown && <ArrowDown aria-hidden="true" className="size-3.5" />}
        </button>
      ) : (
        label
      )}
    </th>
  );
}

type TickProps = { label: string; isOn: boolean; disabled: boolean; onChange: () => void };

function Tick({ label, isOn, disabled, onChange }: TickProps) {
  return (
    // The whole of the cell can be pressed.
    <label
      className={cx(
        "flex size-8 items-center justify-center max-md:size-11",
        !disabled && "cursor-pointer",
      )}
    >
      <input
        type="checkbox"
        aria-label={label}
        checked={isOn}
        disabled={disabled}
        onChange={onChange}
        className="size-4 not-disabled:cursor-pointer"
      />
    </label>
  );
}
