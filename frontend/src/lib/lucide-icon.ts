/**
 * What the build puts in the place of lucide-react's own `createLucideIcon`: the same picture and
 * the same props that are used here (`size`, `strokeWidth`, `className`, anything for the `svg`),
 * without its context, its names and its other formats. Half a page of code instead of ten files.
 */
import { createElement, forwardRef, type SVGProps } from "react";

interface IconData {
  node: [tag: string, attributes: Record<string, string>][];
}

interface IconProps extends SVGProps<SVGSVGElement> {
  size?: number | string;
}

export default function createLucideIcon({ node }: IconData) {
  const children = node.map(([tag, attributes]) => createElement(tag, attributes));
  return forwardRef<SVGSVGElement, IconProps>(({ size = 24, strokeWidth = 2, ...rest }, ref) =>
    createElement(
      "svg",
      {
        ref,
        width: size,
        height: size,
        viewBox: "0 0 24 24",
        fill: "none",
        stroke: "currentColor",
        strokeWidth,
        strokeLinecap: "round",
        strokeLinejoin: "round",
        // A picture beside a word says nothing more; one that stands alone is named by its button.
        "aria-hidden": rest["aria-label"] === undefined ? true : undefined,
        ...rest,
      },
      ...children,
    ),
  );
}
