/**
 * `react` and `react-dom/client` for the build, on Preact: what the client uses of them, and no more.
 * `preact/compat` does the same for everything that was ever written against React; this is a third
 * of its size, and takes none of its time for each element that is made. A name that is missing here
 * stops the build.
 *
 * Where it is not React: what is inside `Suspense` stays in the page while a `lazy` part of it is on its way,
 * and the fallback stands in the place of that part alone.
 */
import {
  type ComponentChild,
  type ComponentChildren,
  type ComponentType,
  createContext,
  createElement,
  options,
  render,
  type VNode,
} from "preact";
import {
  useCallback,
  useContext,
  useDebugValue,
  useEffect,
  useLayoutEffect,
  useState,
} from "preact/hooks";

export {
  Component,
  cloneElement,
  createContext,
  createElement,
  Fragment,
  isValidElement,
} from "preact";
export {
  useCallback,
  useContext,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
} from "preact/hooks";

type Props = Record<string, unknown>;
/** `__` and `__c` are what Preact's builds call a vnode's parent and component, the same in all of them. */
type Drawn = VNode & { __?: unknown; __c?: { drawn?: Drawn } };

const { vnode: onVNode, diffed } = options;

options.vnode = (vnode) => {
  if (typeof vnode.type === "string") inDomTerms(vnode.type, vnode.props as Props);
  onVNode?.(vnode);
};

// biome-ignore lint/suspicious/noExplicitAny: Preact's own type for it
options.event = (event: any) => {
  event.nativeEvent = event;
  return event;
};

/**
 * Preact leaves in each vnode, also when a newer one has
 * taken its place, the way up to its parent. Elements that somebody holds as `children` are such
 * vnodes for long, and where rows of a list come, are drawn anew and go, every state of the list
 * hangs on the one before: reading 10,000 messages kept 50 MB of rows that were gone.
 * So a vnode forgets its parent as soon as its component has drawn the next one.
 */
options.diffed = (vnode: Drawn) => {
  diffed?.(vnode);
  const component = vnode.__c;
  if (!component) return;
  const { drawn } = component;
  if (drawn && drawn !== vnode) drawn.__ = null;
  component.drawn = vnode;
};

/** Attributes of SVG whose names React joins. */
const JOINED = /^(stroke|fill|clip)([A-Z])/;
/** Fields that say `change` once they are left, and `input` with each key. */
const TYPED = /^(input|textarea)$/;
const CHOSEN = /^(checkbox|radio|file)$/;

/** Says in Preact's way what React calls otherwise. */
function inDomTerms(type: string, props: Props): void {
  for (const name in props) {
    const value = props[name];
    if (value === null) props[name] = undefined;
    else if (name === "onFocus") rename(props, name, "onfocusin");
    else if (name === "onBlur") rename(props, name, "onfocusout");
    else if (name === "onChange") {
      if (TYPED.test(type) && !CHOSEN.test(String(props.type))) rename(props, name, "oninput");
    } else if (name === "style" && typeof value === "object") {
      props[name] = inPixels(value as Props);
    } else if (JOINED.test(name)) {
      rename(
        props,
        name,
        name.replace(JOINED, (_, a, b) => `${a}-${b.toLowerCase()}`),
      );
    }
  }
}

function rename(props: Props, from: string, to: string): void {
  props[to] = props[from];
  delete props[from];
}

/** The client gives numbers for lengths alone, and to variables of its own. */
function inPixels(style: Props): Props {
  return Object.fromEntries(
    Object.entries(style).map(([name, value]) => [
      name,
      typeof value === "number" && !name.startsWith("-") ? `${value}px` : value,
    ]),
  );
}

export function createRoot(container: Element) {
  return {
    render: (children: ComponentChild) => render(children, container),
    unmount: () => render(null, container),
  };
}

/** Draws again only when `isSame` says that something is new. */
export function memo<P extends object>(
  component: ComponentType<P>,
  isSame: (before: P, after: P) => boolean = isShallowSame,
) {
  function shouldComponentUpdate(this: { props: P }, next: P) {
    return !isSame(this.props, next);
  }
  return function Memo(this: object, props: P) {
    Object.assign(this, { shouldComponentUpdate });
    return createElement(component, props);
  };
}

function isShallowSame(before: object, after: object): boolean {
  const names = Object.keys(before) as (keyof typeof before)[];
  return (
    names.length === Object.keys(after).length &&
    names.every((name) => before[name] === after[name])
  );
}

/** A `ref` is a prop like all others. */
export function forwardRef<P extends { ref?: unknown }>(
  draw: (props: P, ref: P["ref"]) => ComponentChild,
) {
  return ({ ref, ...props }: P) => draw(props as P, ref ?? null);
}

const Fallback = createContext<ComponentChildren>(null);

type SuspenseProps = { fallback: ComponentChildren; children?: ComponentChildren };

export function Suspense({ fallback, children }: SuspenseProps) {
  return createElement(Fallback.Provider, { value: fallback, children });
}

/** A component whose code is loaded when it is first drawn. */
export function lazy<P extends object>(load: () => Promise<{ default: ComponentType<P> }>) {
  let component: ComponentType<P> | null = null;
  let loading: Promise<void> | null = null;
  return function Lazy(props: P) {
    const [failure, setFailure] = useState<{ error?: unknown } | null>(null);
    if (failure && "error" in failure) throw failure.error;
    if (!component) {
      loading ??= load().then((module) => {
        component = module.default;
      });
    }
    const isHere = component !== null;
    useEffect(() => {
      let isOver = false;
      // Not `component`: it may have come since this was drawn.
      if (isHere) return;
      loading?.then(
        () => isOver || setFailure({}),
        (error: unknown) => {
          // Whoever draws it next tries again.
          loading = null;
          if (!isOver) setFailure({ error });
        },
      );
      return () => {
        isOver = true;
      };
    }, []);
    // The last of the hooks: nobody needs it any more once the code is here.
    return component ? createElement(component, props) : useContext(Fallback);
  };
}

/** What a store holds; draws again when that changes. */
export function useSyncExternalStore<T>(
  subscribe: (listener: () => void) => () => void,
  snapshot: () => T,
): T {
  const value = snapshot();
  const [{ box }, draw] = useState(() => ({ box: { value, snapshot } }));
  const look = () => {
    if (isNews(box)) draw({ box });
  };
  useLayoutEffect(() => {
    box.value = value;
    box.snapshot = snapshot;
    look();
  }, [subscribe, value, snapshot]);
  useEffect(() => {
    look();
    return subscribe(look);
  }, [subscribe]);
  return value;
}

/** How zustand asks for it. */
export default { useCallback, useDebugValue, useSyncExternalStore };

function isNews<T>(box: { value: T; snapshot: () => T }): boolean {
  try {
    return !Object.is(box.value, box.snapshot());
  } catch {
    // What it looks for is gone: whoever shows it goes as well, or says so when drawn.
    return true;
  }
}
