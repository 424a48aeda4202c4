import { render, screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { KeyList } from "./KeyList";

it("names both ways through the parts of the window", () => {
  render(<KeyList />);
  const keysOf = (label: string) => {
    const line = screen.getByText(label).parentElement as HTMLElement;
    return [...within(line).getByRole("definition").children].map((key) => key.textContent);
  };
  expect(keysOf("Next part of the window")).toEqual(["F6"]);
  expect(keysOf("Previous part of the window")).toEqual(["Shift", "F6"]);
});
