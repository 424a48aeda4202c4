import { t } from "../../i18n";
import { Button } from "../../ui/button";

type PagerProps = {
  next: string | null;
  isFirst: boolean;
  onFirst: () => void;
  onNext: (cursor: string) => void;
};

/** To the next page, or to the first one; the browser's Back goes to the one before. */
export function Pager({ next, isFirst, onFirst, onNext }: PagerProps) {
  if (isFirst && !next) return null;
  return (
    <nav aria-label={t("admin.pages")} className="mt-4 flex justify-center gap-2">
      {!isFirst && <Button onClick={onFirst}>{t("admin.first_page")}</Button>}
      {next && <Button onClick={() => onNext(next)}>{t("admin.next_page")}</Button>}
    </nav>
  );
}
