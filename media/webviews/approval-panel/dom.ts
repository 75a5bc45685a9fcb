interface Properties {
  readonly class?: string;
  readonly text?: string;
  readonly on?: (event: Event) => void;
  readonly [attribute: string]: unknown;
}

/** An element with text and attributes. Text is only ever text: nothing here takes markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  const { class: className, text, on, ...attributes } = properties;
  if (className !== undefined) made.className = className;
  if (text !== undefined) made.textContent = text;
  if (on !== undefined) made.addEventListener("click", on);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

export type IconName = "attention" | "ordinary" | "lock" | "done" | "play";

const ICONS: Readonly<Record<IconName, string>> = {
  attention: "M8 2.2 14.4 13.4H1.6L8 2.2Z M8 6.4V9.6 M8 11.3v.2",
  ordinary: "M3.2 8.4 6.4 11.6 12.8 4.6",
  lock: "M4 7.4h8v6H4v-6Z M5.6 7.2V5.2a2.4 2.4 0 0 1 4.8 0v2",
  done: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8Z M5.2 8.2 7.2 10.2 10.9 6",
  play: "M4.8 2.8v10.4L13 8 4.8 2.8Z",
};

export function icon(name: IconName): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  for (const [key, value] of Object.entries({ viewBox: "0 0 16 16", "aria-hidden": "true", class: "icon" })) {
    svg.setAttribute(key, value);
  }
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
