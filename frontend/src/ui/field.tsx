import { type ComponentProps, type ReactNode, useEffect, useId, useRef } from "react";
import { cx } from "../lib/cx";

export type FieldProps = Omit<ComponentProps<"input">, "onChange" | "id" | "ref"> & {
  label: string;
  hint?: ReactNode;
  /** Why the value is refused; marks the field and is read with it. Empty where the form says it already. */
  error?: string | undefined;
  /** A word after the label: "optional". */
  aside?: string;
  /** Something at the end of the field: show-password, a tick. */
  after?: ReactNode;
  onValue: (value: string) => void;
};

/** A labelled line of text, 40 px. */
export function Field({
  label,
  hint,
  error,
  aside,
  after,
  onValue,
  className,
  ...input
}: FieldProps) {
  const id = useId();
  const element = useRef<HTMLInputElement>(null);
  const { autoFocus } = input;
  useEffect(() => {
    // The attribute alone counts for a page that is loading, not for a screen that comes later.
    if (autoFocus) element.current?.focus();
  }, [autoFocus]);
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return (
    <div className={className}>
      <div className="mb-1.5 flex items-baseline justify-between gap-2 text-13">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {aside && <span className="text-12 text-ink-3">{aside}</span>}
      </div>
      <div
        className="input-shell flex h-10 items-center max-md:h-11"
        data-invalid={error !== undefined}
      >
        <input
          {...input}
          ref={element}
          id={id}
          aria-invalid={error !== undefined || undefined}
          aria-describedby={described || undefined}
          onChange={(event) => onValue(event.currentTarget.value)}
          className="h-full min-w-0 flex-1 rounded-input bg-transparent px-3 text-15"
        />
        {after}
      </div>
      {error && (
        <p id={`${id}-error`} className="mt-1.5 text-12 text-danger-text">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className={cx("mt-1.5 text-12 text-ink-3", error && "sr-only")}>
          {hint}
        </p>
      )}
    </div>
  );
}
