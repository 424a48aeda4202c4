import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../../api/error";
import * as store from "../../realtime/store";
import { SignIn } from "./SignIn";
import SignUp from "./SignUp";

vi.mock("../../realtime/store", () => ({ signIn: vi.fn(), signUp: vi.fn() }));

beforeEach(() => {
  vi.clearAllMocks();
  // What the server says of itself, which no form waits for.
  vi.stubGlobal("fetch", async () => Response.json({ name: "Parlor", providers: [] }));
});

const alertText = () => screen.getByRole("alert").textContent;

describe("signing in", () => {
  const fill = async (name: string, password: string) => {
    render(<SignIn notice={null} signUpHref="/signup/" />);
    if (name) await userEvent.type(screen.getByLabelText("Username or e-mail"), name);
    if (password) await userEvent.type(screen.getByLabelText("Password"), password);
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  };

  it("sends what was typed", async () => {
    vi.mocked(store.signIn).mockResolvedValue();
    await fill("ines", "correct horse");
    expect(store.signIn).toHaveBeenCalledWith({
      username: "ines",
      password: "correct horse",
      remember: true,
    });
  });

  it("does not ask the server with an empty field, and goes to it", async () => {
    await fill("ines", "");
    expect(store.signIn).not.toHaveBeenCalled();
    expect(screen.getByLabelText("Password")).toHaveFocus();
    expect(screen.getByLabelText("Password")).toHaveAccessibleDescription("Please fill this in.");
    expect(alertText()).toBe("Please check the marked field.");
  });

  it("says the server's sentence once and goes to the password", async () => {
    vi.mocked(store.signIn).mockRejectedValue(
      new ApiError(401, "bad_credentials", "These do not match."),
    );
    await fill("ines", "wrong");
    expect(await screen.findByText("These do not match.")).toBeInTheDocument();
    expect(alertText()).toBe("These do not match.");
    expect(screen.getByLabelText("Password")).toHaveFocus();
    expect(screen.getByLabelText("Password")).toBeInvalid();
  });

  it("says when to come back", async () => {
    vi.mocked(store.signIn).mockRejectedValue(new ApiError(429, "rate_limited", "", [], 30));
    await fill("ines", "wrong");
    expect(await screen.findByText("Too many attempts. Try again in 30 seconds.")).toBeVisible();
  });

  it("shows the password when asked", async () => {
    await fill("", "secret");
    const field = screen.getByLabelText("Password");
    expect(field).toHaveAttribute("type", "password");
    await userEvent.click(screen.getByRole("button", { name: "Show password" }));
    expect(field).toHaveAttribute("type", "text");
  });
});

describe("signing in with a second step", () => {
  const toCode = async () => {
    vi.mocked(store.signIn).mockRejectedValueOnce(new ApiError(401, "totp_required", "Enter it."));
    render(<SignIn notice={null} signUpHref="/signup/" />);
    await userEvent.type(screen.getByLabelText("Username or e-mail"), "ines");
    await userEvent.type(screen.getByLabelText("Password"), "correct horse");
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
    return screen.findByLabelText("Code of your authenticator app");
  };

  it("sends the same again with the code", async () => {
    const code = await toCode();
    expect(code).toHaveFocus();
    expect(screen.queryByText("Enter it.")).not.toBeInTheDocument();
    vi.mocked(store.signIn).mockResolvedValue();
    await userEvent.type(code, "123 456{Enter}");
    expect(store.signIn).toHaveBeenLastCalledWith({
      username: "ines",
      password: "correct horse",
      remember: true,
      totp: "123 456",
    });
  });

  it("says at the field that a code is wrong", async () => {
    const code = await toCode();
    vi.mocked(store.signIn).mockRejectedValueOnce(new ApiError(401, "totp_invalid", "Wrong."));
    await userEvent.type(code, "123456{Enter}");
    expect(await screen.findByText("Wrong.")).toBeInTheDocument();
    expect(code).toHaveAccessibleDescription("Wrong.");
    expect(code).toHaveFocus();
    expect(screen.getByRole("alert")).toBeEmptyDOMElement();
  });

  it("takes a recovery code, and goes back to the password", async () => {
    await toCode();
    await userEvent.click(screen.getByRole("button", { name: "Use a recovery code" }));
    expect(screen.getByLabelText("Recovery code")).toHaveFocus();
    await userEvent.click(screen.getByRole("button", { name: "Back" }));
    expect(screen.getByLabelText("Username or e-mail")).toHaveValue("ines");
    expect(screen.getByLabelText("Password")).toHaveValue("");
  });
});

describe("an address that must be verified first", () => {
  it("leads from signing up to the screen that sends the link again", async () => {
    vi.mocked(store.signUp).mockRejectedValue(new ApiError(202, "email_not_verified", ""));
    render(<SignUp signInHref="/login/" />);
    await userEvent.type(screen.getByLabelText("Username"), "ines");
    await userEvent.type(screen.getByLabelText("E-mail"), "ines@example.org");
    await userEvent.type(screen.getByLabelText("Password"), "correct horse");
    await userEvent.type(screen.getByLabelText("Repeat the password"), "correct horse");
    await userEvent.click(screen.getByRole("button", { name: "Create account" }));
    expect(location.pathname).toBe("/verify-email/");
    expect(history.state).toEqual({ email: "ines@example.org" });
  });
});

describe("signing up", () => {
  const field = (name: string) => screen.getByLabelText(name);

  it("checks the username while one types, and complains once it was left", async () => {
    render(<SignUp signInHref="/login/" />);
    await userEvent.type(field("Username"), "two");
    // Nobody knows yet whether somebody has this name: nothing says that it is good.
    expect(field("Username").parentElement?.querySelector("svg")).toBeNull();
    await userEvent.type(field("Username"), " words");
    expect(field("Username")).toBeValid();
    await userEvent.tab();
    expect(field("Username")).toBeInvalid();
    expect(field("Username")).toHaveAccessibleDescription(/Only letters, digits/);
  });

  it("leaves out what was left empty", async () => {
    vi.mocked(store.signUp).mockResolvedValue();
    render(<SignUp signInHref="/login/" />);
    await userEvent.type(field("Username"), "ines");
    await userEvent.type(field("Password"), "correct horse");
    await userEvent.type(field("Repeat the password"), "correct horse");
    await userEvent.click(screen.getByRole("button", { name: "Create account" }));
    expect(store.signUp).toHaveBeenCalledWith({ username: "ines", password: "correct horse" });
  });

  it("asks for the password twice, and says at the second field that they differ", async () => {
    render(<SignUp signInHref="/login/" />);
    await userEvent.type(field("Username"), "ines");
    await userEvent.type(field("Password"), "correct horse");
    await userEvent.type(field("Repeat the password"), "correct house");
    expect(field("Repeat the password")).toBeValid();
    await userEvent.click(screen.getByRole("button", { name: "Create account" }));
    expect(store.signUp).not.toHaveBeenCalled();
    expect(field("Repeat the password")).toHaveFocus();
    expect(field("Repeat the password")).toHaveAccessibleDescription(
      "The two passwords are not the same.",
    );
    expect(field("Password")).toBeValid();
  });

  it("tells how good the password is while one types", async () => {
    render(<SignUp signInHref="/login/" />);
    await userEvent.type(field("Username"), "karenina");
    await userEvent.type(field("Password"), "karenina1");
    expect(field("Password")).toHaveAccessibleDescription("Easy to guess");
    await userEvent.type(field("Password"), " met nobody at the station");
    expect(field("Password")).toHaveAccessibleDescription("Very hard to guess");
  });

  it("makes one name of the first and the last", async () => {
    vi.mocked(store.signUp).mockResolvedValue();
    render(<SignUp signInHref="/login/" />);
    await userEvent.type(field("Username"), "ines");
    await userEvent.type(field("First name"), " Ines ");
    await userEvent.type(field("Last name"), "Faria");
    await userEvent.type(field("Password"), "correct horse");
    await userEvent.type(field("Repeat the password"), "correct horse");
    await userEvent.click(screen.getByRole("button", { name: "Create account" }));
    expect(store.signUp).toHaveBeenCalledWith({
      username: "ines",
      password: "correct horse",
      display_name: "Ines Faria",
    });
  });

  it("puts the server's words to the fields they are about", async () => {
    vi.mocked(store.signUp).mockRejectedValue(
      new ApiError(422, "invalid", "Please check the fields.", [
        { field: "password", code: "weak", detail: "Too easy to guess." },
      ]),
    );
    render(<SignUp signInHref="/login/" />);
    await userEvent.type(field("Username"), "ines");
    await userEvent.type(field("Password"), "password1");
    await userEvent.type(field("Repeat the password"), "password1");
    await userEvent.click(screen.getByRole("button", { name: "Create account" }));
    expect(await screen.findByText("Too easy to guess.")).toBeInTheDocument();
    expect(field("Password")).toHaveFocus();
    expect(field("Username")).toBeValid();
  });

  it("goes to the username that somebody else has", async () => {
    vi.mocked(store.signUp).mockRejectedValue(
      new ApiError(409, "username_taken", "Somebody has this name already."),
    );
    render(<SignUp signInHref="/login/" />);
    await userEvent.type(field("Username"), "anton");
    await userEvent.type(field("Password"), "correct horse");
    await userEvent.type(field("Repeat the password"), "correct horse");
    await userEvent.click(screen.getByRole("button", { name: "Create account" }));
    expect(await screen.findByText("Somebody has this name already.")).toBeInTheDocument();
    expect(field("Username")).toHaveFocus();
  });
});
