import { useEffect, useState } from "react";
import { Link } from "wouter";
import { t } from "../../i18n";
import { selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { send } from "./call";
import { Entries } from "./Entries";
import { Frame, Part } from "./Frame";
import { Health } from "./Health";
import { NOUNS } from "./nouns";
import { ServerName } from "./ServerName";
import { totalText } from "./total";
import type { AdminList, AnyNoun } from "./types";

/** The start of administration: what there is, how the server is, and what was done last. */
export function HomePage() {
  const isSuperuser = useStore((state) => selectMe(state)?.is_superuser ?? false);
  return (
    <Frame isHome title={t("admin.title")}>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))] gap-3">
        {NOUNS.map((noun) => (
          <li key={noun.name}>
            <Tile noun={noun} />
          </li>
        ))}
      </ul>
      {isSuperuser && <ServerName />}
      <Health />
      <Part title={t("admin.recent")}>
        <Entries query={{}} />
      </Part>
    </Frame>
  );
}

function Tile({ noun }: { noun: AnyNoun }) {
  const [total, setTotal] = useState<number | null>(null);
  useEffect(() => {
    send<AdminList>("GET", noun.name, { query: { limit: "1" } }).then(
      (page) => setTotal(page.total),
      // A number that is not there says nothing; the list itself will say what is wrong.
      () => undefined,
    );
  }, [noun]);
  const Icon = noun.icon;
  return (
    <Link
      href={`/admin/${noun.name}/`}
      className="flex flex-col gap-1 rounded-panel p-4 shadow-ring-line hover:bg-hover"
    >
      <span className="flex items-center gap-2 text-13 text-ink-2">
        <Icon aria-hidden="true" className="size-4" />
        {t(noun.label)}
      </span>
      <span className="text-20 font-semibold tracking-title tabular-nums">
        {total === null ? "…" : totalText(total)}
      </span>
    </Link>
  );
}
