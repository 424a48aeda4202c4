// A classic script in the head, so that the first paint has the right colours and outline, and what
// the first screen is made of is fetched beside the script that will import it.
// It is a file of its own because the CSP allows no inline script.
(() => {
  const root = document.documentElement;
  let theme = "system";
  let language = null;
  try {
    theme = localStorage.getItem("parlor.theme") || "system";
    // Somebody is signed in here: the outline of the shell is shown until the first script has run.
    if (localStorage.getItem("parlor.session")) root.dataset.shell = "";
    language = localStorage.getItem("parlor.locale");
  } catch {
    // Storage is switched off: the system's theme it is.
  }
  root.dataset.theme = theme === "light" || theme === "dark" ? theme : "system";

  const listed = document.querySelector("meta[name=preloads]").content;
  // What `npm run dev` serves is not built.
  if (!listed.startsWith("{")) return;
  const { first, rest, room, login } = JSON.parse(listed);
  // As `src/i18n` chooses.
  const known = [language, ...navigator.languages.map((tag) => tag.toLowerCase().split("-")[0])];
  const of = known.find((one) => first[one]) || "en";
  const files = "shell" in root.dataset ? [...room, first[of], rest[of]] : [...login, first[of]];
  for (const file of files) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = file;
    document.head.append(link);
  }
})();
