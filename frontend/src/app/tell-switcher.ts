import { t } from "../i18n";
import { keyNames } from "../lib/platform";
import { dismissToast, toast } from "../ui/toast-store";
import { openSwitcher, useView } from "./view";

/** Stays until it is tried or put away: who reads messages does not look at the corner of the screen. */
export function tellSwitcher() {
  const stop = useView.subscribe(({ dialog }) => {
    if (dialog === "switcher") dismissToast(shown);
  });
  const shown = toast(t("switcher.hint", { keys: keyNames("Mod+K").join("+") }), {
    action: { label: t("switcher.try"), run: openSwitcher },
    sticky: true,
    onGone: stop,
  });
}
