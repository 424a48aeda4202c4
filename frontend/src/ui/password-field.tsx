import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { t } from "../i18n";
import { Field, type FieldProps } from "./field";
import { IconButton } from "./icon-button";

/** A field for a secret, with a button that shows what was typed. */
export function PasswordField(props: Omit<FieldProps, "type" | "after">) {
  const [shown, setShown] = useState(false);
  return (
    <Field
      {...props}
      type={shown ? "text" : "password"}
      autoCapitalize="none"
      spellCheck={false}
      after={
        <IconButton
          className="me-1"
          label={t(shown ? "auth.password_hide" : "auth.password_show")}
          aria-pressed={shown}
          icon={
            shown ? <EyeOff className="size-[1.125rem]" /> : <Eye className="size-[1.125rem]" />
          }
          onClick={() => setShown(!shown)}
        />
      }
    />
  );
}
