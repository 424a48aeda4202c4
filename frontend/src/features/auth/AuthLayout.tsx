import { type ReactNode, useEffect, useRef } from "react";
import { t } from "../../i18n";
import { useServerName } from "../../lib/server-name";
import { BrandMark } from "../../ui/brand-mark";
import { LanguageLinks } from "./LanguageLinks";

type AuthLayoutProps = {
  title: string;
  text: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  /** Goes to the title when it appears: for an outcome, which takes the place of what was focused. */
  isOutcome?: boolean;
};

/** The column of 360 px that the screens before the shell share. */
export function AuthLayout({ title, text, children, footer, isOutcome }: AuthLayoutProps) {
  const name = useServerName();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isOutcome && title) heading.current?.focus();
  }, [isOutcome, title]);
  return (
    <div className="flex h-full flex-col overflow-y-auto">
      <a href="#main" className="skip-link">
        {t("app.skip_to_content")}
      </a>
      <main
        id="main"
        tabIndex={-1}
        className="m-auto w-full max-w-[25.5rem] px-6 py-8 outline-none"
      >
        <p className="flex items-center gap-3 text-17 font-semibold [overflow-wrap:anywhere]">
          <BrandMark className="size-11 shrink-0" />
          {name}
        </p>
        <h1
          ref={heading}
          tabIndex={-1}
          className="mt-6 text-26 font-semibold tracking-display outline-none"
        >
          {title}
        </h1>
        <p className="mt-0.5 text-15 text-ink-2">{text}</p>
        {children && <div className="mt-7">{children}</div>}
        {footer && <div className="mt-6 text-14 text-ink-2">{footer}</div>}
      </main>
      <LanguageLinks />
    </div>
  );
}
