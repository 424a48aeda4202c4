/** What is wrong with the catalogues (language → key → text), a line for each. */
export function problemsOf(
  catalogs: Record<string, Record<string, string>>,
  base?: string,
): string[];
