import { lazy, Suspense } from "react";
import { Redirect, Route, Switch } from "wouter";
import { useSearch } from "wouter/use-browser-location";
import { safeNext } from "../features/auth/next";
import { withTexts } from "../i18n";
import { selectMe } from "../realtime/selectors";
import { useStore } from "../realtime/store";
import { PageSkeleton } from "./PageSkeleton";
import { RoomPage } from "./RoomPage";

const NotFound = lazy(() =>
  import("../features/not-found/NotFound").then((module) => ({ default: module.NotFound })),
);
const DirectRoute = lazy(() => import("./DirectRoute"));
const SlugPage = lazy(() => import("./SlugPage"));
const BrowsePage = lazy(() => withTexts("pages", import("../features/rooms/BrowsePage")));
const PeoplePage = lazy(() => withTexts("pages", import("../features/people/PeoplePage")));
const ProfilePage = lazy(() =>
  withTexts("rooms", withTexts("pages", import("../features/people/ProfilePage"))),
);
const DirectPage = lazy(() => withTexts("pages", import("../features/people/DirectPage")));
const SearchPage = lazy(() => withTexts("search", import("../features/search/SearchPage")));
const SettingsPage = lazy(() =>
  withTexts("menu", withTexts("settings", import("../features/settings/SettingsPage"))).then(
    (module) => ({
      default: module.SettingsPage,
    }),
  ),
);

const AdminPage = lazy(() => withTexts("admin", import("../features/admin/AdminPage")));

/** The addresses of the client. What is not listed, and what one may not know of, is the same page. */
export function Routes() {
  return (
    <Suspense fallback={<PageSkeleton />}>
      <Switch>
        <Route path="/chat/room/:id">{({ id }) => <RoomRoute id={id} />}</Route>
        <Route path="/chat/:slug">{({ slug }) => <SlugPage key={slug} slug={slug} />}</Route>
        <Route path="/chat" component={BrowsePage} />
        <Route path="/" component={BrowsePage} />
        <Route path="/profiles" component={PeoplePage} />
        <Route path="/profiles/:username">
          {({ username }) => (
            <ProfilePage key={username} username={username} missing={<NotFound />} />
          )}
        </Route>
        <Route path="/messages" component={DirectPage} />
        <Route path="/search" component={SearchPage} />
        <Route path="/messages/:username">
          {({ username }) => <DirectRoute key={username} username={username} />}
        </Route>
        <Route path="/settings/:section?">
          {({ section }) => <SettingsPage section={section} />}
        </Route>
        <Route path="/admin/*?">{({ "*": path }) => <AdminRoute path={path ?? ""} />}</Route>
        <Route path="/login" component={AfterSignIn} />
        <Route path="/signup" component={AfterSignIn} />
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </Suspense>
  );
}

function RoomRoute({ id }: { id: string }) {
  const roomId = /^[1-9]\d{0,15}$/.test(id) ? Number(id) : null;
  return roomId === null ? <NotFound /> : <RoomPage key={roomId} roomId={roomId} />;
}

/** For staff; to everybody else it looks as if it were not there. */
function AdminRoute({ path }: { path: string }) {
  const isStaff = useStore((state) => selectMe(state)?.is_staff ?? false);
  return isStaff ? <AdminPage path={path} /> : <NotFound />;
}

/** Somebody who is signed in has no business there: back to where they were. */
function AfterSignIn() {
  const query = useSearch();
  return <Redirect to={safeNext(new URLSearchParams(query).get("next"))} replace />;
}
