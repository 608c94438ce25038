/** Elements made by DOM calls alone: nothing here parses markup, so strict Trusted Types pages stay happy. */

type Attributes = Record<string, string | number | undefined>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  assign(node, attributes);
  node.append(...children);
  return node;
}

export function icon(...paths: string[]): SVGElement {
  const svg = vector('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' });
  svg.append(...paths.map((d) => vector('path', { d })));
  return svg;
}

function vector(tag: string, attributes: Attributes): SVGElement {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag) as SVGElement;
  assign(node, attributes);
  return node;
}

function assign(node: Element, attributes: Attributes): void {
  for (const name in attributes) {
    if (attributes[name] !== undefined) node.setAttribute(name, String(attributes[name]));
  }
}
