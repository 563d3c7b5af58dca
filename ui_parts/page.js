/* Opens sources beside the chat. The articles are in <template> elements that the page already holds: no request. */
(() => {
  const reader = () => document.querySelector("#reader .reader-body");
  let opener = null;

  function open(key, from) {
    const source = document.getElementById(key), body = reader();
    if (!source || !body) return;
    opener = from;
    body.innerHTML = source.innerHTML;
    document.body.classList.add("reading");
    document.querySelectorAll("[data-source]").forEach((b) => b.classList.toggle("open", b.dataset.source === key));
    const mark = body.querySelector("mark.here");
    const box = document.querySelector("#reader .reader-body");
    if (mark && box) box.scrollTop = mark.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop - box.clientHeight / 3;
    body.querySelector("h2")?.focus({ preventScroll: true });
  }

  function close() {
    document.body.classList.remove("reading");
    document.querySelectorAll("[data-source].open").forEach((b) => b.classList.remove("open"));
    opener?.focus();
    opener = null;
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const source = target?.closest("[data-source]");
    if (source) return open(source.dataset.source, source);
    if (target?.closest("#reader .close")) return close();
    const copy = target?.closest("[data-copy]");
    if (copy) {
      navigator.clipboard?.writeText(copy.dataset.copy).then(() => {
        copy.textContent = "Copied";
        setTimeout(() => { copy.textContent = "Copy"; }, 1500);
      });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.body.classList.contains("reading")) close();
  });

  /* A tooltip would be cut off by the scrolling box around it: it is placed in the window instead. */
  function place(event) {
    const button = event.target instanceof Element ? event.target.closest(".cite") : null;
    const tip = button?.nextElementSibling;
    if (!tip) return;
    const at = button.getBoundingClientRect(), width = Math.min(300, innerWidth * 0.7);
    tip.style.left = `${Math.max(8, Math.min(at.left + at.width / 2 - width / 2, innerWidth - width - 8))}px`;
    if (at.top > innerHeight / 2) { tip.style.bottom = `${innerHeight - at.top + 6}px`; tip.style.top = "auto"; }
    else { tip.style.top = `${at.bottom + 6}px`; tip.style.bottom = "auto"; }
  }
  document.addEventListener("mouseover", place);
  document.addEventListener("focusin", place);

  /* Keep the newest question at the top while its answer is written, unless the person scrolls. */
  let turns = 0, theirs = false;
  for (const kind of ["wheel", "touchmove"]) document.addEventListener(kind, () => { theirs = true; }, { passive: true });
  new MutationObserver(() => {
    const box = document.querySelector("#talk"), asked = box ? box.querySelectorAll(".asked") : [];
    if (asked.length !== turns) theirs = false;
    turns = asked.length;
    if (!turns || theirs) return;
    const last = asked[turns - 1];
    if (matchMedia("(max-width: 760px)").matches) {
      if (last.dataset.seen !== "yes") last.scrollIntoView({ block: "start" });
      last.dataset.seen = "yes";
    } else box.scrollTop += last.getBoundingClientRect().top - box.getBoundingClientRect().top - 8;
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
