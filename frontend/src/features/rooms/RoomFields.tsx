import { useState } from "react";
import { t } from "../../i18n";
import { selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { Switch } from "../../ui/switch";
import { useForm } from "../../ui/use-form";

const NAME_MAX = 80;
const TOPIC_MAX = 250;

type RoomFlags = {
  staff_only: boolean;
  invite_only: boolean;
  steady_while_occupied: boolean;
};
export type RoomValues = RoomFlags & { name: string; topic: string };

/** The form of a room: its texts as in every form, and what is on or off in it. */
export function useRoomForm({ name, topic, ...before }: RoomValues) {
  const form = useForm({ name, topic });
  const [flags, setFlags] = useState<RoomFlags>(before);
  const values: RoomValues = {
    name: form.values.name.trim(),
    topic: form.values.topic.trim(),
    ...flags,
  };
  const check = () => ({ name: values.name === "" ? t("form.required") : null });
  return {
    /** As they would be sent. */
    values,
    busy: form.busy,
    on: (send: () => Promise<void>) => form.on(send, { check }),
    fields: {
      form,
      flags,
      onFlag: (flag: Partial<RoomFlags>) => setFlags((held) => ({ ...held, ...flag })),
    },
  };
}

type RoomFieldsProps = ReturnType<typeof useRoomForm>["fields"] & {
  /** What becoming a room for staff does to those who are in it. */
  staffHint: string;
  /** Whether this person may say that it stays as it is while somebody is inside. */
  mayKeepSteady: boolean;
};

/** What can be said of a room when it is made, and changed later. */
export function RoomFields({ form, flags, onFlag, staffHint, mayKeepSteady }: RoomFieldsProps) {
  const isStaff = useStore((state) => selectMe(state)?.is_staff ?? false);
  return (
    <>
      <FormAlert text={form.summary} />
      <Field
        {...form.bind("name")}
        label={t("rooms.name")}
        required
        autoFocus
        autoComplete="off"
        maxLength={NAME_MAX}
      />
      <Field
        {...form.bind("topic")}
        label={t("rooms.topic")}
        aside={t("common.optional")}
        placeholder={t("rooms.topic_placeholder")}
        autoComplete="off"
        maxLength={TOPIC_MAX}
      />
      {isStaff && (
        <Switch
          label={t("rooms.staff_only")}
          hint={staffHint}
          checked={flags.staff_only}
          onChange={(staff_only) => onFlag({ staff_only })}
        />
      )}
      <Switch
        label={t("rooms.invite_only")}
        hint={t("rooms.invite_only_hint")}
        checked={flags.invite_only}
        onChange={(invite_only) => onFlag({ invite_only })}
      />
      {mayKeepSteady && (
        <Switch
          label={t("rooms.manage.steady")}
          hint={t("rooms.manage.steady_hint")}
          checked={flags.steady_while_occupied}
          onChange={(steady_while_occupied) => onFlag({ steady_while_occupied })}
        />
      )}
    </>
  );
}
