/**
 * The one place that knows the generated types by their names in the contract.
 * Everything else imports from here, so that a renamed schema is one line.
 */
import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type Paths = paths;

export type Problem = Schemas["Problem"];
export type FieldError = Schemas["FieldProblem"];

export type Tokens = Schemas["Tokens"];
export type Profile = Schemas["Profile"];
export type Me = Schemas["Me"];
export type UpdateMe = Schemas["UpdateMe"];
export type Presence = Schemas["Presence"];

export type Room = Schemas["Room"];
export type Membership = Schemas["Membership"];
export type Role = Schemas["Role"];
export type Notify = Schemas["Notify"];
export type Member = Schemas["Member"];
export type CreateRoom = Schemas["NewRoom"];
export type UpdateRoom = Schemas["UpdateRoom"];

export type Message = Schemas["Message"];
export type MessageKind = Schemas["MessageKind"];
export type SentFile = Schemas["File"];
export type Author = Schemas["Author"];
export type ReplyTo = Schemas["ReplyTo"];
export type History = Schemas["History"];
export type Sync = Schemas["Sync"];
export type ReadUpdated = Schemas["ReadUpdated"];

export type Session = Schemas["List_Session"]["items"][number];
export type TotpState = Schemas["TotpState"];
export type TotpSecret = Schemas["TotpSecret"];
export type PersonalToken = Schemas["List_PersonalToken"]["items"][number];
export type MadeToken = Schemas["MadeToken"];
export type Scope = Schemas["Scope"];

export type Server = Schemas["Server"];
export type ProviderRef = Schemas["ProviderRef"];
export type Begun = Schemas["Begun"];
export type SignInPending = Schemas["SignInPending"];
export type Identity = Schemas["List_Identity"]["items"][number];

/** What a message said before one of its edits. */
export interface FormerBody {
  /** The number of the edit that replaced it. */
  rev: number;
  body: string;
  written_at: string;
  replaced_at: string;
}

/** One page of a list; `next` is the cursor of the page after, null on the last. */
export interface List<T> {
  items: T[];
  next: string | null;
}
