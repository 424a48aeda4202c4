import { type FormEvent, useState } from "react";
import { t } from "../../i18n";
import { signIn } from "../../realtime/store";
import { Button } from "../../ui/button";
import { Checkbox } from "../../ui/checkbox";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { useFormErrors } from "../../ui/form-errors";
import { PasswordField } from "../../ui/password-field";
import { AuthLayout } from "./AuthLayout";
import { AuthLink } from "./AuthLink";

/** A login may be an e-mail address, so this is longer than a username. */
const LOGIN_MAX = 254;
const PASSWORD_MAX = 1024;

type SignInProps = {
  /** Why the person is here although they were signed in a moment ago. */
  notice: string | null;
  signUpHref: string;
};

export function SignIn({ notice, signUpHref }: SignInProps) {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [remember, setRemember] = useState(true);
  const [busy, setBusy] = useState(false);
  const errors = useFormErrors();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !errors.check()) return;
    setBusy(true);
    try {
      await signIn({ username: username.trim(), password, remember });
    } catch (error) {
      errors.refuse(error, { bad_credentials: "password" });
      setBusy(false);
    }
  };

  return (
    <AuthLayout
      title={t("auth.sign_in_title")}
      text={t("auth.sign_in_text")}
      footer={
        <>
          {t("auth.no_account")} <AuthLink href={signUpHref}>{t("auth.sign_up")}</AuthLink>
        </>
      }
    >
      <form ref={errors.form} noValidate onSubmit={submit} className="flex flex-col gap-4">
        <FormAlert text={errors.summary} />
        {notice && !errors.summary && (
          <p className="rounded-input bg-warn-soft px-3 py-2.5 text-13 text-warn-text">{notice}</p>
        )}
        <Field
          label={t("auth.username_or_email")}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus
          maxLength={LOGIN_MAX}
          value={username}
          onValue={(value) => {
            setUsername(value);
            errors.clear("username");
          }}
          error={errors.fields.username}
        />
        <PasswordField
          label={t("auth.password")}
          name="password"
          autoComplete="current-password"
          required
          maxLength={PASSWORD_MAX}
          value={password}
          onValue={(value) => {
            setPassword(value);
            errors.clear("password");
          }}
          error={errors.fields.password}
        />
        <Checkbox label={t("auth.remember")} checked={remember} onChange={setRemember} />
        <Button type="submit" variant="primary" size="large" busy={busy}>
          {t("auth.sign_in")}
        </Button>
      </form>
    </AuthLayout>
  );
}
