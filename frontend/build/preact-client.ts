/**
 * `react-dom/client` on Preact, with one thing mended: Preact leaves in each vnode, also when a newer one has
 * taken its place, the way up to its parent. Elements that somebody holds as `children` are such
 * vnodes for long, and where rows of a list come, are drawn anew and go, every state of the list
 * hangs on the one before: reading 10,000 messages kept 50 MB of rows that were gone.
 * So a vnode forgets its parent as soon as its component has drawn the next one.
 */
import { options, type VNode } from "preact";

export * from "preact/compat/client";

/** `__` and `__c` are what Preact's builds call a vnode's parent and component, the same in all of them. */
type Drawn = VNode & { __?: unknown; __c?: { drawn?: Drawn } };

const { diffed } = options;

options.diffed = (vnode: Drawn) => {
  diffed?.(vnode);
  const component = vnode.__c;
  if (!component) return;
  const { drawn } = component;
  if (drawn && drawn !== vnode) drawn.__ = null;
  component.drawn = vnode;
};
