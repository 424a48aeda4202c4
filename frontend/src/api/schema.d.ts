/**
 * What `openapi-typescript` makes of the server's contract. Written by hand until the contract is
 * generated from the code; `npm run types` replaces this file. Use it through `types.ts` only.
 */

interface JsonBody<T> {
  content: { "application/json": T };
}
interface Answer<T> {
  headers: { [name: string]: unknown };
  content: { "application/json": T };
}
interface Nothing {
  headers: { [name: string]: unknown };
  content?: never;
}
interface Refusal {
  headers: { [name: string]: unknown };
  content: { "application/problem+json": components["schemas"]["Problem"] };
}
type RoomPath = { path: { room_id: number } };

export interface paths {
  "/api/auth/register": {
    post: {
      requestBody: JsonBody<components["schemas"]["Register"]>;
      responses: { 201: Answer<components["schemas"]["Tokens"]>; default: Refusal };
    };
  };
  "/api/auth/login": {
    post: {
      requestBody: JsonBody<components["schemas"]["Login"]>;
      responses: { 200: Answer<components["schemas"]["Tokens"]>; default: Refusal };
    };
  };
  "/api/auth/refresh": {
    post: {
      requestBody?: JsonBody<components["schemas"]["Refresh"]>;
      responses: { 200: Answer<components["schemas"]["Tokens"]>; default: Refusal };
    };
  };
  "/api/auth/logout": { post: { responses: { 204: Nothing; default: Refusal } } };
  "/api/profiles": {
    get: {
      parameters: {
        query?: {
          search?: string;
          online?: boolean;
          ordering?: string;
          limit?: number;
          cursor?: string;
        };
      };
      responses: { 200: Answer<components["schemas"]["ProfileList"]>; default: Refusal };
    };
  };
  "/api/profiles/me": {
    get: { responses: { 200: Answer<components["schemas"]["Me"]>; default: Refusal } };
    patch: {
      requestBody: JsonBody<components["schemas"]["UpdateMe"]>;
      responses: { 200: Answer<components["schemas"]["Me"]>; default: Refusal };
    };
  };
  "/api/profiles/{user_id}": {
    get: {
      parameters: { path: { user_id: number } };
      responses: { 200: Answer<components["schemas"]["Profile"]>; default: Refusal };
    };
  };
  "/api/profiles/by-username/{username}": {
    get: {
      parameters: { path: { username: string } };
      responses: { 200: Answer<components["schemas"]["Profile"]>; default: Refusal };
    };
  };
  "/api/rooms/by-slug/{slug}": {
    get: {
      parameters: { path: { slug: string } };
      responses: { 200: Answer<components["schemas"]["Room"]>; default: Refusal };
    };
  };
  "/api/rooms": {
    get: {
      parameters: {
        query?: {
          search?: string;
          joined?: boolean;
          kind?: "group" | "direct";
          ordering?: string;
          limit?: number;
          cursor?: string;
        };
      };
      responses: { 200: Answer<components["schemas"]["RoomList"]>; default: Refusal };
    };
    post: {
      requestBody: JsonBody<components["schemas"]["CreateRoom"]>;
      responses: { 201: Answer<components["schemas"]["Room"]>; default: Refusal };
    };
  };
  "/api/rooms/{room_id}": {
    get: {
      parameters: RoomPath;
      responses: { 200: Answer<components["schemas"]["Room"]>; default: Refusal };
    };
    patch: {
      parameters: RoomPath;
      requestBody: JsonBody<components["schemas"]["UpdateRoom"]>;
      responses: { 200: Answer<components["schemas"]["Room"]>; default: Refusal };
    };
    delete: { parameters: RoomPath; responses: { 204: Nothing; default: Refusal } };
  };
  "/api/rooms/{room_id}/join": {
    post: {
      parameters: RoomPath;
      responses: { 200: Answer<components["schemas"]["Room"]>; default: Refusal };
    };
  };
  "/api/rooms/{room_id}/leave": {
    post: { parameters: RoomPath; responses: { 204: Nothing; default: Refusal } };
  };
  "/api/rooms/{room_id}/members": {
    get: {
      parameters: RoomPath & { query?: { search?: string; limit?: number; cursor?: string } };
      responses: { 200: Answer<components["schemas"]["MemberList"]>; default: Refusal };
    };
  };
  "/api/rooms/{room_id}/messages": {
    get: {
      parameters: RoomPath & {
        query?: { before?: number; after?: number; around?: number; limit?: number };
      };
      responses: { 200: Answer<components["schemas"]["History"]>; default: Refusal };
    };
    post: {
      parameters: RoomPath;
      requestBody: JsonBody<components["schemas"]["SendMessage"]>;
      responses: {
        200: Answer<components["schemas"]["Message"]>;
        201: Answer<components["schemas"]["Message"]>;
        default: Refusal;
      };
    };
  };
  "/api/rooms/{room_id}/read": {
    put: {
      parameters: RoomPath;
      requestBody: JsonBody<{ seq: number }>;
      responses: { 200: Answer<components["schemas"]["ReadUpdated"]>; default: Refusal };
    };
  };
  "/api/rooms/direct/{user_id}": {
    put: {
      parameters: { path: { user_id: number } };
      responses: {
        200: Answer<components["schemas"]["Room"]>;
        201: Answer<components["schemas"]["Room"]>;
        default: Refusal;
      };
    };
  };
}

export interface components {
  schemas: {
    Problem: {
      type: string;
      title: string;
      status: number;
      code: string;
      detail: string;
      request_id: string;
      errors?: components["schemas"]["FieldError"][];
    };
    FieldError: { field: string; code: string; detail: string };
    Register: {
      username: string;
      password: string;
      email?: string | null;
      display_name?: string | null;
      session?: components["schemas"]["Carrier"];
    };
    Login: {
      username: string;
      password: string;
      remember?: boolean;
      session?: components["schemas"]["Carrier"];
    };
    Refresh: { refresh_token?: string | null };
    /** @enum {string} */
    Carrier: "token" | "cookie";
    Tokens: {
      access_token: string;
      token_type: "Bearer";
      /** Seconds. */
      expires_in: number;
      refresh_token?: string;
      profile: components["schemas"]["Me"];
    };
    /** @enum {string} */
    Presence: "online" | "away" | "busy" | "offline";
    /** @enum {string} */
    Locale: "en" | "ru";
    Profile: {
      id: number;
      username: string;
      display_name: string;
      avatar_url: string | null;
      bio: string;
      is_staff: boolean;
      presence: components["schemas"]["Presence"];
      status_text: string;
      created_at: string;
    };
    ProfileList: { items: components["schemas"]["Profile"][]; next: string | null };
    Me: components["schemas"]["Profile"] & {
      email: string | null;
      email_verified: boolean;
      is_superuser: boolean;
      locale: components["schemas"]["Locale"];
    };
    UpdateMe: {
      username?: string;
      display_name?: string;
      bio?: string;
      presence?: components["schemas"]["Presence"];
      status_text?: string;
      locale?: components["schemas"]["Locale"];
    };
    /** @enum {string} */
    RoomKind: "group" | "direct";
    /** @enum {string} */
    Role: "member" | "moderator" | "owner";
    /** @enum {string} */
    Notify: "all" | "mentions" | "none";
    Membership: {
      role: components["schemas"]["Role"];
      last_read_seq: number;
      unread: number;
      mentions: number;
      notify: components["schemas"]["Notify"];
    };
    Room: {
      id: number;
      name: string;
      slug: string | null;
      topic: string;
      kind: components["schemas"]["RoomKind"];
      is_private: boolean;
      staff_only: boolean;
      invite_only: boolean;
      owner_id: number | null;
      created_at: string;
      /** The newest `rev` in the room. */
      head: number;
      members_count: number;
      online_count: number;
      peer: components["schemas"]["Profile"] | null;
      me: components["schemas"]["Membership"] | null;
    };
    RoomList: { items: components["schemas"]["Room"][]; next: string | null };
    CreateRoom: { name: string; topic?: string; staff_only?: boolean; invite_only?: boolean };
    UpdateRoom: { name?: string; topic?: string; staff_only?: boolean; invite_only?: boolean };
    Member: {
      profile: components["schemas"]["Profile"];
      role: components["schemas"]["Role"];
      joined_at: string;
    };
    MemberList: { items: components["schemas"]["Member"][]; next: string | null };
    /** @enum {string} */
    MessageKind: "text" | "joined" | "left" | "removed" | "renamed";
    Author: { id: number; username: string; display_name: string; avatar_url: string | null };
    ReplyTo: {
      id: number;
      seq: number;
      author: components["schemas"]["Author"];
      excerpt: string;
    };
    Reaction: { emoji: string; count: number; user_ids: number[] };
    Message: {
      id: number;
      room_id: number;
      /** The number it was born with. */
      seq: number;
      /** The number of its latest change. */
      rev: number;
      kind: components["schemas"]["MessageKind"];
      author: components["schemas"]["Author"];
      body: string | null;
      reply_to: components["schemas"]["ReplyTo"] | null;
      reactions: components["schemas"]["Reaction"][];
      created_at: string;
      edited_at: string | null;
      deleted_at: string | null;
      nonce: string | null;
    };
    SendMessage: { body: string; nonce?: string; reply_to?: number };
    History: {
      items: components["schemas"]["Message"][];
      head: number;
      has_before: boolean;
      has_after: boolean;
    };
    Sync: {
      room_id: number;
      from: number;
      to: number;
      reset: boolean;
      messages: components["schemas"]["Message"][];
    };
    ReadUpdated: { room_id: number; last_read_seq: number; unread: number; mentions: number };
  };
}
