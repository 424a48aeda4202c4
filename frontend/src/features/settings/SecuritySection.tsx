import { IdentitiesSection } from "./IdentitiesSection";
import { SessionsSection } from "./SessionsSection";
import { TotpSection } from "./TotpSection";

/** Who else could be signed in, and what keeps them from it. */
export function SecuritySection() {
  return (
    <div className="flex flex-col gap-10">
      <TotpSection />
      <IdentitiesSection />
      <SessionsSection />
    </div>
  );
}
