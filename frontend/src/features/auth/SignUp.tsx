import { Check } from "lucide-react";
import { type FormEvent, useState } from "react";
import { t } from "../../i18n";
import { signUp } from "../../realtime/store";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { useFormErrors } from "../../ui/form-errors";
import { PasswordField } from "../../ui/password-field";
import { AuthLayout } from "./AuthLayout";
import { AuthLink } from "./AuthLink";
import { usernameProblem } from "./username";

const DISPLAY_NAME_MAX = 64;
const EMAIL_MAX = 254;
const PASSWORD_MIN = 8;
const PASSWORD_MAX = 1024;

const EMPTY = { username: "", display_name: "", email: "", password: "" };
type Values = typeof EMPTY;

export function SignUp({ signInHref }: { signInHref: string }) {
  const [values, setValues] = useState<Values>(EMPTY);
  const [busy, setBusy] = useState(false);
  const errors = useFormErrors();
  const problem = usernameProblem(values.username);

  const bind = (name: keyof Values) => ({
    name,
    value: values[name],
    error: errors.fields[name],
    onValue: (value: string) => {
      setValues((before) => ({ ...before, [name]: value }));
      errors.clear(name);
    },
  });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !errors.check({ username: problem && t(problem) })) return;
    setBusy(true);
    const { email, display_name } = values;
    try {
      await signUp({
        username: values.username,
        password: values.password,
        ...(email.trim() && { email: email.trim() }),
        ...(display_name.trim() && { display_name: display_name.trim() }),
      });
    } catch (error) {
      errors.refuse(error, { username_taken: "username" });
      setBusy(false);
    }
  };

  return (
    <AuthLayout
      title={t("auth.sign_up_title")}
      text={t("auth.sign_up_text")}
      footer={
        <>
          {t("auth.have_account")} <AuthLink href={signInHref}>{t("auth.sign_in")}</AuthLink>
        </>
      }
    >
      <form ref={errors.form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <FormAlert text={errors.summary} />
        <UsernameField {...bind("username")} problem={problem && t(problem)} />
        <Field
          {...bind("display_name")}
          label={t("auth.display_name")}
          aside={t("common.optional")}
          autoComplete="name"
          maxLength={DISPLAY_NAME_MAX}
        />
        <Field
          {...bind("email")}
          label={t("auth.email")}
          aside={t("common.optional")}
          type="email"
          autoComplete="email"
          maxLength={EMAIL_MAX}
        />
        <PasswordField
          {...bind("password")}
          label={t("auth.password")}
          hint={t("auth.password_hint")}
          autoComplete="new-password"
          required
          minLength={PASSWORD_MIN}
          maxLength={PASSWORD_MAX}
        />
        <Button type="submit" variant="primary" size="large" busy={busy}>
          {t("auth.sign_up")}
        </Button>
      </form>
    </AuthLayout>
  );
}

type UsernameFieldProps = {
  name: string;
  value: string;
  error: string | undefined;
  onValue: (value: string) => void;
  /** What is wrong with its shape, as it stands. */
  problem: string | null;
};

/** Says while one types whether the name keeps the rules; complains only once it has been left. */
function UsernameField({ problem, error, ...field }: UsernameFieldProps) {
  const [left, setLeft] = useState(false);
  const live = left && field.value !== "" ? problem : null;
  return (
    <Field
      {...field}
      label={t("auth.username")}
      hint={t("auth.username_hint")}
      error={error ?? live ?? undefined}
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
