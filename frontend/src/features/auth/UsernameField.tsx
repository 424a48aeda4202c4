import { Check } from "lucide-react";
import { useState } from "react";
import { t } from "../../i18n";
import { Field } from "../../ui/field";
import type { Bound } from "../../ui/use-form";
import { usernameProblem } from "./username";

/** Says while one types whether the name keeps the rules; complains only once it has been left. */
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
      after={
        problem === null &&
        !error && <Check aria-hidden="true" className="me-3 size-4 shrink-0 text-accent-text" />
      }
    />
  );
}
