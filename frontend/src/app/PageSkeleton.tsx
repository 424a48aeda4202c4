import { t } from "../i18n";
import { Skeleton, SkeletonBar } from "../ui/skeleton";

/** A page whose code is on its way. */
export function PageSkeleton() {
  return (
    <main id="main" tabIndex={-1} className="h-full outline-none">
      <h1 className="sr-only">{t("app.loading")}</h1>
      <Skeleton label={t("app.loading")}>
        <div className="flex h-14 items-center border-b border-line px-5">
          <SkeletonBar className="w-32" />
        </div>
      </Skeleton>
    </main>
  );
}
