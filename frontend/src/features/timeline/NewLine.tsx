import { t } from "../../i18n";

/** What is below it was not read yet. */
export function NewLine() {
  return (
    <div id="new-line" className="flex h-9 items-center gap-3 px-5 max-md:px-4">
      <span aria-hidden="true" className="h-px flex-1 bg-danger forced-colors:bg-[CanvasText]" />
      <h2 className="text-12 font-medium text-danger-text">{t("timeline.new")}</h2>
    </div>
  );
}
