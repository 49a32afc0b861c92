import { el } from "./dom.js";
import { say } from "./words.js";

const NEAR_END_PX = 4;

/** Lines that scroll where they are many: with a fade while more stand below, and a place for the keyboard. */
export function scrollingLines(word, children) {
  const node = el("div", { class: "reply-lines" }, children);
  const sync = () => {
    const below = node.scrollHeight - node.clientHeight - node.scrollTop;
    node.classList.toggle("more-below", below > NEAR_END_PX);
    if (node.scrollHeight - node.clientHeight <= NEAR_END_PX) return;
    node.tabIndex = 0;
    node.setAttribute("role", "region");
    node.setAttribute("aria-label", say(word));
  };
  node.addEventListener("scroll", sync, { passive: true });
  new ResizeObserver(sync).observe(node);
  return node;
}
