// A classic script in the head, so that the first paint has the right colours.
// It is a file of its own because the CSP allows no inline script.
(() => {
  var theme = "system";
  try {
    theme = localStorage.getItem("parlor.theme") || "system";
  } catch (_) {
    // Storage is switched off: the system's theme it is.
  }
  if (theme !== "light" && theme !== "dark") theme = "system";
  document.documentElement.dataset.theme = theme;
})();
