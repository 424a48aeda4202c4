import { ServerNameForm } from "../../app/ServerNameForm";
import { t } from "../../i18n";
import { toast } from "../../ui/toast-store";
import { Part } from "./Frame";

/** What the server is called, for whoever may say so. */
export function ServerName() {
  return (
    <Part title={t("admin.server")}>
      <ServerNameForm
        label={t("admin.server_name")}
        hint={t("admin.server_name_hint")}
        action={t("common.save")}
        onNamed={(name) => toast(t("admin.server_renamed", { name }))}
      />
    </Part>
  );
}
