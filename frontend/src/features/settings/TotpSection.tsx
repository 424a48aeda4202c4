import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { api, call } from "../../api/client";
import type { TotpSecret, TotpState } from "../../api/types";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { errorText } from "../../ui/form-errors";
import { RecoveryCodes } from "./RecoveryCodes";
import { SectionSkeleton } from "./SectionSkeleton";
import { SettingsSection } from "./SettingsSection";
import { TotpOff } from "./TotpOff";
import { TotpOn } from "./TotpOn";

/** Brings what draws QR codes, which few people need and once. */
const TotpConfirm = lazy(() =>
  import("./TotpConfirm").then((module) => ({ default: module.TotpConfirm })),
);

type Step =
  | { name: "loading" }
  | { name: "failed"; error: unknown }
  | { name: "state"; state: TotpState }
  | { name: "confirm"; secret: TotpSecret }
  | { name: "codes"; codes: readonly string[] };

/** Two-factor authentication: begin, show that the authenticator works, keep the codes, end. */
export function TotpSection() {
  const [step, setStep] = useState<Step>({ name: "loading" });

  const load = useCallback(async () => {
    try {
      setStep({ name: "state", state: await call(api.GET("/api/auth/totp")) });
    } catch (error) {
      setStep({ name: "failed", error });
    }
  }, []);
  useEffect(() => void load(), [load]);

  return (
    <SettingsSection title={t("settings.totp")} text={t("settings.totp_text")}>
      <Body step={step} setStep={setStep} load={load} />
    </SettingsSection>
  );
}

type BodyProps = { step: Step; setStep: (step: Step) => void; load: () => Promise<void> };

function Body({ step, setStep, load }: BodyProps) {
  switch (step.name) {
    case "loading":
      return <SectionSkeleton />;
    case "failed":
      return (
        <div role="alert" className="flex flex-col items-start gap-3 text-14 text-ink-2">
          {errorText(step.error)}
          <Button onClick={() => void load()}>{t("common.retry")}</Button>
        </div>
      );
    case "state":
      return step.state.enabled ? (
        <TotpOn
          codesLeft={step.state.recovery_codes_left}
          onCodes={(codes) => setStep({ name: "codes", codes })}
          onRemoved={load}
        />
      ) : (
        <TotpOff onSecret={(secret) => setStep({ name: "confirm", secret })} />
      );
    case "confirm":
      return (
        <Suspense fallback={<SectionSkeleton />}>
          <TotpConfirm
            secret={step.secret}
            onDone={(codes) => setStep({ name: "codes", codes })}
            onCancel={() => void load()}
          />
        </Suspense>
      );
    case "codes":
      return <RecoveryCodes codes={step.codes} onDone={load} />;
  }
}
