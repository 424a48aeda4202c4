import { EyeOff } from "lucide-react";
import { t } from "../../i18n";
import { useStore } from "../../realtime/store";
import type { RoomId, UserId } from "../../realtime/types";
import { Head } from "./Head";

/** Above what one writes: that it is a whisper, and to whom; and whether they are there to hear it. */
export function WhisperHead({
  roomId,
  to,
  onLeave,
}: {
  roomId: RoomId;
  to: UserId;
  onLeave: () => void;
}) {
  const name = useStore((state) => state.people[to]?.display_name ?? "…");
  const isHere = useStore((state) => state.online[roomId]?.includes(to) ?? true);
  return (
    <Head
      icon={<EyeOff aria-hidden="true" className="size-3.5 shrink-0" />}
      title={t("whisper.to", { name })}
      text={isHere ? t("whisper.only", { name }) : t("whisper.away", { name })}
      label={t("whisper.leave")}
      className="text-whisper-text"
      onLeave={onLeave}
    />
  );
}
