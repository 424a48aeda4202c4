import { KeyRound } from "lucide-react";
import { useState } from "react";
import { post } from "../../api/post";
import type { Begun, ProviderRef } from "../../api/types";
import { leave } from "../../app/providers";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { FormAlert } from "../../ui/form-alert";
import { errorText } from "../../ui/form-errors";

type OtherWaysProps = {
  providers: readonly ProviderRef[];
  /** Keep the session for longer. */
  remember: boolean;
};

/** A button for every provider that people may sign in by. */
export function OtherWays({ providers, remember }: OtherWaysProps) {
  const [busy, setBusy] = useState("");
  const [error, setError] = useState<unknown>(null);

  const begin = async (provider: ProviderRef) => {
    setError(null);
    setBusy(provider.issuer);
    try {
      const body = { issuer: provider.issuer, remember };
      const begun = (await post("/api/auth/oidc/begin", body)) as Begun;
      const next = new URLSearchParams(location.search).get("next") ?? "/";
      leave(begun, provider, next, false);
    } catch (failure) {
      setError(failure);
      setBusy("");
    }
  };

  return (
    <div className="mt-5 flex flex-col gap-3">
      <p className="flex items-center gap-3 text-13 text-ink-2 before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        {t("auth.provider.or")}
      </p>
      <FormAlert text={error ? errorText(error) : null} />
      {providers.map((provider) => (
        <Button
          key={provider.issuer}
          size="large"
          busy={busy === provider.issuer}
          icon={<KeyRound aria-hidden="true" className="size-4" />}
          onClick={() => void begin(provider)}
        >
          {t("auth.provider.sign_in", { name: provider.label })}
        </Button>
      ))}
    </div>
  );
}
