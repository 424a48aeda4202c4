import { lazy, memo, Suspense } from "react";
import { withTexts } from "../../i18n";
import type { Me } from "../../realtime/types";
import { DayLine } from "./DayLine";
import { MessageRow } from "./MessageRow";
import { NewLine } from "./NewLine";
import { NoteRow } from "./NoteRow";
import { PendingRow } from "./PendingRow";
import type { Row } from "./rows";
import { WhisperRow } from "./WhisperRow";

const BlockedRow = lazy(() => withTexts("message", import("./BlockedRow")));

export type TimelineRowProps = {
  row: Exclude<Row, { kind: "begin" }>;
  me: Me;
  isStaff: boolean;
  isHighlighted: boolean;
  /** Shows its toolbar. */
  isActive: boolean;
  /** Its author is blocked. */
  isBlocked: boolean;
  /** It is being deleted, and can still come back. */
  isHidden: boolean;
  /** It is being changed in its place. */
  isEdited: boolean;
  mayModerate: boolean;
};

/**
 * One row of the timeline. A new row object of the same content does not render again. What it needs of the
 * state it is given: with hundreds of rows that each listened for themselves, listening would be the work.
 */
export const TimelineRow = memo(function TimelineRow(props: TimelineRowProps) {
  if (!props.isBlocked) return <PlainRow {...props} />;
  return (
    // As high as the line that takes its place: nothing moves.
    <Suspense fallback={<div className="h-8" />}>
      <BlockedRow {...props} />
    </Suspense>
  );
}, isSame);

/** A row as it is, whoever it is by. */
export function PlainRow(props: TimelineRowProps) {
  const { row, me, isStaff, isHighlighted, isActive, isHidden, isEdited, mayModerate } = props;
  switch (row.kind) {
    case "day":
      return <DayLine at={row.at} />;
    case "new":
      return <NewLine />;
    case "note":
      return <NoteRow rowKey={row.key} message={row.message} />;
    case "whisper":
      return <WhisperRow rowKey={row.key} whisper={row.whisper} me={me} />;
    case "pending":
      return <PendingRow rowKey={row.key} pending={row.pending} isHead={row.isHead} me={me} />;
    case "message":
      return (
        <MessageRow
          rowKey={row.key}
          message={row.message}
          isHead={row.isHead}
          me={me}
          isStaff={isStaff}
          isHighlighted={isHighlighted}
          isActive={isActive}
          isHidden={isHidden}
          isEdited={isEdited}
          mayModerate={mayModerate}
        />
      );
  }
}

function isSame(a: TimelineRowProps, b: TimelineRowProps): boolean {
  return (
    // What is called today is called yesterday the day after.
    a.row.kind !== "day" &&
    a.me === b.me &&
    a.isStaff === b.isStaff &&
    a.isHighlighted === b.isHighlighted &&
    a.isActive === b.isActive &&
    a.isBlocked === b.isBlocked &&
    a.isHidden === b.isHidden &&
    a.isEdited === b.isEdited &&
    a.mayModerate === b.mayModerate &&
    isSameRow(a.row as Record<string, unknown>, b.row as Record<string, unknown>)
  );
}

/** Rows are built anew each time, of the same messages: their fields are compared, one level deep. */
function isSameRow(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
