import { Link } from "wouter";
import { openCreateRoom } from "../../app/view";
import { t } from "../../i18n";
import { Button, buttonClass } from "../../ui/button";

/** What whoever is in no room can do: the first screen of a phone shows one's own rooms, and not those that there are. */
export default function PhoneStart() {
  return (
    <div className="flex flex-wrap gap-2 px-2 pt-2 pb-3">
      <Link href="/chat/" className={buttonClass("primary")}>
        {t("nav.browse")}
      </Link>
      <Button onClick={() => openCreateRoom()}>{t("nav.new_room")}</Button>
    </div>
  );
}
