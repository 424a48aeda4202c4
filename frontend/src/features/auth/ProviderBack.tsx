import { useEffect, useState } from "react";
import { navigate } from "wouter/use-browser-location";
import { api, call } from "../../api/client";
import { ApiError } from "../../api/error";
import { type Kept, takeAnswer, takeKept } from "../../app/providers";
import { t } from "../../i18n";
import { enter } from "../../realtime/store";
import { buttonClass } from "../../ui/button";
import { errorText } from "../../ui/form-errors";
import { useTitle } from "../../ui/title";
import { toast } from "../../ui/toast-store";
import { useForm } from "../../ui/use-form";
import { AuthLayout } from "./AuthLayout";
import { AuthLink } from "./AuthLink";
import { CodeStep } from "./CodeStep";
import type { SignInValues } from "./SignIn";

type Step =
  | { name: "waiting" }
  | { name: "code"; ticket: string; next: string }
  | { name: "verify"; email: string }
  | { name: "failed"; text: string; connects: boolean };

/** Where the browser comes back to from a provider: signs in, or connects the provider. */
export function ProviderBack() {
  const [step, setStep] = useState<Step>({ name: "waiting" });
  const title = t(step.name === "failed" ? "auth.provider.failed" : "auth.provider.waiting");
  useTitle(title);

  useEffect(() => {
    void finish(setStep);
  }, []);

  if (step.name === "code") {
    return <ProviderCode ticket={step.ticket} next={step.next} />;
  }
  if (step.name === "verify") {
    return (
      <AuthLayout
        isOutcome
        title={t("auth.provider.verify_title")}
        text={t("auth.provider.verify", { email: step.email })}
      >
        <AuthLink href="/login/" className={`${buttonClass("primary", "large")} w-full`}>
          {t("auth.sign_in")}
        </AuthLink>
      </AuthLayout>
    );
  }
  if (step.name === "failed") {
    return (
      <AuthLayout isOutcome title={title} text={<span role="alert">{step.text}</span>}>
        <AuthLink
          href={step.connects ? "/settings/security/" : "/login/"}
          className={`${buttonClass("primary", "large")} w-full`}
        >
          {t(step.connects ? "common.back" : "auth.sign_in")}
        </AuthLink>
      </AuthLayout>
    );
  }
  return <AuthLayout title={title} text={t("app.loading")} />;
}

async function finish(setStep: (step: Step) => void): Promise<void> {
  const kept = takeKept();
  const answer = takeAnswer();
  const connects = kept?.connects ?? false;
  if (!kept || !answer) {
    const text = t(kept ? "auth.provider.refused" : "auth.provider.lost");
    return setStep({ name: "failed", text, connects });
  }
  try {
    if (connects) await connect(kept, answer);
    else await signIn(kept, answer, setStep);
  } catch (error) {
    setStep({ name: "failed", text: errorText(error), connects });
  }
}

type Answer = NonNullable<ReturnType<typeof takeAnswer>>;

async function connect(kept: Kept, answer: Answer): Promise<void> {
  await call(api.POST("/api/auth/identities", { body: { ticket: kept.ticket, ...answer } }));
  toast(t("auth.provider.connected", { name: kept.label }));
  navigate(kept.next, { replace: true });
}

async function signIn(kept: Kept, answer: Answer, setStep: (step: Step) => void): Promise<void> {
  try {
    await enter("/api/auth/oidc/finish", { ticket: kept.ticket, ...answer });
    navigate(kept.next, { replace: true });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 202) throw error;
    const { code, detail } = error;
    if (code === "totp_required") setStep({ name: "code", ticket: detail, next: kept.next });
    else setStep({ name: "verify", email: detail });
  }
}

/** The account asks for the code of an authenticator as well. */
function ProviderCode({ ticket, next }: { ticket: string; next: string }) {
  const form = useForm<SignInValues>({ username: "", password: "", totp: "" });
  const send = async () => {
    await enter("/api/auth/oidc/confirm", { ticket, totp: form.values.totp.trim() });
    navigate(next, { replace: true });
  };
  const onError = (error: unknown) => {
    const isOver = error instanceof ApiError && error.code === "sign_in_expired";
    if (isOver) navigate("/login/", { replace: true });
    return isOver;
  };
  const on = form.on(send, { blame: { totp_invalid: { field: "totp", text: true } }, onError });
  return <CodeStep form={form} on={on} onBack={() => navigate("/login/", { replace: true })} />;
}
