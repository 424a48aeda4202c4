import { useCallback, useEffect, useState } from "react";
import { api, call } from "../../api/client";
import type { Identity, ProviderRef } from "../../api/types";
import { leave } from "../../app/providers";
import { t } from "../../i18n";
import { dateOnly, shortTime } from "../../lib/time";
import { Button } from "../../ui/button";
import { errorText } from "../../ui/form-errors";
import { toast } from "../../ui/toast-store";
import { ProveDialog } from "./ProveDialog";
import { SettingsSection } from "./SettingsSection";

type Asking = { connect: ProviderRef } | { disconnect: Identity } | null;

/** By which providers one may sign in. Nothing where the server has none and nothing is connected. */
export function IdentitiesSection() {
  const [providers, setProviders] = useState<readonly ProviderRef[]>([]);
  const [identities, setIdentities] = useState<readonly Identity[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [asking, setAsking] = useState<Asking>(null);
  const load = useCallback(async () => {
    try {
      const [server, own] = await Promise.all([
        call(api.GET("/api/server")),
        call(api.GET("/api/auth/identities")),
      ]);
      setProviders(server.providers);
      setIdentities(own.items);
      setError(null);
    } catch (failure) {
      setError(failure);
    }
  }, []);
  useEffect(() => void load(), [load]);

  const free = providers.filter(({ issuer }) => !identities.some((own) => own.issuer === issuer));
  if (!error && free.length === 0 && identities.length === 0) return null;
  return (
    <SettingsSection title={t("settings.identities")} text={t("settings.identities_text")}>
      {error ? (
        <p role="alert" className="text-14 text-danger-text">
          {errorText(error)}
        </p>
      ) : null}
      <ul aria-label={t("settings.identities")} className="flex flex-col divide-y divide-line">
        {identities.map((identity) => (
          <li key={identity.id} className="flex items-center gap-3 py-3">
            <div className="min-w-0 flex-1">
              <p className="text-14 font-medium wrap-anywhere">{identity.label}</p>
              <p className="text-13 text-ink-2 wrap-anywhere">
                {identity.name && `${identity.name} · `}
                {t("settings.identity_since", {
                  date: dateOnly(identity.created_at),
                  time: shortTime(identity.last_used_at),
                })}
              </p>
            </div>
            <Button
              aria-label={t("settings.identity_disconnect_named", { name: identity.label })}
              onClick={() => setAsking({ disconnect: identity })}
            >
              {t("settings.identity_disconnect")}
            </Button>
          </li>
        ))}
        {free.map((provider) => (
          <li key={provider.issuer} className="flex items-center gap-3 py-3">
            <p className="min-w-0 flex-1 text-14 font-medium wrap-anywhere">{provider.label}</p>
            <Button
              aria-label={t("settings.identity_connect_named", { name: provider.label })}
              onClick={() => setAsking({ connect: provider })}
            >
              {t("settings.identity_connect")}
            </Button>
          </li>
        ))}
      </ul>
      {asking && "connect" in asking && (
        <ProveDialog
          title={t("settings.identity_connect_named", { name: asking.connect.label })}
          text={t("settings.identity_connect_text", { name: asking.connect.label })}
          action={t("settings.identity_connect")}
          send={(proof) => connect(asking.connect, proof)}
          onClose={() => setAsking(null)}
        />
      )}
      {asking && "disconnect" in asking && (
        <ProveDialog
          danger
          title={t("settings.identity_disconnect_named", { name: asking.disconnect.label })}
          text={t("settings.identity_disconnect_text", { name: asking.disconnect.label })}
          action={t("settings.identity_disconnect")}
          send={async (proof) => {
            await disconnect(asking.disconnect, proof);
            setAsking(null);
            void load();
          }}
          onClose={() => setAsking(null)}
        />
      )}
    </SettingsSection>
  );
}

type Proof = { current_password: string };

/** Leaves for the provider; it is connected when the browser comes back. */
async function connect(provider: ProviderRef, proof: Proof): Promise<void> {
  const body = { issuer: provider.issuer, ...proof };
  const begun = await call(api.POST("/api/auth/identities/begin", { body }));
  leave(begun, provider, "/settings/security/", true);
}

async function disconnect({ id, label }: Identity, proof: Proof): Promise<void> {
  const params = { path: { identity_id: id } };
  await call(api.DELETE("/api/auth/identities/{identity_id}", { params, body: proof }));
  toast(t("settings.identity_disconnected", { name: label }));
}
