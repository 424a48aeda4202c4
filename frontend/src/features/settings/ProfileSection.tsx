import { t } from "../../i18n";
import { selectMe } from "../../realtime/selectors";
import { updateMe, useStore } from "../../realtime/store";
import type { Me } from "../../realtime/types";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { LongField } from "../../ui/long-field";
import { toast } from "../../ui/toast-store";
import { useForm } from "../../ui/use-form";
import { AvatarField } from "./AvatarField";
import { SettingsSection } from "./SettingsSection";

const USERNAME_MIN = 2;
const USERNAME_MAX = 32;
const DISPLAY_NAME_MAX = 64;
const STATUS_MAX = 80;
const BIO_MAX = 500;

export function ProfileSection() {
  const me = useStore(selectMe);
  return (
    <SettingsSection title={t("settings.profile")} text={t("settings.profile_text")}>
      {me && <ProfileForm me={me} />}
    </SettingsSection>
  );
}

type Values = Pick<Me, "display_name" | "username" | "status_text" | "bio">;

function ProfileForm({ me }: { me: Me }) {
  const form = useForm<Values>(pick(me));
  const { values, setValues, bind } = form;
  const changes = Object.fromEntries(
    Object.entries(values).filter(([name, value]) => value.trim() !== me[name as keyof Values]),
  );
  const isChanged = Object.keys(changes).length > 0;

  const send = async () => {
    if (!isChanged) return;
    setValues(pick(await updateMe(changes)));
    toast(t("settings.saved"));
  };

  return (
    <form
      {...form.on(send, { blame: { username_taken: "username" } })}
      className="flex flex-col gap-4"
    >
      <AvatarField me={me} name={values.display_name} />
      <FormAlert text={form.summary} />
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
      <LongField
        {...bind("bio")}
        label={t("settings.bio")}
        aside={t("common.optional")}
        maxLength={BIO_MAX}
      />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" busy={form.busy} disabled={!isChanged}>
          {t("common.save")}
        </Button>
        <Button variant="ghost" disabled={!isChanged} onClick={() => setValues(pick(me))}>
          {t("common.cancel")}
        </Button>
      </div>
    </form>
  );
}

function pick({ display_name, username, status_text, bio }: Me): Values {
  return { display_name, username, status_text, bio };
}
