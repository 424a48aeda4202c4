import { useState } from "react";
import { api, call } from "../../api/client";
import type { TotpSecret } from "../../api/types";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { FormAlert } from "../../ui/form-alert";
import { useForm } from "../../ui/use-form";
import { CurrentPassword } from "./CurrentPassword";
import { wrongPassword } from "./limits";

/** It is off: asks for the password, and begins with a secret. */
export function TotpOff({ onSecret }: { onSecret: (secret: TotpSecret) => void }) {
  const [isAsking, setAsking] = useState(false);
  const form = useForm({ current_password: "" });

  const send = async () => onSecret(await call(api.POST("/api/auth/totp", { body: form.values })));

  if (!isAsking) {
    return (
      <Button variant="primary" onClick={() => setAsking(true)}>
        {t("settings.totp_begin")}
      </Button>
    );
  }
  return (
    <form {...form.on(send, { blame: wrongPassword() })} className="flex flex-col gap-4">
      <FormAlert text={form.summary} />
      <CurrentPassword bind={form.bind} autoFocus />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" busy={form.busy}>
          {t("settings.totp_continue")}
        </Button>
        <Button variant="ghost" onClick={() => setAsking(false)}>
          {t("common.cancel")}
        </Button>
      </div>
    </form>
  );
}
