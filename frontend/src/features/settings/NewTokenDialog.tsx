import { useState } from "react";
import { api, call } from "../../api/client";
import type { MadeToken, Scope } from "../../api/types";
import { t } from "../../i18n";
import { selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { Button } from "../../ui/button";
import { Checkbox } from "../../ui/checkbox";
import { Dialog, DialogActions } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { SelectField } from "../../ui/select-field";
import { useForm } from "../../ui/use-form";

const NAME_MAX = 64;
/** Days; "" is for ever. */
const LIVES = ["30", "90", "365", ""] as const;
type Life = (typeof LIVES)[number];

type NewTokenDialogProps = { onMade: (token: MadeToken) => void; onClose: () => void };

/** Makes a token: what for, what it may do, how long. */
export function NewTokenDialog({ onMade, onClose }: NewTokenDialogProps) {
  const isStaff = useStore((state) => selectMe(state)?.is_staff ?? false);
  const form = useForm({ name: "" });
  const [scopes, setScopes] = useState<readonly Scope[]>(["read"]);
  const [life, setLife] = useState<Life>("90");
  const [isMissing, setMissing] = useState(false);
  const offered: readonly Scope[] = isStaff ? ["read", "write", "admin"] : ["read", "write"];

  const send = async () => {
    setMissing(scopes.length === 0);
    if (scopes.length === 0) return;
    const body = {
      name: form.values.name.trim(),
      scopes: [...scopes],
      ...(life && { expires_in_days: Number(life) }),
    };
    onMade(await call(api.POST("/api/auth/tokens", { body })));
  };
  const put = (scope: Scope, isOn: boolean) => {
    setScopes(isOn ? [...scopes, scope] : scopes.filter((other) => other !== scope));
    setMissing(false);
  };

  return (
    <Dialog title={t("settings.token_new")} text={t("settings.token_new_text")} onClose={onClose}>
      <form
        {...form.on(send, {
          blame: { conflict: { field: "name", text: t("settings.tokens_full") } },
        })}
        className="flex flex-col gap-4 overflow-y-auto px-6 pt-4 pb-6"
      >
        <FormAlert text={isMissing ? t("settings.scopes_missing") : form.summary} />
        <Field
          {...form.bind("name")}
          label={t("settings.token_name")}
          hint={t("settings.token_name_hint")}
          autoComplete="off"
          required
          autoFocus
          maxLength={NAME_MAX}
        />
        <fieldset>
          <legend className="mb-1 text-13 font-medium">{t("settings.scopes")}</legend>
          {offered.map((scope) => (
            <Checkbox
              key={scope}
              label={t(`settings.scope_text.${scope}`)}
              checked={scopes.includes(scope)}
              onChange={(isOn) => put(scope, isOn)}
            />
          ))}
        </fieldset>
        <SelectField
          label={t("settings.token_life")}
          name="life"
          value={life}
          onValue={setLife}
          choices={LIVES.map((days) => ({
            value: days,
            label: days
              ? t("settings.token_days", { count: Number(days) })
              : t("settings.token_forever"),
          }))}
        />
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={form.busy}>
            {t("settings.token_make")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
