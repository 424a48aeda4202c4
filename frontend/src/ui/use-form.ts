import { type FormEvent, useState } from "react";
import { type Blame, useFormErrors } from "./form-errors";

/** What a `Field` needs of the form it is in. */
export type Bound = {
  name: string;
  value: string;
  error: string | undefined;
  onValue: (value: string) => void;
};

type SubmitOptions = {
  /** What HTML cannot say about the values, by field; null is fine. */
  check?: () => Record<string, string | null>;
  blame?: Blame;
  /** Gets what was thrown before the form shows it; true: there is nothing to show. */
  onError?: (error: unknown) => boolean;
};

/**
 * The state of a form of texts: values, what is wrong with them, and whether they are being sent.
 *
 * ```tsx
 * const form = useForm({ email: "" });
 * <form {...form.on(() => send(form.values))}>
 *   <FormAlert text={form.summary} />
 *   <Field {...form.bind("email")} label={…} required />
 *   <Button type="submit" busy={form.busy}>
 * ```
 */
export function useForm<Values extends Record<string, string>>(initial: Values) {
  const [values, setValues] = useState(initial);
  const [busy, setBusy] = useState(false);
  const errors = useFormErrors();

  const bind = (name: keyof Values & string): Bound => ({
    name,
    value: values[name] as string,
    error: errors.fields[name],
    onValue: (value: string) => {
      setValues((before) => ({ ...before, [name]: value }));
      errors.clear(name);
    },
  });

  /** What the `<form>` needs: checks, sends, and shows what was refused. One sending at a time. */
  const on = (send: () => Promise<void>, { check, blame, onError }: SubmitOptions = {}) => ({
    ref: errors.form,
    noValidate: true,
    onSubmit: async (event: FormEvent) => {
      event.preventDefault();
      if (busy || !errors.check(check?.())) return;
      setBusy(true);
      try {
        await send();
      } catch (error) {
        if (!onError?.(error)) errors.refuse(error, blame);
      } finally {
        setBusy(false);
      }
    },
  });

  return { ...errors, values, setValues, busy, bind, on };
}
