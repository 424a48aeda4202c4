/**
 * Modules that are always loaded together, as one file each: many small ones take more requests, and
 * weigh more, because each is compressed for itself. What is not named here is split by who asks
 * for it; a module's own imports come with it.
 */
export const CHUNKS = [
  {
    /** What the login and the room both need. */
    name: "base",
    priority: 3,
    test: /\/src\/(i18n\/index|realtime\/store|ui\/(button|icon-button|brand-mark|title|form-errors)|features\/auth\/next)\.|\/wouter\/src\/(use-browser-location|react-deps)|\/icons\/eye-off\./,
  },
  {
    /** What the login shares with forms that come later. */
    name: "forms",
    priority: 2,
    test: /\/src\/(ui\/(field|form-alert|use-form|password-field|checkbox)|features\/auth\/(AuthLayout|AuthLink|LanguageLinks|limits))\./,
  },
  {
    /** What the room shares with screens that come later. */
    name: "room",
    priority: 1,
    test: /\/src\/(realtime\/(selectors|drafts)|ui\/skeleton|lib\/time|app\/talk)\.|\/wouter\//,
  },
];
