/** Parlor's mark: a speech bubble on blue; the same drawing as public/icon.svg. */
export function BrandMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 64 64" aria-hidden="true" className={className}>
      <rect width="64" height="64" rx="16" fill="var(--accent)" />
      <path
        fill="#fff"
        d="M22 19h20a5 5 0 0 1 5 5v13a5 5 0 0 1-5 5H31l-9 6.8c-.8.6-2 0-2-1V42a5 5 0 0 1-3-5V24a5 5 0 0 1 5-5z"
      />
    </svg>
  );
}
