import { type ReactNode, useId, useRef } from "react";
import { useKeptFocus } from "../../ui/use-kept-focus";

type SettingsSectionProps = { title: string; text: ReactNode; children: ReactNode };

/** A part of a page of the settings, with its head, which takes the focus of what goes away in it. */
export function SettingsSection({ title, text, children }: SettingsSectionProps) {
  const id = useId();
  const section = useRef<HTMLElement>(null);
  const head = useRef<HTMLHeadingElement>(null);
  useKeptFocus(section, head);
  return (
    <section ref={section} aria-labelledby={id}>
      <h2
        ref={head}
        id={id}
        tabIndex={-1}
        className="text-17 font-semibold tracking-title outline-none"
      >
        {title}
      </h2>
      <p className="mb-5 text-14 text-ink-2">{text}</p>
      {children}
    </section>
  );
}
