import { t } from "../../i18n";
import { Skeleton, SkeletonBar } from "../../ui/skeleton";

/** A section whose code or content is on its way. */
export function SectionSkeleton() {
  return (
    <Skeleton label={t("app.loading")}>
      <div className="flex flex-col gap-3 py-1">
        <SkeletonBar className="h-4 w-32" />
        <SkeletonBar className="w-64" />
        <SkeletonBar className="mt-4 h-10 w-full" />
      </div>
    </Skeleton>
  );
}
