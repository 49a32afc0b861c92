/**
 * Makes an element. Text and attributes only: data never becomes markup. Children that are null or
 * false are left out.
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

/** Puts `nodes` into `list` in this order, moving only what stands elsewhere, so that focus and typed text stay. */
export function arrange(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of list.querySelectorAll(":scope > *")) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

/** Replaces the children of a node. */
export function fill(node, ...children) {
  node.replaceChildren(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );
}

export function byId(id) {
  return document.getElementById(id);
}
