import { Copy } from "lucide-react";
import { useEffect, useRef } from "react";
import type { MadeToken } from "../../api/types";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { copyText } from "../../ui/copy";

type TokenMadeProps = { made: MadeToken; onDone: () => void };

/** A token that was just made: the only time that anybody sees it. */
export function TokenMade({ made, onDone }: TokenMadeProps) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  return (
    <div className="mb-5 rounded-input bg-accent-soft p-4">
      <h3 ref={head} tabIndex={-1} className="text-15 font-semibold outline-none">
        {t("settings.token_made", { name: made.name })}
      </h3>
      <p className="mt-0.5 text-13 text-ink-2">{t("settings.token_made_text")}</p>
      <code className="my-3 block rounded-control bg-panel px-3 py-2 font-mono text-13 break-all shadow-ring-line">
        {made.token}
      </code>
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          icon={<Copy aria-hidden="true" className="size-4" />}
          onClick={() => void copyText(made.token)}
        >
          {t("settings.token_copy")}
        </Button>
        <Button onClick={onDone}>{t("settings.token_kept")}</Button>
      </div>
    </div>
  );
}
