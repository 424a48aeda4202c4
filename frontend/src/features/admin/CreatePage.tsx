import { useLocation } from "wouter";
import type { Me } from "../../api/types";
import { t } from "../../i18n";
import { toast } from "../../ui/toast-store";
import { send } from "./call";
import { Frame } from "./Frame";
import { ObjectForm } from "./ObjectForm";
import type { AnyNoun } from "./types";

/** Makes one of a noun, and goes on to it. */
export function CreatePage({ noun, me }: { noun: AnyNoun; me: Me }) {
  const [, navigate] = useLocation();
  const title = noun.add ? t(noun.add) : t(noun.label);
  const create = async (body: Record<string, unknown>) => {
    const made = await (noun.name === "memberships"
      ? send("PUT", `memberships/${body.room_id}/${body.user_id}`, { body: { role: body.role } })
      : send("POST", noun.name, { body }));
    toast(t("admin.made"));
    navigate(`/admin/${noun.name}/${noun.id(made)}/`);
  };
  return (
    <Frame title={title} noun={noun}>
      <ObjectForm
        isNew
        inputs={noun.inputs.filter((input) => input.only !== "change")}
        values={noun.values?.(null) ?? {}}
        me={me}
        action={title}
        onSend={create}
      />
    </Frame>
  );
}
