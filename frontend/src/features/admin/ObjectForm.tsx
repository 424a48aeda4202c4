import { type FormEvent, useState } from "react";
import type { Me } from "../../api/types";
import { Button } from "../../ui/button";
import { FormAlert } from "../../ui/form-alert";
import { useFormErrors } from "../../ui/form-errors";
import { InputField } from "./InputField";
import { idOf } from "./lookup";
import type { Input, Values } from "./types";

type ObjectFormProps = {
  inputs: readonly Input[];
  values: Values;
  me: Me;
  /** For an object that is there only what was changed is sent: others may be changing the rest. */
  isNew: boolean;
  action: string;
  onSend: (body: Record<string, unknown>) => Promise<void>;
};

/** The fields of an object, to be changed or filled in for a new one. */
export function ObjectForm({ inputs, values: first, me, isNew, action, onSend }: ObjectFormProps) {
  const [before, setBefore] = useState(first);
  const [values, setValues] = useState(first);
  const [busy, setBusy] = useState(false);
  const errors = useFormErrors();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !errors.check()) return;
    setBusy(true);
    try {
      const changed = inputs.filter(({ field }) =>
        isNew ? values[field] !== "" : values[field] !== before[field],
      );
      const entries = changed
        .filter((input) => !isLocked(input, me))
        .map(async (input) => [input.field, await sent(input, values)] as const);
      await onSend(Object.fromEntries(await Promise.all(entries)));
      setBefore(values);
    } catch (error) {
      errors.refuse(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      ref={errors.form}
      noValidate
      onSubmit={submit}
      className="flex max-w-[30rem] flex-col gap-4"
    >
      <FormAlert text={errors.summary} />
      {inputs.map((input) => (
        <InputField
          key={input.field}
          input={input}
          values={values}
          errors={errors}
          isLocked={isLocked(input, me)}
          onValue={(value) => {
            setValues((current) => ({ ...current, [input.field]: value }));
            errors.clear(input.field);
          }}
        />
      ))}
      <Button type="submit" variant="primary" busy={busy} className="self-start">
        {action}
      </Button>
    </form>
  );
}

function isLocked(input: Input, me: Me): boolean {
  return input.superuser === true && !me.is_superuser;
}

/** A field as the server takes it: names as ids, an address that was taken away as null. */
function sent({ field, type }: Input, values: Values): Promise<unknown> | unknown {
  const value = values[field];
  if ((type === "user" || type === "room") && typeof value === "string") {
    return idOf(type, value, field);
  }
  if (type === "email" && value === "") return null;
  return typeof value === "string" && type !== "password" ? value.trim() : value;
}
