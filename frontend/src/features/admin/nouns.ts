/**
 * Everything that is administered. The list and the object screens are the same for all of them;
 * what differs is said here. To add a noun: an entry, and its texts in `admin.*`.
 */
import {
  Hash,
  History,
  KeyRound,
  Link2,
  MessagesSquare,
  MonitorSmartphone,
  Users,
} from "lucide-react";
import { roomPath } from "../../ui/room-name";
import type {
  AdminMembership,
  AdminMessage,
  AdminRoom,
  AdminSession,
  AdminToken,
  AdminUser,
  AnyNoun,
  AuditEntry,
  Column,
  Noun,
  Related,
} from "./types";

const time = (at: string | null) => (at ? { time: at } : null);
const ROLES = ["owner", "moderator", "member"] as const;

function made<T extends { created_at: string }>(): Column<T> {
  return {
    label: "admin.field.created_at",
    sort: "created_at",
    isAside: true,
    show: (item) => time(item.created_at),
  };
}

const users: Noun<AdminUser> = {
  name: "users",
  icon: Users,
  label: "admin.noun.users",
  object: "user",
  id: (user) => String(user.id),
  title: (user) => user.username,
  ref: (user) => user.id,
  columns: [
    { label: "admin.field.username", sort: "username", show: (user) => user.username },
    {
      label: "admin.field.display_name",
      sort: "display_name",
      isAside: true,
      show: (user) => user.display_name,
    },
    { label: "admin.field.email", isAside: true, show: (user) => user.email },
    { label: "admin.field.is_active", flag: "is_active", show: (user) => user.is_active },
    {
      label: "admin.field.is_staff",
      flag: "is_staff",
      superuser: true,
      show: (user) => user.is_staff,
    },
    { label: "admin.field.is_superuser", isAside: true, show: (user) => user.is_superuser },
    { label: "admin.field.last_seen_at", isAside: true, show: (user) => time(user.last_seen_at) },
    made(),
    { label: "admin.field.email_verified", isDetail: true, show: (user) => user.email_verified },
    { label: "admin.field.totp_enabled", isDetail: true, show: (user) => user.totp_enabled },
    { label: "admin.field.rooms_count", isDetail: true, show: (user) => user.rooms_count },
    { label: "admin.field.sessions_count", isDetail: true, show: (user) => user.sessions_count },
    { label: "admin.field.tokens_count", isDetail: true, show: (user) => user.tokens_count },
  ],
  filters: [
    { field: "is_active", label: "admin.field.is_active" },
    { field: "is_staff", label: "admin.field.is_staff" },
    { field: "is_superuser", label: "admin.field.is_superuser" },
    { field: "email_verified", label: "admin.field.email_verified" },
    { field: "totp_enabled", label: "admin.field.totp_enabled" },
  ],
  actions: [
    { name: "activate", label: "admin.action.activate" },
    { name: "deactivate", label: "admin.action.deactivate", danger: true },
    { name: "sign_out", label: "admin.action.sign_out", danger: true },
    { name: "delete", label: "admin.action.delete", danger: true },
  ],
  add: "admin.add.users",
  inputs: [
    {
      field: "username",
      label: "admin.field.username",
      type: "text",
      required: true,
      min: 2,
      max: 32,
    },
    {
      field: "password",
      label: "admin.field.password",
      type: "password",
      required: true,
      min: 8,
      max: 1024,
      only: "create",
    },
    { field: "display_name", label: "admin.field.display_name", type: "text", max: 64 },
    { field: "email", label: "admin.field.email", type: "email", max: 254 },
    { field: "bio", label: "admin.field.bio", type: "long", max: 500, only: "change" },
    {
      field: "locale",
      label: "admin.field.locale",
      type: "choice",
      words: ["en", "ru"],
      only: "change",
    },
    {
      field: "is_active",
      label: "admin.field.is_active",
      hint: "admin.hint.is_active",
      type: "switch",
    },
    {
      field: "is_staff",
      label: "admin.field.is_staff",
      hint: "admin.hint.is_staff",
      type: "switch",
      superuser: true,
    },
    {
      field: "is_superuser",
      label: "admin.field.is_superuser",
      hint: "admin.hint.is_superuser",
      type: "switch",
      superuser: true,
    },
  ],
  values: (user) => ({
    username: user?.username ?? "",
    password: "",
    display_name: user?.display_name ?? "",
    email: user?.email ?? "",
    bio: user?.bio ?? "",
    locale: user?.locale ?? "en",
    is_active: user?.is_active ?? true,
    is_staff: user?.is_staff ?? false,
    is_superuser: user?.is_superuser ?? false,
  }),
  site: (user) => `/messages/${encodeURIComponent(user.username)}/`,
  related: (user): Related[] => [
    { noun: "memberships", query: { user_id: String(user.id) } },
    { noun: "messages", query: { author_id: String(user.id) } },
    { noun: "sessions", query: { user_id: String(user.id) } },
    { noun: "tokens", query: { user_id: String(user.id) } },
    { noun: "audit", query: { actor_id: String(user.id) } },
  ],
  history: (user) => ({ user_id: String(user.id) }),
};

const rooms: Noun<AdminRoom> = {
  name: "rooms",
  icon: Hash,
  label: "admin.noun.rooms",
  object: "room",
  id: (room) => String(room.id),
  title: (room) => room.name || room.people.map((name) => `@${name}`).join(", "),
  ref: (room) => room.id,
  columns: [
    { label: "admin.field.name", sort: "name", show: (room) => rooms.title(room) },
    { label: "admin.field.kind", isAside: true, show: (room) => ({ word: room.kind }) },
    { label: "admin.field.staff_only", show: (room) => room.staff_only },
    { label: "admin.field.invite_only", isAside: true, show: (room) => room.invite_only },
    {
      label: "admin.field.owner",
      isAside: true,
      show: (room) => room.owner && { user: room.owner },
    },
    {
      label: "admin.field.members_count",
      sort: "members_count",
      show: (room) => room.members_count,
    },
    made(),
    { label: "admin.field.slug", isDetail: true, show: (room) => room.slug },
    { label: "admin.field.head", isDetail: true, show: (room) => room.head },
  ],
  filters: [
    { field: "kind", label: "admin.field.kind", words: ["group", "direct"] },
    { field: "staff_only", label: "admin.field.staff_only" },
    { field: "invite_only", label: "admin.field.invite_only" },
  ],
  actions: [
    { name: "close_to_others", label: "admin.action.close_to_others", danger: true },
    { name: "open_to_others", label: "admin.action.open_to_others" },
    { name: "delete", label: "admin.action.delete", danger: true },
  ],
  add: "admin.add.rooms",
  isChangeable: (room) => room.kind === "group",
  inputs: [
    { field: "name", label: "admin.field.name", type: "text", required: true, max: 80 },
    { field: "topic", label: "admin.field.topic", type: "text", max: 250 },
    { field: "owner_id", label: "admin.field.owner", hint: "admin.hint.owner", type: "user" },
    {
      field: "staff_only",
      label: "admin.field.staff_only",
      hint: "admin.hint.staff_only",
      type: "switch",
    },
    {
      field: "invite_only",
      label: "admin.field.invite_only",
      hint: "admin.hint.invite_only",
      type: "switch",
    },
  ],
  values: (room) => ({
    name: room?.name ?? "",
    topic: room?.topic ?? "",
    owner_id: room?.owner?.username ?? "",
    staff_only: room?.staff_only ?? false,
    invite_only: room?.invite_only ?? false,
  }),
  site: (room) => (room.kind === "group" ? roomPath(room.id) : null),
  related: (room): Related[] => [
    { noun: "memberships", query: { room_id: String(room.id) } },
    { noun: "messages", query: { room_id: String(room.id) } },
  ],
  history: (room) => ({ room_id: String(room.id) }),
};

const memberships: Noun<AdminMembership> = {
  name: "memberships",
  icon: Link2,
  label: "admin.noun.memberships",
  object: "membership",
  id: ({ room, user }) => `${room.id}/${user.id}`,
  title: ({ room, user }) => `${user.username} · ${room.name || `#${room.id}`}`,
  ref: ({ room, user }) => ({ room_id: room.id, user_id: user.id }),
  columns: [
    { label: "admin.field.membership", show: (item) => memberships.title(item) },
    { label: "admin.field.user", isAside: true, show: ({ user }) => ({ user }) },
    { label: "admin.field.room", isAside: true, show: ({ room }) => ({ room }) },
    { label: "admin.field.role", show: ({ role }) => ({ word: role }) },
    {
      label: "admin.field.joined_at",
      sort: "joined_at",
      isAside: true,
      show: ({ joined_at }) => time(joined_at),
    },
  ],
  filters: [{ field: "role", label: "admin.field.role", words: ROLES }],
  actions: [
    { name: "make_moderator", label: "admin.action.make_moderator" },
    { name: "make_member", label: "admin.action.make_member" },
    { name: "remove", label: "admin.action.remove", danger: true },
  ],
  add: "admin.add.memberships",
  isChangeable: ({ room }) => room.kind === "group",
  inputs: [
    { field: "room_id", label: "admin.field.room", type: "room", required: true, only: "create" },
    { field: "user_id", label: "admin.field.user", type: "user", required: true, only: "create" },
    { field: "role", label: "admin.field.role", type: "choice", words: ROLES },
  ],
  values: (item) => ({ room_id: "", user_id: "", role: item?.role ?? "member" }),
  site: ({ room }) => (room.kind === "group" ? roomPath(room.id) : null),
  history: ({ room, user }) => ({
    object: "membership",
    room_id: String(room.id),
    user_id: String(user.id),
  }),
};

const messages: Noun<AdminMessage> = {
  name: "messages",
  icon: MessagesSquare,
  label: "admin.noun.messages",
  object: "message",
  id: (message) => String(message.id),
  title: (message) => `#${message.id}`,
  ref: (message) => message.id,
  searchMin: 3,
  columns: [
    {
      label: "admin.field.message",
      show: (message) =>
        message.body ?? (message.deleted_at ? { word: "deleted" } : { word: "unread" }),
    },
    { label: "admin.field.author", show: ({ author }) => ({ user: author }) },
    { label: "admin.field.room", isAside: true, show: ({ room }) => ({ room }) },
    {
      label: "admin.field.sent_at",
      sort: "created_at",
      isAside: true,
      show: ({ created_at }) => time(created_at),
    },
    { label: "admin.field.edited_at", isAside: true, show: ({ edited_at }) => time(edited_at) },
    { label: "admin.field.deleted_at", isDetail: true, show: ({ deleted_at }) => time(deleted_at) },
    { label: "admin.field.seq", isDetail: true, show: ({ seq }) => seq },
  ],
  filters: [{ field: "deleted", label: "admin.field.deleted" }],
  actions: [{ name: "delete", label: "admin.action.delete", danger: true }],
  inputs: [],
  site: ({ room, seq }) => (room.kind === "group" ? `${roomPath(room.id)}?at=${seq}` : null),
  history: ({ id }) => ({ object: "message", object_id: String(id) }),
};

const sessions: Noun<AdminSession> = {
  name: "sessions",
  icon: MonitorSmartphone,
  label: "admin.noun.sessions",
  object: "session",
  id: (session) => String(session.id),
  title: (session) => `${session.user.username} · ${session.ip ?? `#${session.id}`}`,
  ref: (session) => session.id,
  columns: [
    { label: "admin.field.session", show: (session) => sessions.title(session) },
    { label: "admin.field.user", isAside: true, show: ({ user }) => ({ user }) },
    { label: "admin.field.user_agent", isAside: true, show: ({ user_agent }) => user_agent },
    { label: "admin.field.is_live", show: ({ is_live }) => is_live },
    {
      label: "admin.field.last_used_at",
      sort: "last_seen_at",
      isAside: true,
      show: ({ last_seen_at }) => time(last_seen_at),
    },
    made(),
    { label: "admin.field.expires_at", isDetail: true, show: ({ expires_at }) => time(expires_at) },
    { label: "admin.field.revoked_at", isDetail: true, show: ({ revoked_at }) => time(revoked_at) },
  ],
  filters: [{ field: "live", label: "admin.field.is_live" }],
  actions: [{ name: "revoke", label: "admin.action.revoke", danger: true }],
  inputs: [],
  history: ({ id }) => ({ object: "session", object_id: String(id) }),
};

const tokens: Noun<AdminToken> = {
  name: "tokens",
  icon: KeyRound,
  label: "admin.noun.tokens",
  object: "token",
  id: (token) => String(token.id),
  title: (token) => token.name,
  ref: (token) => token.id,
  columns: [
    { label: "admin.field.name", show: ({ name }) => name },
    { label: "admin.field.user", show: ({ user }) => ({ user }) },
    { label: "admin.field.scopes", isAside: true, show: ({ scopes }) => scopes.join(", ") },
    { label: "admin.field.is_live", show: ({ is_live }) => is_live },
    {
      label: "admin.field.last_used_at",
      sort: "last_used_at",
      isAside: true,
      show: ({ last_used_at }) => time(last_used_at),
    },
    made(),
    { label: "admin.field.ip", isDetail: true, show: ({ ip }) => ip },
    { label: "admin.field.expires_at", isDetail: true, show: ({ expires_at }) => time(expires_at) },
    { label: "admin.field.revoked_at", isDetail: true, show: ({ revoked_at }) => time(revoked_at) },
  ],
  filters: [{ field: "live", label: "admin.field.is_live" }],
  actions: [{ name: "revoke", label: "admin.action.revoke", danger: true }],
  inputs: [],
  history: ({ id }) => ({ object: "token", object_id: String(id) }),
};

const audit: Noun<AuditEntry> = {
  name: "audit",
  icon: History,
  label: "admin.noun.audit",
  id: (entry) => String(entry.id),
  title: (entry) => `#${entry.id}`,
  ref: (entry) => entry.id,
  columns: [
    { label: "admin.field.event", show: ({ event }) => ({ event }) },
    { label: "admin.field.actor", show: ({ actor }) => actor && { user: actor } },
    {
      label: "admin.field.object",
      isAside: true,
      show: ({ object, object_name, object_id }) => ({
        words: [object, object_name || (object_id ? `#${object_id}` : "")],
      }),
    },
    { label: "admin.field.user", isAside: true, show: ({ user }) => user && { user } },
    {
      label: "admin.field.when",
      sort: "created_at",
      isAside: true,
      show: ({ created_at }) => time(created_at),
    },
    { label: "admin.field.changes", isDetail: true, show: ({ changes }) => ({ changes }) },
    { label: "admin.field.ip", isDetail: true, show: ({ ip }) => ip },
    { label: "admin.field.request_id", isDetail: true, show: ({ request_id }) => request_id },
  ],
  filters: [
    {
      field: "object",
      label: "admin.field.object",
      words: ["user", "room", "membership", "message", "session", "token", "identity", "server"],
    },
  ],
  actions: [],
  inputs: [],
};

export const NOUNS: readonly AnyNoun[] = [
  users,
  rooms,
  memberships,
  messages,
  sessions,
  tokens,
  audit,
];

export function nounOf(name: string | undefined): AnyNoun | undefined {
  return NOUNS.find((noun) => noun.name === name);
}
