import { t } from "../../i18n";
import { selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import type { useFormErrors } from "../../ui/form-errors";
import { Switch } from "../../ui/switch";

const NAME_MAX = 80;
const TOPIC_MAX = 250;

export type RoomValues = {
  name: string;
  topic: string;
  staff_only: boolean;
  invite_only: boolean;
};

type RoomFieldsProps = {
  values: RoomValues;
  onChange: (values: RoomValues) => void;
  errors: ReturnType<typeof useFormErrors>;
  /** What becoming a room for staff does to those who are in it. */
  staffHint: string;
};

/** What can be said of a room when it is made, and changed later. */
export function RoomFields({ values, onChange, errors, staffHint }: RoomFieldsProps) {
  const isStaff = useStore((state) => selectMe(state)?.is_staff ?? false);
  const set = (patch: Partial<RoomValues>) => onChange({ ...values, ...patch });
  return (
    <>
      <FormAlert text={errors.summary} />
      <Field
        label={t("rooms.name")}
        name="name"
        required
        autoFocus
        autoComplete="off"
        maxLength={NAME_MAX}
        value={values.name}
        onValue={(name) => {
          set({ name });
          errors.clear("name");
        }}
        error={errors.fields.name}
      />
      <Field
        label={t("rooms.topic")}
        name="topic"
        aside={t("common.optional")}
        placeholder={t("rooms.topic_placeholder")}
        autoComplete="off"
        maxLength={TOPIC_MAX}
        value={values.topic}
        onValue={(topic) => {
          set({ topic });
          errors.clear("topic");
        }}
        error={errors.fields.topic}
      />
      {isStaff && (
        <Switch
          label={t("rooms.staff_only")}
          hint={staffHint}
          checked={values.staff_only}
          onChange={(staff_only) => set({ staff_only })}
        />
      )}
      <Switch
        label={t("rooms.invite_only")}
        hint={t("rooms.invite_only_hint")}
        checked={values.invite_only}
        onChange={(invite_only) => set({ invite_only })}
      />
    </>
  );
}
