import { selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { EmailSection } from "./EmailSection";
import { PasswordSection } from "./PasswordSection";

/** What one signs in with. */
export function AccountSection() {
  const me = useStore(selectMe);
  if (!me) return null;
  return (
    <div className="flex flex-col gap-10">
      <EmailSection me={me} />
      <PasswordSection me={me} />
    </div>
  );
}
