import { Copy, Download } from "lucide-react";
import { useEffect, useRef } from "react";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { copyText } from "../../ui/copy";

const FILE = "parlor-recovery-codes.txt";

type RecoveryCodesProps = { codes: readonly string[]; onDone: () => void };

/** The codes that stand in for the authenticator: shown this once, to be kept elsewhere. */
export function RecoveryCodes({ codes, onDone }: RecoveryCodesProps) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  return (
    <div>
      <h3 ref={head} tabIndex={-1} className="text-15 font-semibold outline-none">
        {t("settings.codes")}
      </h3>
      <p className="mt-0.5 text-14 text-ink-2">{t("settings.codes_text")}</p>
      <ul
        aria-label={t("settings.codes")}
        className="my-4 grid grid-cols-2 gap-x-4 gap-y-1.5 max-md:grid-cols-1 rounded-input bg-sunken px-4 py-3 shadow-ring-line"
      >
        {codes.map((code) => (
          <li key={code} className="font-mono text-13 whitespace-nowrap">
            {code}
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button
          icon={<Copy aria-hidden="true" className="size-4" />}
          onClick={() => void copyText(codes.join("\n"))}
        >
          {t("common.copy")}
        </Button>
        <Button
          icon={<Download aria-hidden="true" className="size-4" />}
          onClick={() => download(`${codes.join("\n")}\n`)}
        >
          {t("settings.codes_download")}
        </Button>
        <Button variant="primary" onClick={onDone}>
          {t("settings.codes_kept")}
        </Button>
      </div>
    </div>
  );
}

function download(text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = FILE;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
