export type Shown = { title: string; body: string; tag: string; onclick?: () => void };

/** A browser that notifies, as far as a page can tell; real ones show nothing without a screen. */
export function standIn() {
  const shown: Shown[] = [];
  class StandIn {
    onclick?: () => void;
    static get permission() {
      return localStorage.getItem("e2e.permission") ?? "default";
    }
    static async requestPermission() {
      localStorage.setItem("e2e.permission", "granted");
      return "granted";
    }
    constructor(title: string, options: { body: string; tag: string }) {
      shown.push(Object.assign(this, { title, ...options }));
    }
    close() {
      shown.splice(0, shown.length, ...shown.filter((each) => each !== (this as unknown)));
    }
  }
  Object.assign(window, { Notification: StandIn, shown });
}
