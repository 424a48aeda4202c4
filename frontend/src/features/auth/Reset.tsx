import { useState } from "react";
import { ApiError } from "../../api/error";
import { post } from "../../api/post";
import { t } from "../../i18n";
import { forgetMailedToken } from "../../lib/mailed-link";
import { Button, buttonClass } from "../../ui/button";
import { FormAlert } from "../../ui/form-alert";
import { PasswordField } from "../../ui/password-field";
import { useTitle } from "../../ui/title";
import { useForm } from "../../ui/use-form";
import { AuthLayout } from "./AuthLayout";
import { AuthLink } from "./AuthLink";
import { PASSWORD_MAX, PASSWORD_MIN } from "./limits";
import { keepOutcome, keptOutcome, type Outcome } from "./outcome";

type Step = "choose" | "done" | "invalid" | "missing";

const TITLES = {
  choose: "auth.reset.title",
  done: "auth.reset.done_title",
  invalid: "auth.link.invalid_title",
  missing: "auth.reset.title",
} as const;
const TEXTS = {
  choose: "auth.reset.text",
  done: "auth.reset.done_text",
  invalid: "auth.link.invalid_text",
  missing: "auth.link.missing_text",
} as const;

/** Chooses a new password by a mailed link, which is good once and for an hour. */
export function Reset({ token }: { token: string | null }) {
  const [step, setStep] = useState<Step>(token === null ? (keptOutcome() ?? "missing") : "choose");
  const form = useForm({ new_password: "" });
  const title = t(TITLES[step]);
  useTitle(title);

  const end = (outcome: Outcome) => {
    forgetMailedToken();
    keepOutcome(outcome);
    setStep(outcome);
  };
  const send = async () => {
    await post("/api/auth/password/reset/confirm", {
      token,
      new_password: form.values.new_password,
    });
    end("done");
  };
  const onError = (error: unknown) => {
    const isInvalid =
      error instanceof ApiError && (error.code === "link_invalid" || error.field("token") !== null);
    if (!isInvalid) return false;
    end("invalid");
    return true;
  };

  if (step !== "choose") {
    const [href, label] =
      step === "done"
        ? (["/login/", "auth.sign_in"] as const)
        : (["/forgot-password/", "auth.reset.ask"] as const);
    return (
      <AuthLayout isOutcome={step !== "missing"} title={title} text={t(TEXTS[step])}>
        <AuthLink href={href} className={`${buttonClass("primary", "large")} w-full`}>
          {t(label)}
        </AuthLink>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={title} text={t(TEXTS[step])}>
      <form {...form.on(send, { onError })} className="flex flex-col gap-4">
        <FormAlert text={form.summary} />
        <PasswordField
          {...form.bind("new_password")}
          label={t("auth.reset.new")}
          hint={t("auth.password_hint")}
          autoComplete="new-password"
          required
          autoFocus
          minLength={PASSWORD_MIN}
          maxLength={PASSWORD_MAX}
        />
        <Button type="submit" variant="primary" size="large" busy={form.busy}>
          {t("auth.reset.save")}
        </Button>
      </form>
    </AuthLayout>
  );
}
