import { Search } from "lucide-react";
import type { ComponentProps } from "react";
import { cx } from "../lib/cx";

type SearchFieldProps = Omit<ComponentProps<"input">, "onChange" | "type"> & {
  label: string;
  onValue: (value: string) => void;
};

/** A search line on a grey ground; its label is its placeholder. */
export function SearchField({ label, onValue, className, ...input }: SearchFieldProps) {
  return (
    <div
      className={cx(
        "flex h-10 items-center gap-2 rounded-input bg-hover px-3 focus-within:shadow-focus max-md:h-11",
        className,
      )}
    >
      <Search aria-hidden="true" className="size-[1.125rem] shrink-0 text-ink-3" />
      <input
        {...input}
        type="search"
        aria-label={label}
        placeholder={label}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onValue(event.currentTarget.value)}
        className="h-full min-w-0 flex-1 bg-transparent text-15"
      />
    </div>
  );
}
