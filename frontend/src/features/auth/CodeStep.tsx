import { useState } from "react";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import type { useForm } from "../../ui/use-form";
import { AuthLayout } from "./AuthLayout";
import { CODE_MAX, CODE_MIN } from "./limits";
import type { SignInValues } from "./SignIn";

type CodeStepProps = {
  form: ReturnType<typeof useForm<SignInValues>>;
  on: ReturnType<ReturnType<typeof useForm<SignInValues>>["on"]>;
  onBack: () => void;
};

/** Asks for the code of an authenticator, or, of whoever has lost theirs, for a recovery code. */
export function CodeStep({ form, on, onBack }: CodeStepProps) {
  const [isRecovery, setRecovery] = useState(false);
  const change = () => {
    setRecovery(!isRecovery);
    form.setValues({ ...form.values, totp: "" });
    form.forget();
  };
  return (
    <AuthLayout title={t("auth.code.title")} text={t("auth.code.text")}>
      <form {...on} className="flex flex-col gap-4">
        <FormAlert text={form.summary} />
        <Field
          // Another field, not the same one renamed: it is spoken, and phones change their keys.
          key={String(isRecovery)}
          {...form.bind("totp")}
          label={t(isRecovery ? "auth.code.recovery" : "auth.code.code")}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          inputMode={isRecovery ? "text" : "numeric"}
          required
          autoFocus
          minLength={CODE_MIN}
          maxLength={CODE_MAX}
        />
        <Button type="submit" variant="primary" size="large" busy={form.busy}>
          {t("auth.sign_in")}
        </Button>
        <div className="flex flex-wrap justify-between gap-x-4 gap-y-2 text-14">
          <button type="button" className="text-link tap" onClick={change}>
            {t(isRecovery ? "auth.code.use_code" : "auth.code.use_recovery")}
          </button>
          <button type="button" className="text-link tap" onClick={onBack}>
            {t("common.back")}
          </button>
        </div>
      </form>
    </AuthLayout>
  );
}
