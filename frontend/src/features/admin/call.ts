/** Calls of administration. Each noun has the same ones, so the path is put together from its name. */
import { api, call } from "../../api/client";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
type Untyped = (
  path: string,
  options: { params?: { query: object }; body?: unknown },
) => Parameters<typeof call>[0];

/** `T` is what the contract says of this path; rejects with `ApiError`. */
export function send<T>(
  method: Method,
  path: string,
  { query, body }: { query?: object; body?: unknown } = {},
): Promise<T> {
  const untyped = api[method] as unknown as Untyped;
  return call(
    untyped(`/api/admin/${path}`, {
      ...(query ? { params: { query } } : {}),
      ...(body === undefined ? {} : { body }),
    }),
  ) as Promise<T>;
}
