import { Search } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { useLocation } from "wouter";
import { openCreateRoom } from "../../app/view";
import { t } from "../../i18n";
import { isComposing } from "../../lib/platform";
import { openDirect } from "../../realtime/store";
import { Dialog } from "../../ui/dialog";
import { errorText } from "../../ui/form-errors";
import { Kbd } from "../../ui/kbd";
import { roomPath } from "../../ui/room-name";
import { toastError } from "../../ui/toast-store";
import { SwitcherRow } from "./SwitcherRow";
import { type Choice, useChoices } from "./use-choices";

/** Jumps to a room or a person by a few letters. A combobox: the focus stays in the field. */
export function Switcher({ onClose }: { onClose: () => void }) {
  const id = useId();
  const [query, setQuery] = useState("");
  const [index, setIndex] = useState(0);
  const [, navigate] = useLocation();
  const choices = useChoices(query);
  const active = Math.min(index, choices.length - 1);

  const choose = async (choice: Choice | undefined) => {
    if (!choice) return;
    onClose();
    if (choice.kind === "room") return navigate(roomPath(choice.room.id));
    if (choice.kind === "search") {
      return navigate(`/search/?${new URLSearchParams({ q: choice.text })}`);
    }
    if (choice.kind === "create") return openCreateRoom(choice.name);
    try {
      const room = await openDirect(choice.profile.id);
      navigate(roomPath(room.id));
    } catch (error) {
      toastError(errorText(error));
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    const count = choices.length;
    if (event.key === "ArrowDown" && count > 0) setIndex((active + 1) % count);
    else if (event.key === "ArrowUp" && count > 0) setIndex((active - 1 + count) % count);
    else if (event.key === "Enter") void choose(choices[active]);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog
      bare
      title={t("nav.jump")}
      onClose={onClose}
      className="max-md:h-[90dvh] md:mt-[14vh] md:max-h-[min(72dvh,40rem)] md:w-145 md:max-w-[calc(100vw-2rem)]"
    >
      <div className="flex h-13 shrink-0 items-center gap-3 border-b border-line px-4">
        <Search aria-hidden="true" className="size-[1.125rem] shrink-0 text-ink-3" />
        <input
          autoFocus
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={choices[active] ? `${id}-${active}` : undefined}
          aria-autocomplete="list"
          aria-label={t("switcher.label")}
          placeholder={t("switcher.label")}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setIndex(0);
          }}
          onKeyDown={onKeyDown}
          className="h-full min-w-0 flex-1 bg-transparent text-16"
        />
        <span aria-hidden="true" className="max-md:hidden">
          <Kbd>Esc</Kbd>
        </span>
      </div>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={t("switcher.results")}
        className="min-h-0 overflow-y-auto p-2"
      >
        {choices.map((choice, at) => (
          <SwitcherRow
            key={choice.key}
            id={`${id}-${at}`}
            choice={choice}
            isActive={at === active}
            onPoint={() => setIndex(at)}
            onChoose={() => void choose(choice)}
          />
        ))}
      </div>
      {choices.length === 0 && <p className="px-4 pb-5 text-14 text-ink-2">{t("switcher.none")}</p>}
    </Dialog>
  );
}
