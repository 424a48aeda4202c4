import { type ReactNode, useId } from "react";

type Choice<T extends string> = { value: T; label: ReactNode; lang?: string; icon?: ReactNode };

type ChoiceListProps<T extends string> = {
  label: string;
  value: T;
  choices: readonly Choice<T>[];
  onChange: (value: T) => void;
};

/** One of a few: native radio buttons in rows of 44 px. */
export function ChoiceList<T extends string>({
  label,
  value,
  choices,
  onChange,
}: ChoiceListProps<T>) {
  const name = useId();
  return (
    <fieldset className="overflow-clip rounded-input shadow-ring-line">
      <legend className="sr-only">{label}</legend>
      {choices.map((choice) => (
        <label
          key={choice.value}
          lang={choice.lang}
          className="flex h-11 cursor-pointer items-center gap-3 border-line px-3.5 text-14 not-first-of-type:border-t hover:bg-hover has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name={name}
            className="size-4 cursor-pointer"
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          {choice.icon && <span className="text-ink-2 [&>svg]:size-4">{choice.icon}</span>}
          {choice.label}
        </label>
      ))}
    </fieldset>
  );
}
