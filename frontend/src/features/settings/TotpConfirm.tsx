import { Copy } from "lucide-react";
import { api, call } from "../../api/client";
import type { TotpSecret } from "../../api/types";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { copyText } from "../../ui/copy";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { IconButton } from "../../ui/icon-button";
import { useForm } from "../../ui/use-form";
import { QrCode } from "./QrCode";

const CODE_CHARS = 6;
/** With a blank in the middle, as most programs show it. */
const CODE_MAX = 7;

type TotpConfirmProps = {
  secret: TotpSecret;
  onDone: (codes: readonly string[]) => void;
  onCancel: () => void;
};

/** Shows the secret as a picture and as letters, and asks for a first code. */
export function TotpConfirm({ secret, onDone, onCancel }: TotpConfirmProps) {
  const form = useForm({ code: "" });

  const send = async () => {
    const { recovery_codes } = await call(
      api.POST("/api/auth/totp/confirm", { body: { code: form.values.code.trim() } }),
    );
    onDone(recovery_codes);
  };

  return (
    <form
      {...form.on(send, { blame: { totp_invalid: { field: "code", text: true } } })}
      className="flex flex-col gap-5"
    >
      <FormAlert text={form.summary} />
      <div className="flex gap-5 max-md:flex-col">
        <QrCode text={secret.otpauth_uri} label={t("settings.totp_qr")} className="size-44" />
        <div className="min-w-0">
          <p className="text-14">{t("settings.totp_scan")}</p>
          <p className="mt-4 text-13 text-ink-2">{t("settings.totp_secret")}</p>
          <div className="mt-1.5 flex items-center gap-2 rounded-input bg-sunken py-1 ps-3 pe-1 shadow-ring-line">
            <code className="min-w-0 flex-1 font-mono text-13 break-words">
              {grouped(secret.secret)}
            </code>
            <IconButton
              label={t("settings.totp_secret_copy")}
              icon={<Copy className="size-4" />}
              onClick={() => void copyText(secret.secret)}
            />
          </div>
        </div>
      </div>
      <Field
        {...form.bind("code")}
        label={t("settings.totp_code")}
        className="max-w-56"
        autoComplete="one-time-code"
        inputMode="numeric"
        spellCheck={false}
        required
        autoFocus
        minLength={CODE_CHARS}
        maxLength={CODE_MAX}
      />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" busy={form.busy}>
          {t("settings.totp_confirm")}
        </Button>
        <Button variant="ghost" onClick={onCancel}>
          {t("common.cancel")}
        </Button>
      </div>
    </form>
  );
}

/** In fours, as people type it. */
function grouped(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(" ") ?? secret;
}
