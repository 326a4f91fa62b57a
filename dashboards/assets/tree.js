/* Draws the trees of dashboards/tree.py with React. Tags and properties outside these lists are not drawn. */
(function () {
  const TAGS = new Set(("a abbr article b caption code dd details div dl dt figcaption footer h1 h2 li mark nav p section " +
    "small span strong summary table tbody td th thead tr ul").split(" "));
  const PROPS = new Set("className id title scope role tabIndex open style hidden".split(" "));

  function follow(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    window.history.pushState({}, "", event.currentTarget.getAttribute("href"));
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  function properties(tag, given, key) {
    const kept = { key: key };
    for (const name of Object.keys(given || {})) {
      if (PROPS.has(name) || name.startsWith("aria-")) kept[name] = given[name];
    }
    if (tag === "a" && typeof given.href === "string") {
      if (/^\/(?!\/)/.test(given.href)) {
        kept.href = given.href;
        kept.onClick = follow;
      } else if (/^https?:\/\//i.test(given.href)) {
        Object.assign(kept, { href: given.href, target: "_blank", rel: "noopener noreferrer" });
      }
    }
    return kept;
  }

  function draw(node, key) {
    if (node === null || node === undefined || typeof node === "boolean") return null;
    if (Array.isArray(node)) return node.map(draw);
    if (typeof node !== "object") return String(node);
    if (!TAGS.has(node.tag)) return null;
    return window.React.createElement(node.tag, properties(node.tag, node.props, key), ...(node.children || []).map(draw));
  }

  window.foi_dashboard = { Tree: function Tree(properties) {
    return window.React.createElement(window.React.Fragment, null, draw(properties.tree, 0));
  } };
})();
