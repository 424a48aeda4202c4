import { cleanup, render, screen } from "@testing-library/react";
import { lazy, Suspense } from "react";
import { afterEach, expect, test } from "vitest";

afterEach(cleanup);

const Here = () => <p>here</p>;
const There = () => <p>there</p>;

test("a part is drawn once its code is here, however soon that is", async () => {
  const Soon = lazy(() => Promise.resolve({ default: Here }));
  let come = () => {};
  const Later = lazy(
    () =>
      new Promise<{ default: typeof There }>((resolve) => {
        come = () => resolve({ default: There });
      }),
  );
  render(
    <>
      <Suspense fallback={<p>soon</p>}>
        <Soon />
      </Suspense>
      <Suspense fallback={<p>later</p>}>
        <Later />
      </Suspense>
    </>,
  );
  expect(await screen.findByText("here")).toBeTruthy();
  expect(screen.queryByText("soon")).toBeNull();
  expect(screen.getByText("later")).toBeTruthy();
  come();
  expect(await screen.findByText("there")).toBeTruthy();
  expect(screen.queryByText("later")).toBeNull();
});
