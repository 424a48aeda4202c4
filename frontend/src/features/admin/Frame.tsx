import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { t } from "../../i18n";
import { cx } from "../../lib/cx";
import { Page } from "../../ui/page";
import type { AnyNoun } from "./types";

type FrameProps = {
  title: string;
  /** The list that the page belongs to; the list itself and the start have none above them. */
  noun?: AnyNoun;
  action?: ReactNode;
  isHome?: boolean;
  children: ReactNode;
};

/** A page of administration: where one is, and what is there. */
export function Frame({ title, noun, action, isHome = false, children }: FrameProps) {
  return (
    <Page title={title} action={action} hasBack>
      <div className="mx-auto flex max-w-[60rem] flex-col gap-5 px-5 py-4">
        <nav aria-label={t("admin.path")} className={cx(isHome && "sr-only")}>
          <ol className="flex flex-wrap items-center gap-1 text-13 text-ink-2">
            {!isHome && <Crumb href="/admin/">{t("admin.title")}</Crumb>}
            {noun && <Crumb href={`/admin/${noun.name}/`}>{t(noun.label)}</Crumb>}
            <li aria-current="page" className="min-w-0 truncate text-ink">
              {title}
            </li>
          </ol>
        </nav>
        {children}
      </div>
    </Page>
  );
}

function Crumb({ href, children }: { href: string; children: ReactNode }) {
  return (
    <li className="flex items-center gap-1">
      <Link href={href} className="tap rounded-control hover:underline">
        {children}
      </Link>
      <ChevronRight aria-hidden="true" className="size-3.5 text-ink-3" />
    </li>
  );
}

/** A titled part of a page. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-2 text-15 font-semibold tracking-title">{title}</h2>
      {children}
    </section>
  );
}
