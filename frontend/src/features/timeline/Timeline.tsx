import { lazy, Suspense, useCallback, useMemo, useRef, useState } from "react";
import { ConnectionBanner } from "../../app/ConnectionBanner";
import { useTalk } from "../../app/talk";
import { t, withTexts } from "../../i18n";
import { dayKey } from "../../lib/time";
import { deletions } from "../../realtime/deletions";
import { emptyWindow } from "../../realtime/initial";
import { selectPending, selectWhispers, selectWindow } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import type { Me, Message, Room } from "../../realtime/types";
import { roomReference } from "../../ui/room-name";
import { AnchorKeeper } from "./AnchorKeeper";
import { useActiveRow } from "./active-row";
import { Beginning } from "./Beginning";
import { drawnRows } from "./drawn";
import { visibleRows, visibleWhispers } from "./held";
import { JumpPill } from "./JumpPill";
import { LoadFailed } from "./LoadFailed";
import { buildRows } from "./rows";
import { TimelineRow } from "./TimelineRow";
import { OlderSkeleton, TimelineSkeleton } from "./TimelineSkeleton";
import { usePermalink } from "./use-permalink";
import { useReadMark } from "./use-read-mark";
import { useRowCommands } from "./use-row-commands";
import { useScroll } from "./use-scroll";
import { useStaff } from "./use-staff";
import { newestVisible } from "./visible";

const UnreadBar = lazy(() => withTexts("message", import("./UnreadBar")));
const MessagePanels = lazy(() => withTexts("message", import("./MessagePanels")));

/** What was said in a room. The newest row is at scroll position 0, so the tail holds without a line of code. */
export function Timeline({ room, me }: { room: Room; me: Me }) {
  const held = useStore(selectWindow(room.id));
  const window = useMemo(() => held ?? emptyWindow(room.id), [held, room.id]);
  const outbox = useStore(selectPending(room.id));
  const whispers = useStore(selectWhispers(room.id));
  const staff = useStaff(room, me);

  const scroller = useRef<HTMLDivElement>(null);
  const [visibleSeq, setVisibleSeq] = useState<number | null>(null);
  const onSettled = useCallback(() => {
    if (scroller.current) setVisibleSeq(newestVisible(scroller.current));
  }, []);
  const scroll = useScroll(scroller, window, onSettled);
  const { from, show } = scroll.drawn;
  const highlighted = usePermalink(room.id, scroller, show);
  useReadMark(room, visibleSeq);

  const { active, handlers } = useActiveRow(scroller);
  const commands = useRowCommands(room, me.id);
  const panel = useTalk((talk) => talk.panel);
  const editing = useTalk((talk) => talk.editing);
  const blocked = useStore((state) => state.blocked);
  const hidden = deletions.useHidden();
  const mayModerate = me.is_staff || (room.me !== null && room.me.role !== "member");

  const { hasAfter, newAfter } = window;
  const hasBefore = window.hasBefore || from !== null;
  const { heldAfter } = scroll;
  const wasHeld = useRef(heldAfter);
  const isReleased = wasHeld.current !== null && heldAfter === null;
  wasHeld.current = heldAfter;

  const rows = useMemo(
    () =>
      buildRows({
        rows: visibleRows(drawnRows(window.rows, from), heldAfter, me.id),
        whispers: visibleWhispers(whispers, heldAfter),
        outbox,
        hasBefore,
        hasAfter,
        newAfter,
        viewerId: me.id,
        dayOf: dayKey,
      }),
    [window.rows, from, whispers, outbox, hasBefore, hasAfter, newAfter, heldAfter, me.id],
  );

  const isEmpty = window.rows.length === 0;
  const failed = window.failed && <LoadFailed roomId={room.id} failure={window.failed} />;
  const isOlderFailed = !isEmpty && window.failed?.direction === "before";
  const isLoading = isEmpty && !window.failed && (held === null || window.loading.whole);
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={t("timeline.label", { name: roomReference(room) })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
        tabIndex={0}
        data-region="log"
        onScroll={scroll.onScroll}
        {...handlers}
        {...commands}
        className="absolute inset-0 isolate flex flex-col-reverse overflow-x-clip overflow-y-auto overscroll-contain [overflow-anchor:none] focus-visible:-outline-offset-2"
      >
        {/* Another element for the rows than for what stood in their place: one that grew would count as one that moved. */}
        <div key={isLoading ? "loading" : "rows"} className="pb-3">
          {isLoading && <TimelineSkeleton />}
          <AnchorKeeper
            scroller={scroller}
            rows={rows}
            keepAtTail={isReleased && !scroll.isTail}
            hasAfter={hasAfter}
          >
            {/* In here, so that it goes after the place was noted: at the upper end its going moves the rows. */}
            {isOlderFailed ? failed : hasBefore && !isEmpty && <OlderSkeleton />}
            {!isLoading &&
              (!isEmpty || !window.failed) &&
              rows.map((row) =>
                row.kind === "begin" ? (
                  <Beginning key={row.key} room={room} isEmpty={!window.rows.some(isText)} />
                ) : (
                  <TimelineRow
                    key={row.key}
                    row={row}
                    me={me}
                    isStaff={row.kind === "message" && staff.has(authorOf(row))}
                    isBlocked={blocked[authorOf(row)] ?? false}
                    isHidden={row.kind === "message" && hidden.has(row.message.id)}
                    isEdited={row.kind === "message" && row.message.id === editing}
                    isHighlighted={row.kind === "message" && row.message.seq === highlighted}
                    isActive={row.key === active}
                    mayModerate={mayModerate}
                  />
                ),
              )}
          </AnchorKeeper>
          {!isOlderFailed && failed}
        </div>
      </div>
      {/* Over the rows, one under the other: nothing moves when they come or go. */}
      <div className="absolute inset-x-0 top-0 z-10">
        <ConnectionBanner />
        <Suspense fallback={null}>
          {window.newAfter !== null && (
            <UnreadBar
              room={room}
              window={window}
              me={me}
              scroller={scroller}
              visibleSeq={visibleSeq}
              drawn={scroll.drawn}
            />
          )}
        </Suspense>
      </div>
      <JumpPill room={room} window={window} me={me} scroll={scroll} />
      <Suspense fallback={null}>
        {panel && <MessagePanels panel={panel} room={room} me={me} />}
      </Suspense>
    </div>
  );
}

const isText = ({ kind }: Message) => kind === "text";

function authorOf(row: ReturnType<typeof buildRows>[number]): number {
  if (row.kind === "whisper") return row.whisper.fromId;
  return row.kind === "message" ? row.message.author.id : 0;
}
