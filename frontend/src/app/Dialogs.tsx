import { CreateRoomDialog } from "../features/rooms/CreateRoomDialog";
import { Switcher } from "../features/switcher/Switcher";
import { KeysDialog } from "./KeysDialog";
import { closeDialog, useView } from "./view";

/** The dialogs that can be opened from anywhere; a chunk of their own. */
export function Dialogs() {
  const dialog = useView((view) => view.dialog);
  const name = useView((view) => view.newRoomName);
  if (dialog === "switcher") return <Switcher onClose={closeDialog} />;
  if (dialog === "create_room")
    return <CreateRoomDialog initialName={name} onClose={closeDialog} />;
  if (dialog === "keys") return <KeysDialog onClose={closeDialog} />;
  return null;
}
