import { render, screen } from "@testing-library/react";
import { useRef } from "react";
import { describe, expect, it } from "vitest";
import { useKeptFocus } from "./use-kept-focus";

function Part({ rows }: { rows: readonly string[] }) {
  const container = useRef<HTMLElement>(null);
  const head = useRef<HTMLHeadingElement>(null);
  useKeptFocus(container, head);
  return (
    <section ref={container}>
      <h2 ref={head} tabIndex={-1}>
        Rows
      </h2>
      {rows.map((row) => (
        <button key={row} type="button">
          {row}
        </button>
      ))}
    </section>
  );
}

/** Longer than others are waited for. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 250));

describe("useKeptFocus", () => {
  it("goes to the head when what was focused goes away", async () => {
    const { rerender } = render(<Part rows={["one", "two"]} />);
    screen.getByRole("button", { name: "one" }).focus();
    rerender(<Part rows={["two"]} />);
    await settled();
    expect(screen.getByRole("heading")).toHaveFocus();
  });

  it("leaves the focus where it is otherwise", async () => {
    const { rerender } = render(
      <>
        <button type="button">outside</button>
        <Part rows={["one", "two"]} />
      </>,
    );
    screen.getByRole("button", { name: "one" }).focus();
    screen.getByRole("button", { name: "outside" }).focus();
    rerender(
      <>
        <button type="button">outside</button>
        <Part rows={["two"]} />
      </>,
    );
    await settled();
    expect(screen.getByRole("button", { name: "outside" })).toHaveFocus();
  });
});
