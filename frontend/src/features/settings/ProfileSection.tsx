import { type FormEvent, useState } from "react";
import { t } from "../../i18n";
import { selectMe } from "../../realtime/selectors";
import { updateMe, useStore } from "../../realtime/store";
import type { Me } from "../../realtime/types";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { useFormErrors } from "../../ui/form-errors";
import { toast } from "../../ui/toast-store";
import { SectionHead } from "./SectionHead";

const USERNAME_MIN = 2;
const USERNAME_MAX = 32;
const DISPLAY_NAME_MAX = 64;
const STATUS_MAX = 80;

export function ProfileSection() {
  const me = useStore(selectMe);
  return (
    <section>
      <SectionHead title={t("settings.profile")} text={t("settings.profile_text")} />
      {me && <ProfileForm me={me} />}
    </section>
  );
}

type Values = Pick<Me, "display_name" | "username" | "status_text">;

function ProfileForm({ me }: { me: Me }) {
  const [values, setValues] = useState<Values>(pick(me));
  const [busy, setBusy] = useState(false);
  const errors = useFormErrors();
  const changes = Object.fromEntries(
    Object.entries(values).filter(([name, value]) => value.trim() !== me[name as keyof Values]),
  );
  const isChanged = Object.keys(changes).length > 0;

  const bind = (name: keyof Values) => ({
    name,
    value: values[name],
    error: errors.fields[name],
    onValue: (value: string) => {
      setValues((before) => ({ ...before, [name]: value }));
      errors.clear(name);
    },
  });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !isChanged || !errors.check()) return;
    setBusy(true);
    try {
      setValues(pick(await updateMe(changes)));
      toast(t("settings.saved"));
    } catch (error) {
      errors.refuse(error, { username_taken: "username" });
    } finally {
      setBusy(false);
    }
  };

  return (
    <form ref={errors.form} noValidate onSubmit={submit} className="flex flex-col gap-4">
      <Avatar userId={me.id} name={values.display_name} url={me.avatar_url} size={88} />
      <FormAlert text={errors.summary} />
      <Field
        {...bind("display_name")}
        label={t("auth.display_name")}
        autoComplete="name"
        required
        maxLength={DISPLAY_NAME_MAX}
      />
      <Field
        {...bind("username")}
        label={t("auth.username")}
        hint={t("settings.mention_hint", { name: values.username || me.username })}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        minLength={USERNAME_MIN}
        maxLength={USERNAME_MAX}
      />
      <Field
        {...bind("status_text")}
        label={t("settings.status")}
        aside={t("common.optional")}
        autoComplete="off"
        maxLength={STATUS_MAX}
      />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" busy={busy} disabled={!isChanged}>
          {t("common.save")}
        </Button>
        <Button variant="ghost" disabled={!isChanged} onClick={() => setValues(pick(me))}>
          {t("common.cancel")}
        </Button>
      </div>
    </form>
  );
}

function pick({ display_name, username, status_text }: Me): Values {
  return { display_name, username, status_text };
}
