import { useId } from "react";
import { cx } from "../lib/cx";

type SwitchProps = {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
};

/** A setting that is on or off, with its words to the left. */
export function Switch({ label, hint, checked, onChange, disabled }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex items-center justify-between gap-4">
      <label htmlFor={id} className="min-w-0 cursor-pointer">
        <span className="block text-14 font-medium">{label}</span>
        {hint && (
          <span id={`${id}-hint`} className="block text-13 text-ink-2">
            {hint}
          </span>
        )}
      </label>
      <button
        id={id}
        type="button"
        role="switch"
        aria-checked={checked}
        aria-label={label}
        aria-describedby={hint ? `${id}-hint` : undefined}
        disabled={disabled}
        onClick={() => onChange(!checked)}
        className={cx(
          "tap h-[1.375rem] w-9 shrink-0 rounded-full p-0.5 transition-colors duration-150 forced-colors:border disabled:opacity-60",
          checked ? "bg-accent" : "bg-line-strong",
        )}
      >
        <span
          className={cx(
            "block size-[1.125rem] rounded-full bg-accent-ink shadow-bar transition-transform duration-150 forced-colors:bg-[ButtonText]",
            checked && "translate-x-3.5",
          )}
        />
      </button>
    </div>
  );
}
