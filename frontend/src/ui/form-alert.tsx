/**
 * The one block that says why a form was refused. It is in the page before it has text, so that the text is spoken;
 * until then it gives back the gap of the form's column.
 */
export function FormAlert({ text }: { text: string | null }) {
  return (
    <div role="alert" className={text ? undefined : "-mb-4"}>
      {text && (
        <p className="rounded-input bg-danger-soft px-3 py-2.5 text-13 text-danger-text">{text}</p>
      )}
    </div>
  );
}
