import type { Signal } from '@preact/signals';

interface TabsProps<Name extends string> {
  label: string;
  tabs: readonly { name: Name; title: string }[];
  chosen: Signal<Name>;
}

/** A row of tabs; the arrow keys move between them, as screen-reader users expect. */
export function Tabs<Name extends string>({ label, tabs, chosen }: TabsProps<Name>) {
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) {
      return;
    }
    const at = tabs.findIndex((tab) => tab.name === chosen.value);
    const next = tabs[(at + step + tabs.length) % tabs.length]!;
    chosen.value = next.name;
    document.getElementById(`tab-${next.name}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map((tab) => (
        <button
          type="button"
          role="tab"
          key={tab.name}
          id={`tab-${tab.name}`}
          aria-selected={chosen.value === tab.name}
          aria-controls="tab-panel"
          tabIndex={chosen.value === tab.name ? 0 : -1}
          onClick={() => (chosen.value = tab.name)}
        >
          {tab.title}
        </button>
      ))}
    </div>
  );
}
