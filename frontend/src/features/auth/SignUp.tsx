import { navigate } from "wouter/use-browser-location";
import { ApiError } from "../../api/error";
import { t } from "../../i18n";
import { signUp } from "../../realtime/store";
import { Button } from "../../ui/button";
import { Field } from "../../ui/field";
import { FormAlert } from "../../ui/form-alert";
import { useTitle } from "../../ui/title";
import { useForm } from "../../ui/use-form";
import { AuthLayout } from "./AuthLayout";
import { AuthLink } from "./AuthLink";
import { EMAIL_MAX, verifyState } from "./limits";
import { NewPassword, passwordsDiffer } from "./NewPassword";
import { UsernameField } from "./UsernameField";
import { usernameProblem } from "./username";

/** Of first and last name together, with the space between them. */
const DISPLAY_NAME_MAX = 64;

const EMPTY = {
  username: "",
  first_name: "",
  last_name: "",
  email: "",
  password: "",
  password_again: "",
};

export default function SignUp({ signInHref }: { signInHref: string }) {
  const form = useForm(EMPTY);
  const { values, bind } = form;
  const name = displayName(values);
  useTitle(t("auth.sign_up_title"));

  const check = () => {
    const problem = usernameProblem(values.username);
    const isLong = [...name].length > DISPLAY_NAME_MAX;
    return {
      username: problem && t(problem),
      last_name: isLong ? t("form.too_long", { count: DISPLAY_NAME_MAX }) : null,
      password_again: passwordsDiffer(values),
    };
  };
  const send = () =>
    signUp({
      username: values.username,
      password: values.password,
      ...(values.email.trim() && { email: values.email.trim() }),
      ...(name && { display_name: name }),
    });

  /** The account is there: what is missing is the link in the mail. */
  const onError = (error: unknown) => {
    if (!(error instanceof ApiError) || error.code !== "email_not_verified") return false;
    navigate("/verify-email/", { state: verifyState(values.email) });
    return true;
  };

  return (
    <AuthLayout
      title={t("auth.sign_up_title")}
      text={t("auth.sign_up_text")}
      footer={
        <>
          {t("auth.have_account")} <AuthLink href={signInHref}>{t("auth.sign_in")}</AuthLink>
        </>
      }
    >
      <form
        {...form.on(send, { check, blame: { username_taken: "username" }, onError })}
        className="flex flex-col gap-4"
      >
        <FormAlert text={form.summary} />
        <UsernameField {...bind("username")} />
        <div className="grid grid-cols-2 gap-3 max-[24rem]:grid-cols-1">
          <Field
            {...bind("first_name")}
            error={form.fields.first_name ?? form.fields.display_name}
            label={t("auth.first_name")}
            aside={t("common.optional")}
            autoComplete="given-name"
            maxLength={DISPLAY_NAME_MAX}
          />
          <Field
            {...bind("last_name")}
            label={t("auth.last_name")}
            aside={t("common.optional")}
            autoComplete="family-name"
            maxLength={DISPLAY_NAME_MAX}
          />
        </div>
        <Field
          {...bind("email")}
          label={t("auth.email")}
          aside={t("common.optional")}
          type="email"
          autoComplete="email"
          maxLength={EMAIL_MAX}
        />
        <NewPassword
          values={values}
          bind={bind}
          words={[values.username, values.first_name, values.last_name, values.email]}
        />
        <Button type="submit" variant="primary" size="large" busy={form.busy}>
          {t("auth.sign_up")}
        </Button>
      </form>
    </AuthLayout>
  );
}

/** What others are shown: what was given of the names, empty for neither. */
function displayName({ first_name, last_name }: typeof EMPTY): string {
  return [first_name, last_name]
    .map((part) => part.trim())
    .filter(Boolean)
    .join(" ");
}
