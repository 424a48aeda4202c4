import { Bell } from "lucide-react";
import { t } from "../../i18n";
import { errorText } from "../../ui/form-errors";
import { toastError } from "../../ui/toast-store";
import { turnOff, turnOn } from "./consent";

/** After the first direct message: whether one wants to be told of the next while one does not look. */
export default function NotifyBar() {
  const accept = () => turnOn().catch((error) => toastError(errorText(error)));
  return (
    <section
      aria-label={t("notify.label")}
      className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line bg-accent-soft px-5 py-1.5 text-13 max-md:px-4"
    >
      <Bell aria-hidden="true" className="size-4 shrink-0 text-accent-text" />
      <p className="min-w-0 flex-1 max-md:basis-[80%]">{t("notify.ask")}</p>
      <span className="flex gap-4 max-md:ms-auto">
        <button
          type="button"
          onClick={() => void accept()}
          className="tap shrink-0 rounded-chip py-1 font-semibold text-accent-text hover:underline"
        >
          {t("notify.turn_on")}
        </button>
        <button
          type="button"
          onClick={turnOff}
          className="tap shrink-0 rounded-chip py-1 font-medium text-ink-2 hover:underline"
        >
          {t("notify.not_now")}
        </button>
      </span>
    </section>
  );
}
