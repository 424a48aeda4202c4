import { t } from "../../i18n";
import { Field } from "../../ui/field";
import type { useFormErrors } from "../../ui/form-errors";
import { LongField } from "../../ui/long-field";
import { PasswordField } from "../../ui/password-field";
import { SelectField } from "../../ui/select-field";
import { Switch } from "../../ui/switch";
import { wordOf } from "./Cell";
import { LookupField } from "./LookupField";
import type { Input, Values } from "./types";

type InputFieldProps = {
  input: Input;
  values: Values;
  errors: ReturnType<typeof useFormErrors>;
  isLocked: boolean;
  onValue: (value: string | boolean) => void;
};

/** One field of a form, of the kind that its noun says. */
export function InputField({ input, values, errors, isLocked, onValue }: InputFieldProps) {
  const { field, type, hint } = input;
  const label = t(input.label);
  const hintText = isLocked ? t("admin.superusers_only") : hint && t(hint);
  if (type === "switch") {
    return (
      <Switch
        label={label}
        {...(hintText ? { hint: hintText } : {})}
        checked={values[field] === true}
        disabled={isLocked}
        onChange={onValue}
      />
    );
  }
  const value = String(values[field] ?? "");
  const shared = {
    label,
    name: field,
    value,
    onValue,
    hint: hintText,
    error: errors.fields[field],
    required: input.required === true,
    minLength: input.min,
    maxLength: input.max,
    ...(input.required ? {} : { aside: t("common.optional") }),
  };
  if (type === "choice") {
    const choices = (input.words ?? []).map((word) => ({ value: word, label: wordOf(word) }));
    return (
      <SelectField label={label} name={field} value={value} choices={choices} onValue={onValue} />
    );
  }
  if (type === "long") return <LongField {...shared} />;
  if (type === "user" || type === "room") return <LookupField {...shared} type={type} />;
  if (type === "password") return <PasswordField {...shared} autoComplete="new-password" />;
  return <Field {...shared} type={type} autoComplete="off" spellCheck={false} />;
}
