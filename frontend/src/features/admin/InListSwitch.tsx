import { useState } from "react";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { errorText } from "../../ui/form-errors";
import { toast, toastError } from "../../ui/toast-store";
import { send } from "./call";

type InListSwitchProps = {
  /** What it is called, for the ears: "Active: ines". */
  label: string;
  path: string;
  field: string;
  isOn: boolean;
};

/** A flag that is changed where it is listed; the toast takes it back. */
export function InListSwitch({ label, path, field, isOn }: InListSwitchProps) {
  const [now, setNow] = useState(isOn);
  const [busy, setBusy] = useState(false);
  const change = async (next: boolean) => {
    setBusy(true);
    setNow(next);
    try {
      await send("PATCH", path, { body: { [field]: next } });
      return true;
    } catch (error) {
      setNow(!next);
      toastError(errorText(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  const press = async () => {
    if (busy || !(await change(!now))) return;
    toast(`${label} – ${t(now ? "admin.no" : "admin.yes")}`, {
      action: { label: t("common.undo"), run: () => void change(now) },
    });
  };
  return (
    <button
      type="button"
      role="switch"
      aria-checked={now}
      aria-label={label}
      aria-busy={busy}
      onClick={() => void press()}
      className={cx(
        "tap block h-[1.375rem] w-9 rounded-full p-0.5 transition-colors duration-150 forced-colors:border",
        now ? "bg-accent" : "bg-line-strong",
      )}
    >
      <span
        className={cx(
          "block size-[1.125rem] rounded-full bg-accent-ink shadow-bar transition-transform duration-150 forced-colors:bg-[ButtonText]",
          now && "translate-x-3.5",
        )}
      />
    </button>
  );
}
