import { useState } from "react";
import { t } from "../../i18n";
import { Field } from "../../ui/field";
import type { Bound } from "../../ui/use-form";
import { usernameProblem } from "./username";

/**
 * Says while one types whether the name keeps the rules, once it has been left. Whether somebody has it is said by
 * signing up alone: whoever asks for names one by one learns nothing.
 */
export function UsernameField({ error, ...field }: Bound) {
  const [left, setLeft] = useState(false);
  const problem = usernameProblem(field.value);
  const live = left && field.value !== "" && problem ? t(problem) : undefined;
  return (
    <Field
      {...field}
      label={t("auth.username")}
      hint={t("auth.username_hint")}
      error={error ?? live}
      required
      autoFocus
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      onBlur={() => setLeft(true)}
    />
  );
}
