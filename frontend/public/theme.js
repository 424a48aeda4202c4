// A classic script in the head, so that the first paint has the right colours and outline.
// It is a file of its own because the CSP allows no inline script.
(() => {
  const root = document.documentElement;
  let theme = "system";
  try {
    theme = localStorage.getItem("parlor.theme") || "system";
    // Somebody is signed in here: the outline of the shell is shown until the first script has run.
    if (localStorage.getItem("parlor.session")) root.dataset.shell = "";
  } catch {
    // Storage is switched off: the system's theme it is.
  }
  root.dataset.theme = theme === "light" || theme === "dark" ? theme : "system";
})();
