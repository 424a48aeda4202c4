import { useCallback, useLayoutEffect, useRef, useState } from "react";
import { ApiError } from "../api/error";
import { hasText, type Key, t } from "../i18n";

type FieldErrors = Record<string, string>;

/**
 * Which field a code without fields is about. Its sentence stands above the form; with `text` (or
 * `true` for the server's own words) it stands at the field instead.
 */
export type Blame = Record<string, string | { field: string; text: string | true }>;

/**
 * The errors of one form: what the browser finds by the fields' own constraints, then what the server refuses.
 * Whatever is shown, the focus goes to the first bad field.
 */
export function useFormErrors() {
  const form = useRef<HTMLFormElement>(null);
  const [fields, setFields] = useState<FieldErrors>({});
  const [summary, setSummary] = useState<string | null>(null);
  /** Raised with every refusal, so that the focus moves again although the same field is bad again. */
  const [refusals, setRefusals] = useState(0);

  const show = useCallback((next: FieldErrors, text: string | null) => {
    setFields(next);
    setSummary(text);
    setRefusals((count) => count + 1);
  }, []);

  // With the refusal and not after it is painted: what is typed then would be selected, and typed over.
  useLayoutEffect(() => {
    if (refusals === 0) return;
    const bad = form.current?.querySelector<HTMLInputElement>('[aria-invalid="true"]');
    bad?.focus();
    bad?.select?.();
  }, [refusals]);

  /** Shows nothing any more. */
  const forget = useCallback(() => {
    setFields({});
    setSummary(null);
  }, []);

  /** True when every field keeps its own constraints; `extra` adds what HTML cannot say. */
  const check = useCallback(
    (extra: Record<string, string | null> = {}) => {
      const found: FieldErrors = {};
      for (const element of form.current?.elements ?? []) {
        if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement))
          continue;
        const text = nativeError(element.validity, element) ?? extra[element.name] ?? null;
        if (text && element.name) found[element.name] = text;
      }
      const count = Object.keys(found).length;
      if (count === 0) {
        forget();
        return true;
      }
      show(found, t("form.check_fields", { count }));
      return false;
    },
    [show, forget],
  );

  /** Shows what the server said. */
  const refuse = useCallback(
    (error: unknown, blame: Blame = {}) => {
      const found: FieldErrors = {};
      const about = error instanceof ApiError ? blame[error.code] : undefined;
      if (typeof about === "object") {
        found[about.field] = about.text === true ? errorText(error) : about.text;
        return show(found, null);
      }
      if (error instanceof ApiError) {
        for (const each of error.errors) found[each.field] ??= each.detail;
        // The block above the form has the sentence: once is enough.
        if (about) found[about] ??= "";
      }
      const count = Object.keys(found).length;
      // What is wrong with a field stands at it.
      show(found, count > 0 && !about ? t("form.check_fields", { count }) : errorText(error));
    },
    [show],
  );

  const clear = useCallback((name: string) => {
    setFields(({ [name]: _, ...rest }) => rest);
  }, []);

  return { form, fields, summary, check, refuse, clear, forget };
}

/** A sentence for people about anything that was thrown: the server's own, else ours for the code. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.code === "rate_limited" && error.retryAfter) {
      return t("errors.rate_limited_for", { count: Math.ceil(error.retryAfter) });
    }
    if (error.detail) return error.detail;
    const key = `errors.${error.code}`;
    if (hasText(key)) return t(key as Key);
  }
  return t("errors.unknown");
}

type Limits = Pick<HTMLInputElement, "minLength" | "maxLength" | "value">;

function nativeError(
  validity: ValidityState,
  { minLength, maxLength, value }: Limits,
): string | null {
  if (validity.valueMissing) return t("form.required");
  if (validity.typeMismatch) return t("form.email");
  // `tooShort` is only set once a person has edited the field; a restored value is measured here.
  if (minLength > 0 && value !== "" && value.length < minLength)
    return t("form.too_short", { count: minLength });
  if (maxLength > 0 && value.length > maxLength) return t("form.too_long", { count: maxLength });
  return null;
}
