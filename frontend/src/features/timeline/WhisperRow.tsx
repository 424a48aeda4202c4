import { EyeOff } from "lucide-react";
import { t } from "../../i18n";
import { useStore } from "../../realtime/store";
import type { Author, Me, UserId, Whisper } from "../../realtime/types";
import { MessageFrame } from "./MessageFrame";
import { MessageText } from "./MessageText";

/** A note between two people that nobody stores. It says so in words, not by its colour alone. */
export function WhisperRow({ rowKey, whisper, me }: { rowKey: string; whisper: Whisper; me: Me }) {
  const author = usePerson(whisper.fromId, me);
  const isMine = whisper.fromId === me.id;
  const other = usePerson(isMine ? whisper.toId : whisper.fromId, me).display_name;
  return (
    <div className="mx-3 my-2 rounded-menu bg-whisper-soft pb-2 shadow-ring-whisper [overflow-wrap:anywhere]">
      <MessageFrame
        rowKey={rowKey}
        author={author}
        at={whisper.sentAt}
        isHead
        className="mt-0! px-2! pt-3!"
        mark={
          <span className="inline-flex min-w-0 items-center gap-1 text-12 font-medium text-whisper-text">
            <EyeOff aria-hidden="true" className="size-3.5 shrink-0" />
            {isMine ? t("timeline.whisper_to", { name: other }) : t("timeline.whisper_to_you")}
          </span>
        }
      >
        <MessageText body={whisper.body} viewer={me.username} />
        <p className="text-12 text-whisper-text">{t("timeline.whisper_note", { name: other })}</p>
      </MessageFrame>
    </div>
  );
}

function usePerson(id: UserId, me: Me): Author {
  const known = useStore((state) => state.people[id]);
  if (id === me.id) return me;
  return known ?? { id, username: "", display_name: "…", avatar_url: null };
}
