/** The head of a section of the settings. */
export function SectionHead({ title, text }: { title: string; text: string }) {
  return (
    <>
      <h2 className="text-17 font-semibold tracking-title">{title}</h2>
      <p className="mb-5 text-14 text-ink-2">{text}</p>
    </>
  );
}
