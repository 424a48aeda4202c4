import { useState } from "react";
import { auth } from "../../api/auth";
import { post } from "../../api/post";
import { t } from "../../i18n";
import { serverName } from "../../lib/server-name";
import { useStore } from "../../realtime/store";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { useForm } from "../../ui/use-form";
import { AuthLayout } from "./AuthLayout";
import { AuthLink } from "./AuthLink";
import { EMAIL_MAX } from "./limits";

type VerifyAgainProps = { title: string; text: string; isOutcome?: boolean };

/**
 * Has the link that verifies an address sent once more. The server knows the address of somebody
 * who is signed in; anybody else names it, and is not told whether an account has it.
 * Until it is known who is here, there is nothing to send.
 */
export function VerifyAgain({ title, text, isOutcome = false }: VerifyAgainProps) {
  const status = useStore((state) => state.session.status);
  const isSignedIn = status === "signed_in";
  const [sentTo, setSentTo] = useState<string | null>(null);
  const form = useForm({ email: knownEmail() });
  const email = form.values.email.trim();

  const send = async () => {
    if (isSignedIn) await post("/api/auth/email/resend", {}, { token: await auth.accessToken() });
    else await post("/api/auth/email/resend", { email });
    setSentTo(email);
  };

  return (
    <AuthLayout
      isOutcome={isOutcome}
      title={title}
      text={text}
      footer={
        isSignedIn ? (
          <AuthLink href="/">{t("auth.verify.go_on", { name: serverName() })}</AuthLink>
        ) : (
          <AuthLink href="/login/">{t("auth.forgot.back")}</AuthLink>
        )
      }
    >
      <form {...form.on(send)} className="flex flex-col gap-4">
        <FormAlert text={form.summary} />
        {status === "signed_out" && (
          <Field
            {...form.bind("email")}
            label={t("auth.email")}
            type="email"
            autoComplete="email"
            required
            maxLength={EMAIL_MAX}
          />
        )}
        <Button
          type="submit"
          variant="primary"
          size="large"
          busy={form.busy || status === "booting"}
        >
          {t("auth.verify.send_again")}
        </Button>
        <p role="status" className={sentTo === null ? "-mt-4" : "text-14 text-ink-2"}>
          {sentTo !== null &&
            (isSignedIn ? t("auth.verify.sent") : t("auth.verify.sent_to", { email: sentTo }))}
        </p>
      </form>
    </AuthLayout>
  );
}

/** The address that signing in or up was tried with (`verifyState`); a person may still change it. */
function knownEmail(): string {
  const state: unknown = history.state;
  const known = typeof state === "object" && state !== null && "email" in state && state.email;
  return typeof known === "string" ? known : "";
}
