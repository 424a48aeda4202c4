import { useState } from "react";
import { ApiError } from "../../api/error";
import { t } from "../../i18n";
import { forgetMailedToken } from "../../lib/mailed-link";
import { getState, setUp } from "../../realtime/store";
import { Button, buttonClass } from "../../ui/button";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { useTitle } from "../../ui/title";
import { useForm } from "../../ui/use-form";
import { AuthLayout } from "./AuthLayout";
import { AuthLink } from "./AuthLink";
import { EMAIL_MAX } from "./limits";
import { NewPassword, passwordsDiffer } from "./NewPassword";
import { keepOutcome, keptOutcome, type Outcome } from "./outcome";
import { SetUpDone } from "./SetUpDone";
import { UsernameField } from "./UsernameField";
import { usernameProblem } from "./username";

/**
 * The first screen of a fresh server: whoever opens the link that it showed when it started makes
 * the first administrator, and is signed in at once. The link is good once.
 */
export default function SetUp({ token }: { token: string | null }) {
  const [step, setStep] = useState<Outcome | "form" | "missing">(
    token === null ? (keptOutcome() ?? "missing") : "form",
  );
  const end = (outcome: Outcome) => {
    forgetMailedToken();
    keepOutcome(outcome);
    setStep(outcome);
  };
  if (step === "done") return <SetUpDone />;
  if (step === "form" && token !== null) return <SetUpForm token={token} onEnd={end} />;
  return <NoLink isInvalid={step === "invalid"} />;
}

/** There is no link, or it is good no more. */
function NoLink({ isInvalid }: { isInvalid: boolean }) {
  const title = t(isInvalid ? "auth.link.invalid_title" : "auth.setup.title");
  useTitle(title);
  return (
    <AuthLayout
      isOutcome={isInvalid}
      title={title}
      text={t(isInvalid ? "auth.setup.invalid_text" : "auth.setup.missing_text")}
    >
      <AuthLink href="/login/" className={`${buttonClass("primary", "large")} w-full`}>
        {t("auth.sign_in")}
      </AuthLink>
    </AuthLayout>
  );
}

function SetUpForm({ token, onEnd }: { token: string; onEnd: (outcome: Outcome) => void }) {
  const form = useForm({ username: "", email: "", password: "", password_again: "" });
  const { values, bind } = form;
  useTitle(t("auth.setup.title"));

  const check = () => {
    const problem = usernameProblem(values.username);
    return { username: problem && t(problem), password_again: passwordsDiffer(values) };
  };
  const send = async () => {
    const wasSignedIn = getState().session.status === "signed_in";
    await setUp({
      token,
      username: values.username,
      password: values.password,
      ...(values.email.trim() && { email: values.email.trim() }),
    });
    onEnd("done");
    // What was held belongs to somebody else: begin anew as the one who is signed in now.
    if (wasSignedIn) location.reload();
  };
  const onError = (error: unknown) => {
    const isInvalid =
      error instanceof ApiError && (error.code === "link_invalid" || error.field("token") !== null);
    if (isInvalid) onEnd("invalid");
    return isInvalid;
  };

  return (
    <AuthLayout title={t("auth.setup.title")} text={t("auth.setup.text")}>
      <form
        {...form.on(send, {
          check,
          blame: { username_taken: "username", conflict: "email" },
          onError,
        })}
        className="flex flex-col gap-4"
      >
        <FormAlert text={form.summary} />
        <UsernameField {...bind("username")} />
        <Field
          {...bind("email")}
          label={t("auth.email")}
          aside={t("common.optional")}
          type="email"
          autoComplete="email"
          maxLength={EMAIL_MAX}
        />
        <NewPassword values={values} bind={bind} words={[values.username, values.email]} />
        <Button type="submit" variant="primary" size="large" busy={form.busy}>
          {t("auth.setup.send")}
        </Button>
      </form>
    </AuthLayout>
  );
}
