import { lazy, Suspense, useEffect, useState } from "react";
import { navigate } from "wouter/use-browser-location";
import { ApiError } from "../../api/error";
import type { ProviderRef } from "../../api/types";
import { t, withTexts } from "../../i18n";
import { loadServer } from "../../lib/server-name";
import { signIn } from "../../realtime/store";
import { Button } from "../../ui/button";
import { Checkbox } from "../../ui/checkbox";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { PasswordField } from "../../ui/password-field";
import { useTitle } from "../../ui/title";
import { useForm } from "../../ui/use-form";
import { AuthLayout } from "./AuthLayout";
import { AuthLink } from "./AuthLink";
import { PASSWORD_MAX, verifyState } from "./limits";

/** A login may be an e-mail address, so this is longer than a username. */
const LOGIN_MAX = 254;

/** Few accounts ask for a code: only they load the form for it. */
const CodeStep = lazy(() =>
  withTexts("account", import("./CodeStep")).then((module) => ({ default: module.CodeStep })),
);

/** Few servers have providers: only theirs load the buttons for them. */
const OtherWays = lazy(() =>
  withTexts("account", import("./OtherWays")).then((module) => ({ default: module.OtherWays })),
);

export type SignInValues = { username: string; password: string; totp: string };

type SignInProps = {
  /** Why the person is here although they were signed in a moment ago. */
  notice: string | null;
  signUpHref: string;
};

/** Name and password; then, where the account asks for it, the code of an authenticator. */
export function SignIn({ notice, signUpHref }: SignInProps) {
  const form = useForm<SignInValues>({ username: "", password: "", totp: "" });
  const [remember, setRemember] = useState(true);
  const [needsCode, setNeedsCode] = useState(false);
  const [providers, setProviders] = useState<readonly ProviderRef[]>([]);
  const { values, forget } = form;
  useTitle(t("auth.sign_in"));
  useEffect(() => {
    // Nobody waits for it: without an answer one signs in with a password.
    loadServer().then(
      (server) => setProviders(server.providers),
      () => undefined,
    );
  }, []);

  const send = () =>
    signIn({
      username: values.username.trim(),
      password: values.password,
      remember,
      ...(needsCode && { totp: values.totp.trim() }),
    });

  const onError = (error: unknown) => {
    if (!(error instanceof ApiError)) return false;
    if (error.code === "totp_required") {
      forget();
      setNeedsCode(true);
    } else if (error.code === "email_not_verified") {
      navigate("/verify-email/", { state: verifyState(values.username) });
    } else {
      return false;
    }
    return true;
  };

  const on = form.on(send, {
    blame: { bad_credentials: "password", totp_invalid: { field: "totp", text: true } },
    onError,
  });

  if (needsCode) {
    const back = () => {
      form.setValues({ username: values.username, password: "", totp: "" });
      forget();
      setNeedsCode(false);
    };
    return (
      <Suspense fallback={null}>
        <CodeStep form={form} on={on} onBack={back} />
      </Suspense>
    );
  }

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
      <form {...on} className="flex flex-col gap-4">
        <FormAlert text={form.summary} />
        {notice && !form.summary && (
          <p className="rounded-input bg-warn-soft px-3 py-2.5 text-13 text-warn-text">{notice}</p>
        )}
        <Field
          {...form.bind("username")}
          label={t("auth.username_or_email")}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus
          maxLength={LOGIN_MAX}
        />
        <PasswordField
          {...form.bind("password")}
          label={t("auth.password")}
          autoComplete="current-password"
          required
          maxLength={PASSWORD_MAX}
        />
        <div className="flex flex-wrap items-center justify-between gap-x-4">
          <Checkbox label={t("auth.remember")} checked={remember} onChange={setRemember} />
          <AuthLink href="/forgot-password/">{t("auth.forgot_link")}</AuthLink>
        </div>
        <Button type="submit" variant="primary" size="large" busy={form.busy}>
          {t("auth.sign_in")}
        </Button>
      </form>
      {providers.length > 0 && (
        <Suspense fallback={null}>
          <OtherWays providers={providers} remember={remember} />
        </Suspense>
      )}
    </AuthLayout>
  );
}
