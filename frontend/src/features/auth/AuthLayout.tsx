import type { ReactNode } from "react";
import { t } from "../../i18n";
import { BrandMark } from "../../ui/brand-mark";
import { LanguageLinks } from "./LanguageLinks";

type AuthLayoutProps = { title: string; text: string; children: ReactNode; footer: ReactNode };

/** The column of 360 px that signing in and signing up share. */
export function AuthLayout({ title, text, children, footer }: AuthLayoutProps) {
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
        <BrandMark className="size-11" />
        <h1 className="mt-6 text-26 font-semibold tracking-display">{title}</h1>
        <p className="mt-0.5 text-15 text-ink-2">{text}</p>
        <div className="mt-7">{children}</div>
        <div className="mt-6 text-14 text-ink-2">{footer}</div>
      </main>
      <LanguageLinks />
    </div>
  );
}
