import { Check } from "lucide-react";
import { type ReactNode, useState } from "react";
import { ServerNameForm } from "../../app/ServerNameForm";
import { t } from "../../i18n";
import { serverName } from "../../lib/server-name";
import { createRoom } from "../../realtime/store";
import type { Room } from "../../realtime/types";
import { Button, buttonClass } from "../../ui/button";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { errorText } from "../../ui/form-errors";
import { roomPath, roomReference } from "../../ui/room-name";
import { useTitle } from "../../ui/title";
import { useForm } from "../../ui/use-form";
import { AuthLayout } from "./AuthLayout";
import { AuthLink } from "./AuthLink";

const NAME_MAX = 80;

/** The server has its administrator: its name, the first room, the address for the others, and on. */
export function SetUpDone() {
  const [room, setRoom] = useState<Room | null>(null);
  const [isNamed, setNamed] = useState(false);
  useTitle(t("auth.setup.done_title"));
  return (
    <AuthLayout isOutcome title={t("auth.setup.done_title")} text={t("auth.setup.done_text")}>
      <ol className="flex flex-col gap-5">
        <Step number={1} title={t("auth.setup.name")} isDone={isNamed}>
          {isNamed ? (
            <p role="status" className="text-14 text-ink-2 [overflow-wrap:anywhere]">
              {t("auth.setup.name_saved", { name: serverName() })}
            </p>
          ) : (
            <ServerNameForm
              label={t("auth.setup.server_name")}
              action={t("auth.setup.name_save")}
              onNamed={() => setNamed(true)}
            />
          )}
        </Step>
        <Step number={2} title={t("auth.setup.room")} isDone={room !== null}>
          {room ? (
            <p role="status" className="text-14 text-ink-2 [overflow-wrap:anywhere]">
              {t("auth.setup.room_made", { name: roomReference(room) })}
            </p>
          ) : (
            <FirstRoom onMade={setRoom} />
          )}
        </Step>
        <Step number={3} title={t("auth.setup.invite")}>
          <Address href={location.origin + (room ? roomPath(room.id) : "/")} />
        </Step>
        <Step number={4} title={t("auth.setup.start")}>
          <div className="flex flex-wrap gap-2">
            <AuthLink
              href={room ? roomPath(room.id) : "/chat/"}
              className={buttonClass("primary", "large")}
            >
              {t("auth.verify.go_on", { name: serverName() })}
            </AuthLink>
            <AuthLink href="/admin/" className={buttonClass("secondary", "large")}>
              {t("auth.setup.admin")}
            </AuthLink>
          </div>
        </Step>
      </ol>
    </AuthLayout>
  );
}

type StepProps = { number: number; title: string; isDone?: boolean; children: ReactNode };

function Step({ number, title, isDone, children }: StepProps) {
  return (
    <li className="flex gap-3">
      <span
        aria-hidden="true"
        className="grid size-6 shrink-0 place-items-center rounded-full bg-accent-soft text-13 font-semibold text-accent-text"
      >
        {isDone ? <Check className="size-4" /> : number}
      </span>
      <div className="min-w-0 flex-1">
        <h2 className="mb-2 text-15/6 font-semibold">{title}</h2>
        {children}
      </div>
    </li>
  );
}

function FirstRoom({ onMade }: { onMade: (room: Room) => void }) {
  const form = useForm({ name: "" });
  const name = form.values.name.trim();
  const send = async () => onMade(await createRoom({ name }));
  const check = () => ({ name: name === "" ? t("form.required") : null });
  return (
    <form {...form.on(send, { check })} className="flex flex-col gap-4">
      <FormAlert text={form.summary} />
      <Field
        {...form.bind("name")}
        label={t("auth.setup.room_name")}
        autoComplete="off"
        required
        maxLength={NAME_MAX}
      />
      <Button type="submit" className="self-start" busy={form.busy}>
        {t("auth.setup.room_make")}
      </Button>
    </form>
  );
}

/** Where the others come in. Toasts are the shell's, so the button itself says what came of it. */
function Address({ href }: { href: string }) {
  const [said, setSaid] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(href);
      setSaid(t("common.copied"));
    } catch (error) {
      setSaid(navigator.clipboard ? errorText(error) : t("errors.clipboard"));
    }
  };
  return (
    <>
      <p className="mb-2 text-14 text-ink-2">{t("auth.setup.invite_text")}</p>
      <div className="flex flex-wrap items-center gap-2">
        <code className="min-w-0 flex-1 rounded-input bg-sunken px-3 py-2 text-13 [overflow-wrap:anywhere]">
          {href}
        </code>
        <Button onClick={() => void copy()}>{t("common.copy")}</Button>
      </div>
      <p role="status" className="mt-1 min-h-4 text-12 text-ink-2">
        {said}
      </p>
    </>
  );
}
