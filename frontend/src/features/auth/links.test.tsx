import { act, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../api/error";
import { post } from "../../api/post";
import { forgetMailedToken, takeMailedToken } from "../../lib/mailed-link";
import { store } from "../../realtime/store";
import { LinkScreens } from "./LinkScreens";

vi.mock("../../api/post", () => ({ post: vi.fn() }));

/** Opens an address the way the page does when it starts. */
function open(address: string) {
  history.replaceState(null, "", address);
  takeMailedToken();
  return render(<LinkScreens />);
}

const title = (name: string) => screen.findByRole("heading", { level: 1, name });

/** The heading is given the focus once it is there, which may be a moment after it is seen. */
async function focusOn(name: string) {
  const heading = await title(name);
  await waitFor(() => expect(heading).toHaveFocus());
}

beforeEach(() => {
  vi.mocked(post).mockReset();
});

afterEach(() => {
  store.setState({ session: { status: "booting" } });
  forgetMailedToken();
  history.replaceState(null, "", "/");
});

describe("the link that verifies an address", () => {
  it("is used once, and says so again when everything is rendered anew", async () => {
    vi.mocked(post).mockResolvedValue(null);
    const { unmount } = open("/verify-email#token=abc");
    await focusOn("Your address is verified");
    expect(location.hash).toBe("");
    unmount();
    render(<LinkScreens />);
    expect(await title("Your address is verified")).toBeInTheDocument();
    expect(post).toHaveBeenCalledTimes(1);
    expect(post).toHaveBeenCalledWith("/api/auth/email/verify", { token: "abc" });
  });

  it("that is too old leads to another one", async () => {
    vi.mocked(post).mockRejectedValueOnce(new ApiError(410, "link_invalid", "Too old."));
    open("/verify-email#token=abc");
    await focusOn("This link does not work any more");
    // Until it is known who is here, there is nothing to send.
    const again = screen.getByRole("button", { name: "Send the link again" });
    expect(again).toHaveAttribute("aria-disabled", "true");
    act(() => store.setState({ session: { status: "signed_out", reason: "none" } }));
    vi.mocked(post).mockResolvedValueOnce(null);
    await userEvent.type(screen.getByLabelText("E-mail"), "ines@example.org");
    await userEvent.click(again);
    expect(post).toHaveBeenLastCalledWith("/api/auth/email/resend", { email: "ines@example.org" });
    expect(await screen.findByText(/ines@example.org still needs it/)).toBeInTheDocument();
  });

  it("may be tried again after a failure that is not its own", async () => {
    vi.mocked(post).mockRejectedValueOnce(new ApiError(0, "network", ""));
    open("/verify-email#token=abc");
    await focusOn("The address could not be verified");
    vi.mocked(post).mockResolvedValueOnce(null);
    await userEvent.click(screen.getByRole("button", { name: "Retry" }));
    expect(await title("Your address is verified")).toBeInTheDocument();
  });
});

describe("the link for a new password", () => {
  const choose = async (password: string) => {
    await userEvent.type(screen.getByLabelText("New password"), password);
    await userEvent.click(screen.getByRole("button", { name: "Save the password" }));
  };

  it("sends the new password with the token", async () => {
    vi.mocked(post).mockResolvedValue(null);
    open("/reset-password#token=abc");
    await choose("correct horse battery");
    await focusOn("Your password was changed");
    expect(post).toHaveBeenCalledWith("/api/auth/password/reset/confirm", {
      token: "abc",
      new_password: "correct horse battery",
    });
  });

  it("is kept for another try when the password is refused", async () => {
    const errors = [{ field: "new_password", code: "weak", detail: "Too easy to guess." }];
    vi.mocked(post).mockRejectedValueOnce(new ApiError(422, "invalid", "Look again.", errors));
    open("/reset-password#token=abc");
    await choose("password1");
    expect(await screen.findByText("Too easy to guess.")).toBeInTheDocument();
    expect(screen.getByLabelText("New password")).toHaveFocus();
    vi.mocked(post).mockResolvedValueOnce(null);
    await userEvent.clear(screen.getByLabelText("New password"));
    await choose("correct horse battery");
    expect(await title("Your password was changed")).toBeInTheDocument();
  });

  it("that was used, or is not there any more, leads to another one", async () => {
    vi.mocked(post).mockRejectedValueOnce(new ApiError(410, "link_invalid", "Used."));
    const { unmount } = open("/reset-password#token=abc");
    await choose("correct horse battery");
    await focusOn("This link does not work any more");
    unmount();
    open("/reset-password");
    expect(screen.getByText(/Open the link in the mail once more/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole("link", { name: "Ask for another link" }));
    expect(location.pathname).toBe("/forgot-password/");
  });
});

describe("asking for a link", () => {
  it("does not tell whether an account has the address", async () => {
    vi.mocked(post).mockResolvedValue(null);
    open("/forgot-password/");
    await userEvent.type(screen.getByLabelText("E-mail"), "ines@example.org{Enter}");
    expect(post).toHaveBeenCalledWith("/api/auth/password/reset", { email: "ines@example.org" });
    await focusOn("Look into your mail");
    expect(screen.getByText(/If an account has the address/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Try another address" }));
    expect(screen.getByLabelText("E-mail")).toHaveFocus();
  });
});
