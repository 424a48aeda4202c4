import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError } from "../../api/error";
import { post } from "../../api/post";
import { t } from "../../i18n";
import { forgetMailedToken } from "../../lib/mailed-link";
import { serverName } from "../../lib/server-name";
import { useStore } from "../../realtime/store";
import { Button, buttonClass } from "../../ui/button";
import { errorText } from "../../ui/form-errors";
import { useTitle } from "../../ui/title";
import { AuthLayout } from "./AuthLayout";
import { AuthLink } from "./AuthLink";
import { keepOutcome, keptOutcome, type Outcome } from "./outcome";
import { VerifyAgain } from "./VerifyAgain";

type Step =
  | { name: "waiting" | "checking" | "done" | "invalid" }
  | { name: "failed"; error: unknown };

/** Verifies an address by a mailed link; without one it says where the link is, and sends another. */
export function Verify({ token }: { token: string | null }) {
  const [step, setStep] = useState<Step>({
    name: token === null ? (keptOutcome() ?? "waiting") : "checking",
  });
  const isSignedIn = useStore((state) => state.session.status === "signed_in");
  const begun = useRef(false);

  const check = useCallback(async () => {
    const end = (outcome: Outcome) => {
      forgetMailedToken();
      keepOutcome(outcome);
      setStep({ name: outcome });
    };
    setStep({ name: "checking" });
    try {
      await post("/api/auth/email/verify", { token });
      end("done");
    } catch (error) {
      const isInvalid =
        error instanceof ApiError &&
        (error.code === "link_invalid" || error.field("token") !== null);
      if (isInvalid) end("invalid");
      else setStep({ name: "failed", error });
    }
  }, [token]);

  useEffect(() => {
    // The link is good once: an effect that runs twice must not use it twice.
    if (token === null || begun.current) return;
    begun.current = true;
    void check();
  }, [token, check]);

  const title = t(
    {
      waiting: "auth.verify.title",
      checking: "auth.verify.checking",
      done: "auth.verify.done_title",
      invalid: "auth.link.invalid_title",
      failed: "auth.verify.failed_title",
    }[step.name] as "auth.verify.title",
  );
  useTitle(title);
  const onward = (
    <AuthLink
      href={isSignedIn ? "/" : "/login/"}
      className={`${buttonClass("primary", "large")} w-full`}
    >
      {isSignedIn ? t("auth.verify.go_on", { name: serverName() }) : t("auth.sign_in")}
    </AuthLink>
  );

  switch (step.name) {
    case "checking":
      return <AuthLayout title={title} text={t("app.loading")} />;
    case "done":
      return (
        <AuthLayout isOutcome title={title} text={t("auth.verify.done_text")}>
          {onward}
        </AuthLayout>
      );
    case "failed":
      return (
        <AuthLayout isOutcome title={title} text={errorText(step.error)}>
          <Button variant="primary" size="large" className="w-full" onClick={() => void check()}>
            {t("common.retry")}
          </Button>
        </AuthLayout>
      );
    case "invalid":
      return <VerifyAgain isOutcome title={title} text={t("auth.link.invalid_text")} />;
    case "waiting":
      return <VerifyAgain title={title} text={t("auth.verify.text")} />;
  }
}
