import { useId } from "react";

type LongFieldProps = {
  label: string;
  name: string;
  value: string;
  onValue: (value: string) => void;
  maxLength?: number | undefined;
  error?: string | undefined;
  /** A word after the label: "optional". */
  aside?: string;
};

/** A labelled text of several lines. */
export function LongField({ label, error, aside, onValue, ...input }: LongFieldProps) {
  const id = useId();
  return (
    <div>
      <div className="mb-1.5 flex items-baseline justify-between gap-2 text-13">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {aside && <span className="text-12 text-ink-3">{aside}</span>}
      </div>
      <div className="input-shell flex" data-invalid={error !== undefined}>
        <textarea
          {...input}
          id={id}
          rows={3}
          dir="auto"
          aria-invalid={error !== undefined || undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          onChange={(event) => onValue(event.currentTarget.value)}
          className="min-w-0 flex-1 rounded-input bg-transparent px-3 py-2 text-15"
        />
      </div>
      {error && (
        <p id={`${id}-error`} className="mt-1.5 text-12 text-danger-text">
          {error}
        </p>
      )}
    </div>
  );
}
