import { lazy, Suspense } from "react";
import { Switcher } from "../features/switcher/Switcher";
import { withTexts } from "../i18n";
import { KeysDialog } from "./KeysDialog";
import { closeDialog, useView } from "./view";

const InviteDialog = lazy(() =>
  withTexts("rooms", withTexts("pages", import("../features/members/InviteDialog"))),
);
const CreateRoomDialog = lazy(() =>
  withTexts("rooms", import("../features/rooms/CreateRoomDialog")).then((module) => ({
    default: module.CreateRoomDialog,
  })),
);

/** The dialogs that can be opened from anywhere; a chunk of their own. */
export function Dialogs() {
  const { dialog, newRoomName, inviteTo } = useView();
  return <Suspense fallback={null}>{open()}</Suspense>;

  function open() {
    switch (dialog) {
      case "switcher":
        return <Switcher onClose={closeDialog} />;
      case "create_room":
        return <CreateRoomDialog initialName={newRoomName} onClose={closeDialog} />;
      case "invite":
        return inviteTo && <InviteDialog roomId={inviteTo} onClose={closeDialog} />;
      case "keys":
        return <KeysDialog onClose={closeDialog} />;
      default:
        return null;
    }
  }
}
