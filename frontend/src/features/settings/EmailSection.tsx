import { useState } from "react";
import { api, call } from "../../api/client";
import type { Me } from "../../api/types";
import { rich, t } from "../../i18n";
import { refreshMe } from "../../realtime/store";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { toast } from "../../ui/toast-store";
import { useForm } from "../../ui/use-form";
import { CurrentPassword } from "./CurrentPassword";
import { EmailState } from "./EmailState";
import { EMAIL_MAX, wrongPassword } from "./limits";
import { SettingsSection } from "./SettingsSection";
import { useFreshMe } from "./use-fresh-me";

const EMPTY = { email: "", current_password: "" };

/** Where mails go. Another address takes its place once the link that is sent there was opened. */
export function EmailSection({ me }: { me: Me }) {
  useFreshMe();
  const form = useForm(EMPTY);
  const [pending, setPending] = useState<string | null>(null);
  const isPending = pending !== null && !(me.email === pending && me.email_verified);

  const send = async () => {
    const email = form.values.email.trim();
    await call(api.POST("/api/auth/email/change", { body: { ...form.values, email } }));
    form.setValues(EMPTY);
    // Where addresses are not verified it has changed already.
    const now = await refreshMe().catch(() => me);
    if (now.email === email && me.email !== email) toast(t("settings.saved"));
    else setPending(email);
  };

  return (
    <SettingsSection title={t("settings.email")} text={t("settings.email_text")}>
      <EmailState me={me} pending={isPending} />
      {isPending && (
        <p role="status" className="mb-4 rounded-input bg-accent-soft px-3 py-2.5 text-13">
          {rich("settings.email_pending", {
            email: <strong className="font-medium break-words">{pending}</strong>,
          })}
        </p>
      )}
      <form {...form.on(send, { blame: wrongPassword() })} className="flex flex-col gap-4">
        <FormAlert text={form.summary} />
        <Field
          {...form.bind("email")}
          label={t(me.email ? "settings.email_new" : "auth.email")}
          type="email"
          autoComplete="email"
          required
          maxLength={EMAIL_MAX}
        />
        <CurrentPassword bind={form.bind} />
        <Button type="submit" variant="primary" className="self-start" busy={form.busy}>
          {t(me.email ? "settings.email_change" : "settings.email_add")}
        </Button>
      </form>
    </SettingsSection>
  );
}
