/* The address is the state of a page. A choice changes a parameter of it, a click in a chart follows its link. */
window.dash_clientside = window.dash_clientside || {};
(function () {
const joined = (value) => (Array.isArray(value) ? value.join(",") : String(value));
/* The choice that a person has just made: the new page gives the keyboard back to it. */
let chosen = null;
const refocus = () => {
  const control = chosen && document.getElementById(chosen);
  if (!control || document.activeElement === control) return;
  (control.parentElement.querySelector(".dash-dropdown-focus-target") || control).focus({ preventScroll: true });
  chosen = null;
};
/* What the server put into a choice: a new page sets its choices, and that is no choice of a person. */
const was = (name) => {
  const states = window.dash_clientside.callback_context.states_list[0];
  const found = states.find((state) => state.id.name === name);
  return found ? found.value : undefined;
};
window.dash_clientside.foi = {
  navigate: function (filters, places, clicks, shown, pathname, search) {
    const stay = [window.dash_clientside.no_update, window.dash_clientside.no_update];
    const cause = window.dash_clientside.callback_context.triggered[0];
    if (!cause || cause.value === null || cause.value === undefined) return stay;
    const id = JSON.parse(cause.prop_id.slice(0, cause.prop_id.lastIndexOf(".")));
    const query = new URLSearchParams(search || "");
    if (id.type === "chart") {
      const target = cause.value.points && cause.value.points[0] && cause.value.points[0].customdata;
      if (typeof target !== "string" || target[0] !== "/" || target[1] === "/") return stay;
      const cut = target.indexOf("?");
      return cut < 0 ? [target, ""] : [target.slice(0, cut), target.slice(cut)];
    }
    if (id.type === "goto") {
      const path = "/" + id.name + "/" + encodeURIComponent(cause.value);
      if (path === pathname) return stay;
      ["body", "scope", "page"].forEach((name) => query.delete(name));
      return [path, query.toString() ? "?" + query : ""];
    }
    const value = joined(cause.value);
    const plain = value === "all" ? "" : value;
    if (value === joined(was(id.name)) || plain === (query.get(id.name) || "")) return stay;
    chosen = cause.prop_id.slice(0, cause.prop_id.lastIndexOf("."));
    plain ? query.set(id.name, plain) : query.delete(id.name);
    query.delete("page");
    return [window.dash_clientside.no_update, query.toString() ? "?" + query : ""];
  },
  entitle: function (page) {
    if (page) {
      document.title = page.title;
      document.documentElement.lang = page.lang;
      window.setTimeout(refocus, 0);
    }
    return window.dash_clientside.no_update;
  },
};
})();
