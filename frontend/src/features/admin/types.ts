/** What a noun of administration is, as the list and the object screens need to know it. */
import type { components } from "../../api/schema";
import type { Key } from "../../i18n";

type Schemas = components["schemas"];

type UserRef = Schemas["UserRef"];
type RoomRef = Schemas["RoomRef"];
export type AdminUser = Schemas["AdminUser"];
export type AdminRoom = Schemas["AdminRoom"];
export type AdminMembership = Schemas["AdminMembership"];
export type AdminMessage = Schemas["AdminMessage"];
export type AdminSession = Schemas["AdminSession"];
export type AdminToken = Schemas["AdminToken"];
export type AuditEntry = Schemas["AuditEntry"];
export type BulkOutcome = Schemas["BulkOutcome"];
export type TakenAlong = Schemas["TakenAlong"];

/** A page of any of them. */
export interface AdminList<T = unknown> {
  items: T[];
  next: string | null;
  total: number | null;
  dates: { date: string; count: number }[] | null;
}

/** What stands in a cell. */
export type Shown =
  | null
  | string
  | number
  | boolean
  | { time: string }
  | { user: UserRef }
  | { room: RoomRef }
  /** A word that has a text of its own, `admin.value.<word>`. */
  | { word: string }
  | { words: readonly string[] }
  | { event: string }
  | { changes: AuditEntry["changes"] };

export interface Column<T> {
  label: Key;
  show: (item: T) => Shown;
  /** What the server orders by; without it the column has no order. */
  sort?: string;
  /** A flag that is changed in the list itself, under this name. */
  flag?: string;
  /** Only superusers change the flag; to others it is shown. */
  superuser?: boolean;
  /** Left out where the screen is narrow; the object's page has it. */
  isAside?: boolean;
  /** On the object's page only. */
  isDetail?: boolean;
}

interface Filter {
  field: string;
  label: Key;
  /** Without them: yes and no. */
  words?: readonly string[];
}

export interface Action {
  name: string;
  label: Key;
  /** Asks on a page of its own, with what goes along. Every action does that which cannot be taken back. */
  danger?: boolean;
}

export interface Input {
  field: string;
  label: Key;
  type: "text" | "long" | "email" | "password" | "switch" | "choice" | "user" | "room";
  hint?: Key;
  required?: boolean;
  max?: number;
  min?: number;
  words?: readonly string[];
  /** Only for an object that is made, or only for one that is there. */
  only?: "create" | "change";
  /** Others see it and may not change it. */
  superuser?: boolean;
}

/** A list of what belongs to something: of which noun, and the filter that finds it. */
export interface Related {
  noun: string;
  query: Record<string, string>;
}

export interface Noun<T> {
  name: string;
  icon: typeof import("lucide-react").Users;
  label: Key;
  /** What one of them is called as an object of the audit log. */
  object?: string;
  /** In the address; memberships have two parts. */
  id: (item: T) => string;
  title: (item: T) => string;
  columns: readonly Column<T>[];
  filters: readonly Filter[];
  actions: readonly Action[];
  inputs: readonly Input[];
  /** The label of the button that makes one; without it none are made here. */
  add?: Key;
  /** Whether an item may be changed or acted on; without it every one may. A direct room is its two people's. */
  isChangeable?: (item: T) => boolean;
  /** What the fields hold to begin with. */
  values?: (item: T | null) => Values;
  /** Where people see it. */
  site?: (item: T) => string | null;
  /** Lists of what belongs to it: noun and the filter that finds them. */
  related?: (item: T) => Related[];
  /** What the audit log is asked for, for the history. */
  history?: (item: T) => Record<string, string>;
  /** The item as a bulk action names it. */
  ref: (item: T) => unknown;
  /** What a list has no total and no order with. */
  searchMin?: number;
}

export type Values = Record<string, string | boolean>;
// biome-ignore lint/suspicious/noExplicitAny: a table of nouns of different items
export type AnyNoun = Noun<any>;
