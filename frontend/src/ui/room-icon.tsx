import { Hash, MessageCircle, ShieldCheck } from "lucide-react";
import type { Room } from "../api/types";

type RoomIconProps = { room: Pick<Room, "kind" | "staff_only">; className?: string };

/** `#` for a room, a shield for staff's, a bubble for a direct one without a face beside it. */
export function RoomIcon({ room, className }: RoomIconProps) {
  if (room.kind === "direct") return <MessageCircle aria-hidden="true" className={className} />;
  if (room.staff_only) return <ShieldCheck aria-hidden="true" className={className} />;
  return <Hash aria-hidden="true" className={className} />;
}
