/* What happens in the Library tab. Run once by its bridge component, with `trigger`: what needs the server goes to it
   as an event of that component. Buttons and forms say what they do in data-lib (ui_parts/shelf_view.py). */
window.newsdeskLibrary?.abort(); /* drawn anew: what an earlier run listens to ends */
const life = window.newsdeskLibrary = new AbortController(), heard = { signal: life.signal };
const EVENTS = { open: "select", remove: "delete", undo: "undo", add: "submit", addresses: "input", paste: "input",
  samples: "upload", discard: "clear", "leave-out": "clear", cancel: "stop", hide: "collapse" };
const tell = (what, data) => trigger(EVENTS[what] ?? "click", { do: what, ...data });
const root = () => document.getElementById("library");
const bars = () => [...root().querySelectorAll(".lib-bar")];
let from = null, opener = null;

function mark(a, b) {
  const all = bars(), low = Math.min(a, b), high = Math.max(a, b);
  all.forEach((bar, n) => bar.classList.toggle("lib-marked", n >= low && n <= high));
}

function choose(a, b) {
  const all = bars(), low = all[Math.min(a, b)], high = all[Math.max(a, b)];
  if (low && high) tell("days", { start: low.dataset.start, end: high.dataset.end });
}

function close() {
  root().classList.remove("lib-reading");
  const box = document.querySelector("#opened .lib-reader");
  if (box) box.hidden = true;
  if (opener?.isConnected) opener.focus();
  opener = null;
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("#library button[data-lib]") : null;
  if (!button) return;
  const { lib, ...data } = button.dataset;
  if (lib === "close") return close();
  if (lib === "open") { opener = button; root().classList.add("lib-reading"); }
  if (lib === "remove") close();
  if (lib === "all") root().querySelector("input[name=words]").value = "";
  tell(lib, data);
}, heard);

document.addEventListener("submit", (event) => {
  const form = event.target instanceof Element ? event.target.closest("#library form[data-lib]") : null;
  if (!form) return;
  event.preventDefault();
  tell(form.dataset.lib, Object.fromEntries(new FormData(form)));
  if (form.dataset.lib !== "find") form.reset();
}, heard);

let typing = 0;
document.addEventListener("input", (event) => {
  if (!(event.target instanceof Element) || !event.target.matches("#library input[name=words]")) return;
  clearTimeout(typing);
  typing = setTimeout(() => tell("find", { words: event.target.value }), 300);
}, heard);

document.addEventListener("pointerdown", (event) => {
  const bar = event.target instanceof Element ? event.target.closest("#library .lib-bar") : null;
  if (!bar || event.button) return;
  event.preventDefault();
  from = bars().indexOf(bar);
  mark(from, from);
}, heard);
function under(event) {
  const all = bars(), box = all[0]?.ownerSVGElement.getBoundingClientRect();
  return box ? Math.max(0, Math.min(all.length - 1, Math.floor((event.clientX - box.left) / box.width * all.length))) : 0;
}
document.addEventListener("pointermove", (event) => { if (from !== null) mark(from, under(event)); }, heard);
document.addEventListener("pointerup", (event) => {
  if (from === null) return;
  choose(from, under(event));
  from = null;
}, heard);

let anchor = null;
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && root()?.classList.contains("lib-reading")) return close();
  const bar = document.activeElement?.closest?.("#library .lib-bar");
  if (!bar) return;
  const all = bars(), at = all.indexOf(bar);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[event.key];
  if (to !== undefined && all[to]) {
    event.preventDefault();
    anchor = event.shiftKey ? anchor ?? at : null;
    bar.setAttribute("tabindex", "-1");
    all[to].setAttribute("tabindex", "0");
    all[to].focus();
    mark(anchor ?? to, to);
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    choose(anchor ?? at, at);
    anchor = null;
  }
}, heard);

/* What was just drawn may not be visible yet, and then takes no focus: it is tried for a second. */
function focus(title, tries = 60) {
  title.focus({ preventScroll: true });
  if (document.activeElement === title) title.scrollIntoView({ block: "nearest" });
  else if (tries && title.isConnected) requestAnimationFrame(() => focus(title, tries - 1));
}

/* The reader takes the focus when an article was opened; what is shown of the list keeps its place. */
const watching = new MutationObserver(() => {
  const title = document.querySelector("#opened .lib-reader h2");
  if (title && !title.dataset.seen && root()?.classList.contains("lib-reading")) {
    title.dataset.seen = "yes";
    focus(title);
  }
});
watching.observe(document.documentElement, { childList: true, subtree: true });
life.signal.addEventListener("abort", () => watching.disconnect());
