/** Finds people and rooms by what they are called: forms take names, the server takes ids. */
import { ApiError } from "../../api/error";
import { t } from "../../i18n";
import { send } from "./call";
import type { AdminList, AdminRoom, AdminUser } from "./types";

const SUGGESTED = "10";

/** Names that contain what was typed. */
export async function suggest(type: "user" | "room", text: string): Promise<string[]> {
  if (type === "user") {
    const query = { search: text, limit: SUGGESTED };
    return (await send<AdminList<AdminUser>>("GET", "users", { query })).items.map(
      (user) => user.username,
    );
  }
  const query = { search: text, kind: "group", limit: SUGGESTED };
  return (await send<AdminList<AdminRoom>>("GET", "rooms", { query })).items.map(
    (room) => room.name,
  );
}

/** The id of exactly this name; rejects as the server would, blaming the field. */
export async function idOf(type: "user" | "room", text: string, field: string): Promise<number> {
  const wanted = text.trim().replace(/^[@#]/, "").toLocaleLowerCase();
  const query = { search: wanted, limit: "100", ...(type === "room" ? { kind: "group" } : {}) };
  const { items } = await send<AdminList<AdminUser | AdminRoom>>("GET", `${type}s`, { query });
  const found = items.find(
    (item) => ("username" in item ? item.username : item.name).toLocaleLowerCase() === wanted,
  );
  if (found) return found.id;
  const detail = t("admin.not_found", { name: text });
  throw new ApiError(422, "invalid", detail, [{ field, code: "not_found", detail }]);
}
