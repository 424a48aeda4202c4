import { type ReactNode, useId } from "react";

type SettingsSectionProps = { title: string; text: ReactNode; children: ReactNode };

/** A part of a page of the settings, with its head. */
export function SettingsSection({ title, text, children }: SettingsSectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="text-17 font-semibold tracking-title">
        {title}
      </h2>
      <p className="mb-5 text-14 text-ink-2">{text}</p>
      {children}
    </section>
  );
}
