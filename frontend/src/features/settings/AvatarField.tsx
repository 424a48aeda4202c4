import { Upload } from "lucide-react";
import { type ChangeEvent, lazy, Suspense, useRef, useState } from "react";
import { api, call } from "../../api/client";
import type { Me } from "../../api/types";
import { t } from "../../i18n";
import { refreshMe } from "../../realtime/store";
import { Avatar } from "../../ui/avatar";
import { Button } from "../../ui/button";
import { errorText } from "../../ui/form-errors";
import { toast, toastError } from "../../ui/toast-store";
import { openPicture } from "./picture";

const CropDialog = lazy(() =>
  import("./CropDialog").then((module) => ({ default: module.CropDialog })),
);

const TYPES = "image/png,image/jpeg,image/webp";

export type Picture = Awaited<ReturnType<typeof openPicture>>;

type AvatarFieldProps = {
  me: Me;
  /** What the initials are made of, while it is being changed. */
  name: string;
};

/** One's picture: choose another one, or none. */
export function AvatarField({ me, name }: AvatarFieldProps) {
  const [picture, setPicture] = useState<Picture | null>(null);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const choose = useRef<HTMLButtonElement>(null);

  const pick = async (event: ChangeEvent<HTMLInputElement>) => {
    const element = event.currentTarget;
    const file = element.files?.[0];
    if (!file) return;
    try {
      setPicture(await openPicture(file));
    } catch {
      toastError(t("settings.avatar_unreadable"));
    }
    // The same file may be chosen again.
    element.value = "";
  };
  const close = () => {
    picture?.close();
    setPicture(null);
  };
  const remove = async () => {
    setBusy(true);
    try {
      await call(api.DELETE("/api/profiles/me/avatar"));
      await refreshMe();
      toast(t("settings.avatar_removed"));
      // The button that was pressed is gone.
      choose.current?.focus();
    } catch (error) {
      toastError(errorText(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="flex items-center gap-5">
      <Avatar userId={me.id} name={name} url={large(me.avatar_url)} size={88} />
      <div className="min-w-0">
        <div className="flex flex-wrap gap-2">
          <input
            ref={input}
            hidden
            type="file"
            accept={TYPES}
            onChange={(event) => void pick(event)}
          />
          <Button
            ref={choose}
            icon={<Upload aria-hidden="true" className="size-4" />}
            onClick={() => input.current?.click()}
          >
            {t(me.avatar_url ? "settings.avatar_change" : "settings.avatar_upload")}
          </Button>
          {me.avatar_url && (
            <Button variant="ghost" busy={busy} onClick={remove}>
              {t("settings.avatar_remove")}
            </Button>
          )}
        </div>
        <p className="mt-1.5 text-12 text-ink-3">{t("settings.avatar_text")}</p>
      </div>
      <Suspense fallback={null}>
        {picture && (
          <CropDialog
            picture={picture}
            onDone={(next) => {
              void refreshMe(next);
              close();
              toast(t("settings.saved"));
            }}
            onClose={close}
          />
        )}
      </Suspense>
    </div>
  );
}

/** The address of the largest size: the usual one is for rows. */
function large(url: string | null): string | null {
  return url?.replace(/\/128$/, "/256") ?? null;
}
