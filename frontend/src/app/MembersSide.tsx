import { lazy, Suspense } from "react";
import { t } from "../i18n";
import type { Room } from "../realtime/types";
import type { MembersShown } from "./use-members-shown";

const MembersPanel = lazy(() =>
  import("../features/members/MembersPanel").then((module) => ({ default: module.MembersPanel })),
);

const MembersSheet = lazy(() => import("./MembersSheet"));

/** The members beside the timeline, or as a sheet where there is no room for them. */
export function MembersSide({ room, shown }: { room: Room; shown: MembersShown }) {
  if (!shown.isShown) return null;
  if (shown.isSheet) {
    return (
      <Suspense fallback={null}>
        <MembersSheet room={room} onClose={shown.hide} />
      </Suspense>
    );
  }
  return (
    <aside aria-label={t("members.title")} className="w-60 shrink-0 border-s border-line">
      <Suspense fallback={null}>
        <MembersPanel room={room} />
      </Suspense>
    </aside>
  );
}
