import { Component, type ErrorInfo, type ReactNode } from "react";
import { t } from "../i18n";
import { Button } from "../ui/button";

type Props = {
  children: ReactNode;
  /** Another one than that which failed is tried: where the way on is another screen. */
  path?: string;
};
type State = { failed: boolean };

/** What is left when a screen throws: a sentence and a way on, instead of a white page. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override componentDidCatch(error: Error, info: ErrorInfo) {
    console.error(error, info.componentStack);
  }

  override componentDidUpdate({ path }: Props) {
    if (this.state.failed && path !== this.props.path) this.setState({ failed: false });
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main
        id="main"
        tabIndex={-1}
        className="flex h-full flex-col items-center justify-center gap-4 bg-panel px-6 text-center outline-none"
      >
        <div role="alert">
          <h1 className="text-20 font-semibold tracking-title">{t("errors.title")}</h1>
          <p className="mt-1 text-15 text-ink-2">{t("errors.unexpected")}</p>
        </div>
        <Button variant="primary" onClick={() => location.reload()}>
          {t("app.reload")}
        </Button>
      </main>
    );
  }
}
