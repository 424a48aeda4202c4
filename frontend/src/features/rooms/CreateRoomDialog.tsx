import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";
import { t } from "../../i18n";
import { selectMe } from "../../realtime/selectors";
import { createRoom, useStore } from "../../realtime/store";
import { Button } from "../../ui/button";
import { Dialog, DialogActions } from "../../ui/dialog";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { useFormErrors } from "../../ui/form-errors";
import { roomPath } from "../../ui/room-name";
import { Switch } from "../../ui/switch";

const NAME_MAX = 80;
const TOPIC_MAX = 250;

type CreateRoomDialogProps = { initialName: string; onClose: () => void };

export function CreateRoomDialog({ initialName, onClose }: CreateRoomDialogProps) {
  const isStaff = useStore((state) => selectMe(state)?.is_staff ?? false);
  const [, navigate] = useLocation();
  const [name, setName] = useState(initialName);
  const [topic, setTopic] = useState("");
  const [staffOnly, setStaffOnly] = useState(false);
  const [inviteOnly, setInviteOnly] = useState(false);
  const [busy, setBusy] = useState(false);
  const errors = useFormErrors();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const blank = name.trim() === "" ? t("form.required") : null;
    if (busy || !errors.check({ name: blank })) return;
    setBusy(true);
    try {
      const room = await createRoom({
        name: name.trim(),
        ...(topic.trim() && { topic: topic.trim() }),
        ...(staffOnly && { staff_only: true }),
        ...(inviteOnly && { invite_only: true }),
      });
      onClose();
      navigate(roomPath(room.id));
    } catch (error) {
      errors.refuse(error);
      setBusy(false);
    }
  };

  return (
    <Dialog title={t("rooms.create_title")} text={t("rooms.create_text")} onClose={onClose}>
      <form
        ref={errors.form}
        noValidate
        onSubmit={submit}
        className="flex flex-col gap-4 overflow-y-auto px-6 pt-4 pb-6"
      >
        <FormAlert text={errors.summary} />
        <Field
          label={t("rooms.name")}
          name="name"
          required
          autoFocus
          autoComplete="off"
          maxLength={NAME_MAX}
          value={name}
          onValue={(value) => {
            setName(value);
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
          value={topic}
          onValue={setTopic}
          error={errors.fields.topic}
        />
        {isStaff && (
          <Switch
            label={t("rooms.staff_only")}
            hint={t("rooms.staff_only_hint")}
            checked={staffOnly}
            onChange={setStaffOnly}
          />
        )}
        <Switch
          label={t("rooms.invite_only")}
          hint={t("rooms.invite_only_hint")}
          checked={inviteOnly}
          onChange={setInviteOnly}
        />
        <DialogActions>
          <Button onClick={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {t("rooms.create")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
