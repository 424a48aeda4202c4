import { Check } from "lucide-react";
import { useState } from "react";
import { navigate } from "wouter/use-browser-location";
import { ApiError } from "../../api/error";
import { t } from "../../i18n";
import { signUp } from "../../realtime/store";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { PasswordField } from "../../ui/password-field";
import { useForm } from "../../ui/use-form";
import { AuthLayout } from "./AuthLayout";
import { AuthLink } from "./AuthLink";
import { EMAIL_MAX, PASSWORD_MAX, PASSWORD_MIN, verifyState } from "./limits";
import { usernameProblem } from "./username";

const DISPLAY_NAME_MAX = 64;

export function SignUp({ signInHref }: { signInHref: string }) {
  const form = useForm({ username: "", display_name: "", email: "", password: "" });
  const { values, bind } = form;
  const problem = usernameProblem(values.username);

  const send = () =>
    signUp({
      username: values.username,
      password: values.password,
      ...(values.email.trim() && { email: values.email.trim() }),
      ...(values.display_name.trim() && { display_name: values.display_name.trim() }),
    });

  /** The account is there: what is missing is the link in the mail. */
  const onError = (error: unknown) => {
    if (!(error instanceof ApiError) || error.code !== "email_not_verified") return false;
    navigate("/verify-email/", { state: verifyState(values.email) });
    return true;
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
      <form
        {...form.on(send, {
          check: () => ({ username: problem && t(problem) }),
          blame: { username_taken: "username" },
          onError,
        })}
        className="flex flex-col gap-4"
      >
        <FormAlert text={form.summary} />
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
        <Button type="submit" variant="primary" size="large" busy={form.busy}>
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
