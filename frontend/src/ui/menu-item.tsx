import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "../lib/cx";
import { Kbd } from "./kbd";

const ROW =
  "flex h-8 w-full items-center gap-2.5 rounded-control px-2.5 text-start text-14 outline-none hover:bg-hover focus:bg-active max-md:h-11 [@media(hover:none)]:[&:focus:not(:focus-visible)]:bg-transparent";

type MenuItemProps = {
  icon?: ReactNode;
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
};

export function MenuItem({ icon, keys, danger, disabled, onSelect, children }: MenuItemProps) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      aria-disabled={disabled}
      aria-keyshortcuts={keys && keyShortcuts(keys)}
      className={cx(ROW, danger ? "text-danger-text" : "text-ink", disabled && "opacity-60")}
      onClick={() => !disabled && onSelect()}
    >
      {icon && <span className="text-ink-2 [&>svg]:size-4">{icon}</span>}
      <span className="flex-1 truncate">{children}</span>
      {keys && (
        // What one hears of the keys is said by `aria-keyshortcuts`, not as a part of the name.
        <span aria-hidden="true" className="flex">
          <Kbd>{keys}</Kbd>
        </span>
      )}
    </button>
  );
}

/** "Ctrl /" as the attribute wants it: "Control+/". */
function keyShortcuts(keys: string): string {
  return keys
    .replace("Ctrl", "Control")
    .replace("⌘", "Meta")
    .replace("Del", "Delete")
    .split(" ")
    .join("+");
}

type MenuLinkProps = { icon?: ReactNode; href: string; children: ReactNode };

/** A link to a page outside the client. */
export function MenuLink({ icon, href, children }: MenuLinkProps) {
  return (
    <a
      href={href}
      role="menuitem"
      tabIndex={-1}
      target="_blank"
      rel="noopener noreferrer"
      className={ROW}
    >
      {icon && <span className="text-ink-2 [&>svg]:size-4">{icon}</span>}
      <span className="flex-1 truncate">{children}</span>
    </a>
  );
}

type MenuRadioProps = {
  checked: boolean;
  icon?: ReactNode;
  /** What choosing it does, where its name does not say that. */
  hint?: string;
  onSelect: () => void;
  children: ReactNode;
};

export function MenuRadio({ checked, icon, hint, onSelect, children }: MenuRadioProps) {
  return (
    <button
      type="button"
      role="menuitemradio"
      aria-checked={checked}
      tabIndex={-1}
      className={cx(ROW, hint && "h-auto py-1")}
      onClick={onSelect}
    >
      {icon && <span className="text-ink-2 [&>svg]:size-4">{icon}</span>}
      <span className="min-w-0 flex-1">
        <span className="block truncate">{children}</span>
        {hint && <span className="block text-12 text-ink-2">{hint}</span>}
      </span>
      {checked && <Check aria-hidden="true" className="size-4 text-accent-text" />}
    </button>
  );
}

/** A setting that is on or off. */
export function MenuSwitch({ checked, icon, onSelect, children }: Omit<MenuRadioProps, "hint">) {
  return (
    <button
      type="button"
      role="menuitemcheckbox"
      aria-checked={checked}
      tabIndex={-1}
      className={ROW}
      onClick={onSelect}
    >
      {icon && <span className="text-ink-2 [&>svg]:size-4">{icon}</span>}
      <span className="flex-1 truncate">{children}</span>
      {checked && <Check aria-hidden="true" className="size-4 text-accent-text" />}
    </button>
  );
}

/** Items that belong together, with an optional word above. */
export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is not allowed inside a menu
    <div role="group" aria-label={label}>
      <div aria-hidden="true" className="px-2.5 pt-1.5 pb-1 text-12 font-medium text-ink-3">
        {label}
      </div>
      {children}
    </div>
  );
}

export function MenuLine() {
  return <hr className="mx-1 my-1 border-0 border-t border-line" />;
}
