import { ChevronDown } from "lucide-react";
import { useId } from "react";

type SelectFieldProps<T extends string> = {
  label: string;
  name: string;
  value: T;
  choices: readonly { value: T; label: string }[];
  onValue: (value: T) => void;
  className?: string;
};

/** A labelled native list of choices, 40 px: the browser's own, so that every device has its way. */
export function SelectField<T extends string>({
  label,
  name,
  value,
  choices,
  onValue,
  className,
}: SelectFieldProps<T>) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-13 font-medium">
        {label}
      </label>
      <div className="input-shell relative flex h-10 items-center max-md:h-11">
        <select
          id={id}
          name={name}
          value={value}
          onChange={(event) => onValue(event.currentTarget.value as T)}
          className="h-full w-full cursor-pointer appearance-none rounded-input bg-transparent ps-3 pe-9 text-15 outline-none"
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value} className="bg-raised text-ink">
              {choice.label}
            </option>
          ))}
        </select>
        <ChevronDown
          aria-hidden="true"
          className="pointer-events-none absolute inset-e-3 size-4 text-ink-2"
        />
      </div>
    </div>
  );
}
