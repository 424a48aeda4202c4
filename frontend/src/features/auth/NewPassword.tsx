import { useState } from "react";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { PasswordField } from "../../ui/password-field";
import type { Bound } from "../../ui/use-form";
import { PASSWORD_MAX, PASSWORD_MIN } from "./limits";
import { LEVELS, strengthOf } from "./strength";

type NewPasswordValues = { password: string; password_again: string };

type NewPasswordProps = {
  values: NewPasswordValues;
  bind: (name: keyof NewPasswordValues) => Bound;
  /** What is easily known of the person: a password made of it is weak. */
  words: readonly string[];
};

/** A new password, twice, since one does not see what one types. Tells how good it is meanwhile. */
export function NewPassword({ values, bind, words }: NewPasswordProps) {
  const [left, setLeft] = useState(false);
  const again = bind("password_again");
  const live = left && again.value !== "" ? passwordsDiffer(values) : null;
  return (
    <>
      <PasswordField
        {...bind("password")}
        label={t("auth.password")}
        hint={
          values.password === "" ? (
            t("auth.password_hint")
          ) : (
            <Strength password={values.password} words={words} />
          )
        }
        autoComplete="new-password"
        required
        minLength={PASSWORD_MIN}
        maxLength={PASSWORD_MAX}
      />
      <PasswordField
        {...again}
        label={t("auth.password_again")}
        error={again.error ?? live ?? undefined}
        autoComplete="new-password"
        required
        maxLength={PASSWORD_MAX}
        onBlur={() => setLeft(true)}
      />
    </>
  );
}

/** What to tell at the second field, for the form's `check`; null where both are the same. */
export function passwordsDiffer({ password, password_again }: NewPasswordValues): string | null {
  return password === password_again ? null : t("auth.password_differ");
}

const COLOURS = { weak: "bg-danger", fair: "bg-away", good: "bg-online", strong: "bg-online" };

/** Four bars and the word for them. */
function Strength({ password, words }: { password: string; words: readonly string[] }) {
  const level = strengthOf(password, words);
  const reached = LEVELS.indexOf(level);
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden="true" className="flex w-24 shrink-0 gap-1">
        {LEVELS.map((each, at) => (
          <span
            key={each}
            className={cx(
              "h-1 flex-1 rounded-full forced-colors:border",
              at <= reached ? COLOURS[level] : "bg-line-strong",
            )}
          />
        ))}
      </span>
      {t(`auth.strength.${level}`)}
    </span>
  );
}
