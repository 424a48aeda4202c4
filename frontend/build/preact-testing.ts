/**
 * `@testing-library/react` for `RUNTIME=preact npm test`: the part of it that the tests use, on the
 * runtime that is shipped. React's own would bring React along.
 */
import { configure, fireEvent as fire, getQueriesForElement } from "@testing-library/dom";
import {
  type ComponentChild,
  type ComponentType,
  h,
  options as hooks,
  render as mount,
} from "preact";
import { act } from "preact/test-utils";

export * from "@testing-library/dom";
export { act };

/** React hears of a new value by `change` as well, Preact by `input` alone. */
export const fireEvent = Object.assign((...call: Parameters<typeof fire>) => fire(...call), fire, {
  change: fire.input,
});

const mounted = new Map<Element, Element>();

// Effects run after the next frame; a test should not have to wait for one.
hooks.requestAnimationFrame = (task: () => void) => queueMicrotask(task);

configure({
  asyncWrapper: async (task) => {
    const result = await task();
    await act(async () => {});
    return result;
  },
  eventWrapper: (task) => {
    let result: unknown;
    act(() => {
      result = task();
    });
    return result;
  },
});

interface Options {
  container?: Element;
  wrapper?: ComponentType<{ children?: ComponentChild }>;
}

export function render(ui: ComponentChild, options: Options = {}) {
  const baseElement = document.body;
  const container = options.container ?? baseElement.appendChild(document.createElement("div"));
  const { wrapper } = options;
  const show = (next: ComponentChild) => {
    act(() => mount(wrapper ? h(wrapper, null, next) : next, container));
  };
  const unmount = () => {
    act(() => mount(null, container));
  };
  mounted.set(container, baseElement);
  show(ui);
  return { container, baseElement, rerender: show, unmount, ...getQueriesForElement(baseElement) };
}

/** Calls a hook and draws nothing. */
function Caller({ run }: { run: () => void }) {
  run();
  return null;
}

/** A hook by itself. */
export function renderHook<R, P>(
  use: (props: P) => R,
  { initialProps }: { initialProps?: P } = {},
) {
  const result = {} as { current: R };
  const call = (props: P) =>
    h(Caller, {
      run: () => {
        result.current = use(props);
      },
    });
  const { rerender, unmount } = render(call(initialProps as P));
  return { result, unmount, rerender: (props: P) => rerender(call(props)) };
}

export function cleanup(): void {
  for (const [container, baseElement] of mounted) {
    act(() => mount(null, container));
    if (container.parentNode === baseElement) baseElement.removeChild(container);
  }
  mounted.clear();
}
