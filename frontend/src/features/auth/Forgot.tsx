import { useState } from "react";
import { post } from "../../api/post";
import { rich, t } from "../../i18n";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { useTitle } from "../../ui/title";
import { useForm } from "../../ui/use-form";
import { AuthLayout } from "./AuthLayout";
import { AuthLink } from "./AuthLink";
import { EMAIL_MAX } from "./limits";

/** Asks for a link to choose a new password. Whether an account has the address is not said. */
export function Forgot() {
  const [sentTo, setSentTo] = useState<string | null>(null);
  const form = useForm({ email: "" });
  const email = form.values.email.trim();
  useTitle(t(sentTo ? "auth.forgot.sent_title" : "auth.forgot.title"));

  const send = async () => {
    await post("/api/auth/password/reset", { email });
    setSentTo(email);
  };
  const back = <AuthLink href="/login/">{t("auth.forgot.back")}</AuthLink>;

  if (sentTo) {
    return (
      <AuthLayout
        isOutcome
        title={t("auth.forgot.sent_title")}
        text={rich("auth.forgot.sent_text", {
          email: <strong className="font-medium break-words text-ink">{sentTo}</strong>,
        })}
        footer={back}
      >
        <Button size="large" className="w-full" onClick={() => setSentTo(null)}>
          {t("auth.forgot.again")}
        </Button>
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={t("auth.forgot.title")} text={t("auth.forgot.text")} footer={back}>
      <form {...form.on(send)} className="flex flex-col gap-4">
        <FormAlert text={form.summary} />
        <Field
          {...form.bind("email")}
          label={t("auth.email")}
          type="email"
          autoComplete="email"
          required
          autoFocus
          maxLength={EMAIL_MAX}
        />
        <Button type="submit" variant="primary" size="large" busy={form.busy}>
          {t("auth.forgot.send")}
        </Button>
      </form>
    </AuthLayout>
  );
}
