import { type Key, t } from "../i18n";
import { keyNames } from "../lib/platform";
import { Kbd } from "../ui/kbd";

const KEYS: readonly [Key, string][] = [
  ["keys.switcher", "Mod+K"],
  ["keys.send", "Enter"],
  ["keys.line", "Shift+Enter"],
  ["keys.edit_last", "↑"],
  ["keys.room", "Alt+↑ ↓"],
  ["keys.unread_room", "Alt+Shift+↑ ↓"],
  ["keys.region", "F6"],
  ["keys.region_back", "Shift+F6"],
  ["keys.rows", "↑ ↓"],
  ["keys.ends", "Home End"],
  ["keys.menu", "Enter"],
  ["keys.react", "R"],
  ["keys.whisper", "W"],
  ["keys.profile", "P"],
  ["keys.edit", "E"],
  ["keys.delete", "Del"],
  ["keys.undo", "Mod+Z"],
  ["keys.copy", "C"],
  ["keys.link", "L"],
  ["keys.escape", "Esc"],
  ["keys.list", "Mod+/"],
];

/** Every key of the client. */
export function KeyList() {
  return (
    <dl className="flex flex-col gap-1">
      {KEYS.map(([label, shortcut]) => (
        <div key={label} className="flex min-h-8 items-center justify-between gap-4">
          <dt className="text-14">{t(label)}</dt>
          <dd className="flex shrink-0 gap-1">
            {keyNames(shortcut.replaceAll(" ", "+")).map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
