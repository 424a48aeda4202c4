/**
 * Which texts are loaded with what. Those of the login come first, so that a person who is not
 * signed in does not load the words of all the other screens; a screen that few people open has a
 * part of its own, which comes with its code (`withTexts` in `src/i18n`); the rest comes with the
 * engine. To add a part: a line here, its loaders in `src/i18n/index.ts`, its module in
 * `src/i18n/parts.d.ts`.
 */
const FIRST = /^(app|common|errors|form)\.|^auth\.(?!sign_out)|^settings\.language$/;

/** Parts of their own: the keys that are in them, and the sources that may use these. */
const LATE = {
  account: {
    keys: /^auth\.((code|forgot|link|provider|reset|verify|setup|strength)\.|sign_up_|have_account|(first|last)_name|username_(?!or_email)|password_(again|differ))/,
    files: /^features\/auth\/(?!SignIn|Auth|Language)/,
  },
  rooms: {
    keys: /^(block\.|rooms\.(manage|empty_text|refused|not_member|create(?!_named)|leave|name$|topic|invite_only)|members\.manage\.)/,
    files:
      /^(app\/(gone|BlockDialog|FirstSteps|RoomRefused)|features\/(composer\/JoinBar|people\/(PersonMenu|ProfilePage)|settings\/(Blocked|Rooms)Section|rooms\/(RoomMenu|RoomDialogs|\w+RoomDialog|RoomFields|JumpDateDialog|Notify\w+)|members\/(Invite|MemberMenu)))/,
  },
  notify: {
    keys: /^notify\./,
    files: /^(app\/(notify\/|watch-updates|ProfileMenu)|features\/settings\/NotifySection)/,
  },
  menu: {
    keys: /^(auth\.sign_out|profile\.|settings\.theme\b|nav\.(api|admin)$)/,
    files:
      /^(app\/ProfileMenu|features\/settings\/(SignOutButton|AppearanceSection|SettingsPage))\./,
  },
  admin: {
    keys: /^admin\./,
    files: /^features\/admin\//,
  },
  search: {
    keys: /^search\./,
    files: /^features\/search\//,
  },
  dialogs: {
    keys: /^(keys\.(?!title$)|switcher\.)/,
    files: /^(app\/(Key(sDialog|List)|tell-switcher)|features\/switcher\/)/,
  },
  pages: {
    keys: /^(people\.(?!message)|browse\.|direct\.none_text|rooms\.(search|none_found|none_yet|joined))/,
    files: /^features\/(people\/|rooms\/Browse|members\/Invite)/,
  },
  message: {
    keys: /^(rooms\.open$|timeline\.(not_sent|new_since|mark_read)|composer\.reply|message\.(?!deleted|delete$|edit$)|whisper\.(?!not_online|label|send))/,
    files:
      /^(app\/tell-whisper|features\/(composer\/([Ww]hisper|ComposerHead)|timeline\/(BlockedRow|Failure|UnreadBar|Message(Menu|Panels|Sheet|Toolbar)|EditBox|EditsDialog)))/,
  },
  files: {
    keys: /^files\./,
    files: /^app\/files\//,
  },
  emoji: {
    keys: /^emoji\.(?!title$)/,
    files: /^ui\/emoji\//,
  },
  settings: {
    keys: /^(settings\.(?!theme\b|language$)|auth\.display_name$)/,
    files: /^features\/settings\//,
  },
};

export const PARTS = ["first", "rest", ...Object.keys(LATE)];

/** The part that a text is in. */
export function partOf(key) {
  const late = Object.keys(LATE).find((part) => LATE[part].keys.test(key));
  return late ?? (FIRST.test(key) ? "first" : "rest");
}

/** Whether a source, by its path in `src/`, may use the texts of a part. */
export function mayUse(file, part) {
  return part === "first" || (part in LATE ? LATE[part].files.test(file) : !isLogin(file));
}

const LOGIN = [
  "app/App.tsx",
  "app/ErrorBoundary.tsx",
  "ui/form-errors.ts",
  "ui/password-field.tsx",
];

/** Whether a source is shown to somebody who is not signed in. */
function isLogin(file) {
  return file.startsWith("features/auth/") || LOGIN.includes(file);
}
