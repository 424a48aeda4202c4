import { useEffect, useId, useState } from "react";
import { Field, type FieldProps } from "../../ui/field";
import { suggest } from "./lookup";

const ASK_AFTER_MS = 200;

/** A field for the name of somebody or of a room, with the browser's own list of what fits. */
export function LookupField({
  type,
  ...field
}: Omit<FieldProps, "type" | "value"> & { type: "user" | "room"; value: string }) {
  const id = useId();
  const [names, setNames] = useState<string[]>([]);
  const { value } = field;
  useEffect(() => {
    if (value.trim() === "") return setNames([]);
    let isOver = false;
    const timer = setTimeout(() => {
      // Without suggestions one types the whole of it.
      suggest(type, value).then(
        (found) => !isOver && setNames(found),
        () => undefined,
      );
    }, ASK_AFTER_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [type, value]);
  return (
    <>
      <Field {...field} list={id} autoComplete="off" spellCheck={false} />
      <datalist id={id}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
