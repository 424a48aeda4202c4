import { api, call } from "../api/client";
import { serverName, setServerName } from "../lib/server-name";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { FormAlert } from "../ui/form-alert";
import { useForm } from "../ui/use-form";

/** In characters. */
const NAME_MAX = 40;

type ServerNameFormProps = {
  label: string;
  hint?: string;
  /** What the button says. */
  action: string;
  onNamed: (name: string) => void;
};

/** What the server is called, for whoever may say so: at set-up and in administration. */
export function ServerNameForm({ label, hint, action, onNamed }: ServerNameFormProps) {
  const form = useForm({ name: serverName() });
  const send = async () => {
    const { name } = await call(api.PATCH("/api/admin/server", { body: form.values }));
    setServerName(name);
    onNamed(name);
  };
  return (
    <form {...form.on(send)} className="flex max-w-120 flex-col gap-4">
      <FormAlert text={form.summary} />
      <Field
        {...form.bind("name")}
        label={label}
        {...(hint && { hint })}
        autoComplete="off"
        required
        maxLength={NAME_MAX}
      />
      <Button type="submit" className="self-start" busy={form.busy}>
        {action}
      </Button>
    </form>
  );
}
