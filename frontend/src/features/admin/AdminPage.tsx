import { lazy } from "react";
import { Redirect } from "wouter";
import { selectMe } from "../../realtime/selectors";
import { useStore } from "../../realtime/store";
import { HomePage } from "./HomePage";
import { ListPage } from "./ListPage";
import { nounOf } from "./nouns";

const CreatePage = lazy(() =>
  import("./CreatePage").then((module) => ({ default: module.CreatePage })),
);
const ObjectPage = lazy(() =>
  import("./ObjectPage").then((module) => ({ default: module.ObjectPage })),
);

/** `/admin/`, `/admin/users/`, `/admin/users/add/`, `/admin/users/5/`. */
export default function AdminPage({ path }: { path: string }) {
  const me = useStore(selectMe);
  const [name = "", ...rest] = path.split("/").filter(Boolean);
  if (!me) return null;
  if (name === "") return <HomePage />;
  const noun = nounOf(name);
  if (!noun) return <Redirect to="/admin/" replace />;
  const id = rest.join("/");
  if (id === "") return <ListPage key={name} noun={noun} />;
  if (id === "add" && noun.add) return <CreatePage key={name} noun={noun} me={me} />;
  return <ObjectPage key={`${name}/${id}`} noun={noun} id={id} me={me} />;
}
