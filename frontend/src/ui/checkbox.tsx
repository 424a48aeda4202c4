import { useId } from "react";

type CheckboxProps = { label: string; checked: boolean; onChange: (checked: boolean) => void };

/** A native checkbox with its words. */
export function Checkbox({ label, checked, onChange }: CheckboxProps) {
  const id = useId();
  return (
    <label
      htmlFor={id}
      className="flex min-h-6 cursor-pointer items-center gap-2 text-14 max-md:min-h-11"
    >
      <input
        id={id}
        type="checkbox"
        className="size-4 cursor-pointer"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {label}
    </label>
  );
}
