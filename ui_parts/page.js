/* What happens on the page. The HTML is made on the server; a button says what it does in data-do, and what needs the
   server goes to it through one event, "newsdesk", which Gradio's bridge component raises there (ui.py). */
(() => {
  const texts = JSON.parse(document.getElementById("texts").textContent);
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const phone = matchMedia("(max-width: 760px)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const tell = (name, data) => window.dispatchEvent(new CustomEvent("newsdesk", { detail: { name, data } }));
  const say = (text) => { $("#status").textContent = text; };
  const kept = {
    get: (name) => { try { return localStorage.getItem(`newsdesk ${name}`); } catch { return null; } },
    set: (name, value) => { try { localStorage.setItem(`newsdesk ${name}`, value); } catch { /* storage is off */ } },
  };
  const exchangeOf = (element) => element.closest("[data-exchange]")?.dataset.exchange ?? "";
  const tabs = () => all('#views > .tab-wrapper [role="tab"]:not([aria-hidden] *), #views > .tabs > .tab-wrapper [role="tab"]');
  const openTab = (place) => tabs()[place]?.click();

  /* Tabs and the reader are entries of the browser's history: Back returns from them, a reload keeps the tab. */
  let here = { tab: history.state?.tab ?? 0, reading: false }, begun = false;
  history.replaceState(here, "");
  function went(to) {
    if (Object.entries(to).every(([name, value]) => here[name] === value)) return;
    here = { ...here, ...to };
    history.pushState(here, "");
  }
  window.addEventListener("popstate", (event) => {
    if (!event.state) return;
    here = event.state;
    if (!here.reading) hideSource();
    else if ($("#source .reader-frame")) { document.body.classList.add("reading"); sheet(true); }
    if (tabs()[here.tab]?.getAttribute("aria-selected") === "false") openTab(here.tab);
  });

  /* The source beside the chat. Its steps go through the quotes of the answer, or timeline, that it was opened from. */
  let opener = null, quotes = [], serial = 0;

  function read(button, focus = true) {
    const home = button.closest(".answer, .timeline, .refusal, .checked-draft, .standing-one") ?? button.parentElement;
    const cites = all(".cite", home);
    quotes = cites.length ? cites : all(".card[data-start]", home);
    const number = (element, name) => (element.dataset[name] === undefined ? null : Number(element.dataset[name]));
    const same = (other) => ["article", "start", "end"].every((name) => other.dataset[name] === button.dataset[name]);
    const quote = $(".tip q", quotes.find(same)?.parentElement ?? document.createElement("i"))?.textContent ?? "";
    opener = button.isConnected && focus ? button : opener;
    serial += 1;
    document.body.classList.add("reading");
    went({ reading: true });
    if (focus) document.body.dataset.focusSource = "yes";
    all(".cite.open, .card.open").forEach((other) => other.classList.remove("open"));
    all(".cite, .card", home).filter(same).forEach((other) => other.classList.add("open"));
    tell("click", {
      article: button.dataset.article, start: number(button, "start"), end: number(button, "end"), quote,
      serial: String(serial),
      spans: quotes.filter((other) => other.dataset.article === button.dataset.article)
        .map((other) => [number(other, "start"), number(other, "end")]),
    });
    sheet(true);
  }

  function shown() { /* the server's answer to `read` has come: bring the sentence to sight */
    const frame = $("#source .reader-frame");
    if (!frame || frame.dataset.serial !== String(serial) || frame.dataset.seen === String(serial)) return;
    frame.dataset.seen = String(serial);
    const body = $(".reader-body", frame), mark = $("mark.here", body), steps = $(".steps", frame);
    body.scrollTop = mark ? body.scrollTop + mark.getBoundingClientRect().top - body.getBoundingClientRect().top - body.clientHeight / 3 : 0;
    const at = quotes.findIndex((quote) => quote.classList.contains("open"));
    steps.hidden = quotes.length < 2 || at < 0;
    $(".at", steps).textContent = steps.dataset.words.replace("%1", at + 1).replace("%2", quotes.length);
    if (document.body.dataset.focusSource) $("h2", body)?.focus({ preventScroll: true });
    else say(`${$(".at", steps).textContent}: ${$("h2", body)?.textContent ?? ""}`);
    delete document.body.dataset.focusSource;
  }

  function step(by) {
    quotes = quotes.filter((quote) => quote.isConnected);
    const at = quotes.findIndex((quote) => quote.classList.contains("open"));
    const next = quotes.length ? quotes[(at + by + quotes.length) % quotes.length] : null;
    if (next) read(next, false);
  }

  function sheet(open) { /* on a phone the source covers everything: what lies under it is out of reach */
    const column = $("#reader"), covers = open && phone.matches;
    for (const under of all("#work, .masthead, .skip")) under.inert = covers;
    if (covers) { column.setAttribute("role", "dialog"); column.setAttribute("aria-modal", "true"); column.setAttribute("aria-label", texts.source); }
    else for (const name of ["role", "aria-modal", "aria-label"]) column?.removeAttribute(name);
  }
  phone.addEventListener("change", () => sheet(document.body.classList.contains("reading")));

  function closeSource() { /* on the way to something else */
    here = { ...here, reading: false };
    history.replaceState(here, "");
    hideSource();
  }

  function leaveSource() { /* to where the reader was opened from */
    if (here.reading) history.back();
    else hideSource();
  }

  function hideSource() {
    document.body.classList.remove("reading");
    sheet(false);
    all(".cite.open, .card.open").forEach((button) => button.classList.remove("open"));
    if (opener?.isConnected) opener.focus();
    opener = null;
  }

  /* Small things */
  function copy(button, text) {
    const shown = $("summary", button.closest("details.more") ?? button) ?? button, before = shown.textContent;
    const done = () => { shown.textContent = button.dataset.done; say(button.dataset.done); setTimeout(() => { shown.textContent = before; }, 1600); };
    if (navigator.clipboard) return navigator.clipboard.writeText(text).then(done);
    const area = document.createElement("textarea"); /* no clipboard without https: the old way */
    area.value = text;
    document.body.append(area);
    area.select();
    if (document.execCommand("copy")) done();
    area.remove();
    button.focus();
  }

  function ask(title, about, yes, value) { /* the dialog; a promise of the value, or null */
    const box = $("#confirm"), input = $("#confirm-value"), back = document.activeElement;
    $("#confirm-title").textContent = title;
    $("#confirm-about").textContent = about;
    $("#confirm-about").hidden = !about;
    $("#confirm-yes").textContent = yes;
    $("#confirm-no").textContent = texts.cancel;
    input.hidden = value === undefined;
    input.required = value !== undefined;
    input.value = value ?? "";
    box.returnValue = "";
    box.showModal();
    if (value !== undefined) input.select();
    return new Promise((resolve) => box.addEventListener("close", () => {
      if (back?.isConnected) back.focus();
      resolve(box.returnValue === "yes" ? input.value : null);
    }, { once: true }));
  }

  function edit(button) {
    const asked = button.closest(".asked"), heading = $("h2", asked);
    const form = document.createElement("form"), area = document.createElement("textarea");
    form.className = "edit-form";
    area.value = heading.textContent;
    area.setAttribute("aria-label", texts.question);
    area.maxLength = 4000;
    const buttons = [["submit", "strong", texts.edit_ask], ["button", "quiet", texts.cancel]].map(([type, kind, text]) => Object.assign(document.createElement("button"), { type, className: kind, textContent: text }));
    form.append(area, ...buttons);
    asked.after(form);
    asked.hidden = true;
    const done = () => { form.remove(); asked.hidden = false; button.focus(); };
    buttons[1].addEventListener("click", done);
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.stopPropagation(); done(); }
      if (event.key === "Enter" && !event.shiftKey && event.target === area) { event.preventDefault(); form.requestSubmit(); }
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const question = area.value.trim(), exchange = exchangeOf(button);
      done();
      if (question) tell("submit", { question, exchange });
    });
    area.focus();
  }

  function dark(choice) {
    if (choice) kept.set("theme", choice);
    const wanted = kept.get("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    document.documentElement.dataset.theme = wanted;
    if (document.body.classList.contains("dark") !== (wanted === "dark")) document.body.classList.toggle("dark", wanted === "dark");
  }
  const switchTheme = () => dark(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => dark());
  new MutationObserver(() => dark()).observe(document.body, { attributes: true, attributeFilter: ["class"] }); /* Gradio sets its own */
  dark();

  function panel(open = !document.body.classList.contains("panel-open")) {
    document.body.classList.toggle("panel-open", open);
    if (!phone.matches) kept.set("panel", open ? "open" : "closed");
    if (open) $("#panel .search")?.focus();
    else if (document.activeElement?.closest("#panel")) $("#question textarea")?.focus();
  }
  if (!phone.matches && kept.get("panel") !== "closed" && innerWidth > 1000) document.body.classList.add("panel-open");

  const deeds = {
    ask: (button) => tell("submit", { question: button.textContent }),
    retry: (button) => tell("submit", { exchange: exchangeOf(button) }),
    edit,
    copy: (button) => copy(button, button.dataset.copy),
    link: (button) => copy(button, new URL(`?answer=${exchangeOf(button)}`, document.baseURI).href),
    rate: (button) => tell("like", { exchange: exchangeOf(button), thumb: button.getAttribute("aria-pressed") === "true" ? 0 : Number(button.dataset.thumb) }),
    keep: (button) => { button.disabled = true; tell("copy", { exchange: exchangeOf(button) }); },
    "check-standing": () => tell("retry", { check: true }),
    "stop-standing": (button) => tell("retry", { stop: button.dataset.id }),
    timeline: (button) => { closeSource(); openTab(1); tell("expand", { question: button.dataset.question }); },
    everything: () => { tell("apply", { clear: true }); $("#question textarea")?.focus(); },
    library: () => openTab(2),
    samples: () => tell("upload", {}),
    previous: () => step(-1),
    next: () => step(1),
    close: leaveSource,
    only: (button) => { tell("apply", { only: button.dataset.id }); if (phone.matches) closeSource(); openTab(0); },
    panel: () => panel(),
    new: () => { tell("select", {}); if (phone.matches) panel(false); closeSource(); $("#question textarea")?.focus(); },
    open: (button) => { tell("select", { id: button.closest("[data-id]").dataset.id }); if (phone.matches) panel(false); closeSource(); },
    rename: async (button) => {
      const { id, title } = button.closest("[data-id]").dataset;
      const wanted = await ask(texts.rename_title, "", texts.save, title);
      if (wanted) tell("edit", { rename: id, title: wanted });
    },
    delete: async (button) => {
      const { id, title } = button.closest("[data-id]").dataset;
      if ((await ask(texts.delete_title, `“${title}” — ${texts.delete_about}`, texts.delete)) !== null) tell("edit", { delete: id });
    },
    without: (button) => tell("apply", { without: button.dataset.name, value: button.dataset.value }),
    clear: () => tell("apply", { clear: true }),
    theme: switchTheme,
    help: () => $("#help").showModal(),
    dismiss: (button) => button.closest("dialog").close(),
  };

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    for (const menu of all("details.more[open], details.filter-form[open]")) if (!menu.contains(target)) menu.open = false;
    const button = target?.closest("button, a");
    if (!button) return;
    if (tabs().includes(button)) {
      went({ tab: tabs().indexOf(button) });
      if (here.tab === 1) tell("retry", {}); /* what changed since it was last looked at */
    }
    button.closest("details.more")?.removeAttribute("open");
    if (button.dataset.do in deeds) {
      deeds[button.dataset.do](button);
    } else if (button.dataset.article && !button.dataset.lib) read(button); /* data-lib: of the Library tab */
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.do !== "filter") return;
    event.preventDefault();
    const fields = new FormData(form), since = fields.get("since"), until = fields.get("until");
    const turned = Boolean(since && until && since > until), [from, to] = all("input[type=date]", form);
    $("#days-problem", form).hidden = !turned;
    for (const field of [from, to]) field.setAttribute("aria-invalid", turned);
    if (turned) { to.setAttribute("aria-describedby", "days-problem"); to.focus(); return; }
    form.closest("details").open = false;
    tell("apply", { set: { since, until, publishers: fields.getAll("publisher") } });
  });

  /* A text file dropped on the draft's box becomes its text. */
  document.addEventListener("drop", async (event) => {
    const area = event.target.closest?.("#draft-text textarea"), file = event.dataTransfer?.files[0];
    if (!area || !file) return;
    event.preventDefault();
    if (!/\.(txt|md|markdown)$/i.test(file.name)) { say(texts.draft_wrong_file); area.setCustomValidity(texts.draft_wrong_file); area.reportValidity(); return; }
    area.value = (await file.text()).slice(0, area.maxLength);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  document.addEventListener("dragover", (event) => { if (event.target.closest?.("#draft-text textarea")) event.preventDefault(); });
  document.addEventListener("input", (event) => { if (event.target.matches?.("#draft-text textarea")) event.target.setCustomValidity(""); });

  let searching = 0;
  document.addEventListener("input", (event) => {
    if (event.target.dataset?.do !== "search") return;
    clearTimeout(searching);
    searching = setTimeout(() => tell("edit", { search: event.target.value }), 250);
  });

  /* Keys. Single ones can be switched off in the help sheet (WCAG 2.1.4). */
  const keysOn = $("#keys-on");
  keysOn.checked = kept.get("keys") !== "off";
  keysOn.addEventListener("change", () => kept.set("keys", keysOn.checked ? "on" : "off"));
  const reading = () => document.body.classList.contains("reading");
  const keys = {
    "/": () => { openTab(0); $("#question textarea")?.focus(); },
    n: () => reading() && step(1),
    p: () => reading() && step(-1),
    ArrowRight: () => reading() && step(1),
    ArrowLeft: () => reading() && step(-1),
    s: () => $("#writing .writing") && $("#stop")?.click(),
    c: () => panel(),
    o: () => deeds.new(),
    t: switchTheme,
    "?": () => $("#help").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      document.body.classList.add("no-tip");
      const menu = $("details.more[open], details.filter-form[open]");
      if ($("dialog[open]")) return;
      if (menu) { menu.open = false; $("summary", menu).focus(); }
      else if (reading()) leaveSource();
      else if (phone.matches && document.body.classList.contains("panel-open")) panel(false);
      return;
    }
    const writes = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
    const moves = event.key.startsWith("Arrow") && event.target.closest?.("[role=tab], [role=tablist]");
    if (writes || moves || !keysOn.checked || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });

  /* What shows when [n] is pointed at would be cut off by the scrolling box around it: it is placed in the window. */
  function place(event) {
    document.body.classList.remove("no-tip");
    const button = event.target instanceof Element ? event.target.closest(".cite") : null;
    const tip = button?.nextElementSibling;
    if (!tip) return;
    const at = button.getBoundingClientRect(), width = Math.min(340, innerWidth - 32);
    tip.style.left = `${Math.max(8, Math.min(at.left + at.width / 2 - width / 2, innerWidth - width - 8))}px`;
    const above = at.top > innerHeight / 2;
    tip.style.bottom = above ? `${innerHeight - at.top}px` : "auto";
    tip.style.top = above ? "auto" : `${at.bottom}px`;
  }
  document.addEventListener("mouseover", place);
  document.addEventListener("focusin", place);

  /* What the server sends: the newest question is brought to the top once, and stays while its answer grows below it. */
  let turns = 0, wasWriting = false;
  function arrived() {
    $("#opening")?.remove();
    shown();
    const box = $("#talk"), asked = all("#talk .asked").length, writing = Boolean($("#writing .writing"));
    if (!box) return;
    if (!begun && tabs().length) { begun = true; if (here.tab) openTab(here.tab); }
    room(box);
    if (asked > turns || (writing && !wasWriting)) {
      const last = all("#talk .asked").at(-1);
      const top = box.scrollTop + last.getBoundingClientRect().top - box.getBoundingClientRect().top - 12;
      if (writing || turns) box.scrollTo({ top, behavior: still.matches ? "auto" : "smooth" });
    }
    if (writing !== wasWriting) {
      document.body.classList.toggle("asking", writing);
      say(writing ? texts.answering : $("#shown .answer") ? texts.answered : "");
    }
    turns = asked;
    wasWriting = writing;
    const query = $(".filter-bar")?.dataset.query;
    if (query !== undefined && query !== (location.search || "?")) history.replaceState(here, "", query === "?" ? location.pathname : query);
    label();
  }

  function room(box) { /* below a short answer, so that its question can stand at the top */
    const last = all("#talk .exchange").at(-1);
    const end = Math.max(...all("#shown, #writing, #next").map((part) => part.getBoundingClientRect().bottom));
    const needed = last ? Math.max(0, box.clientHeight - 24 - (end - last.getBoundingClientRect().top)) : 0;
    box.style.setProperty("--room", `${Math.floor(needed)}px`);
  }

  function label() { /* names and roles that Gradio's own parts lack */
    const talk = $("#talk");
    if (talk && !talk.hasAttribute("role")) { talk.setAttribute("role", "region"); talk.setAttribute("aria-label", texts.answer); talk.tabIndex = 0; }
    const panelBox = $("#panel");
    if (panelBox && !panelBox.hasAttribute("role")) { panelBox.setAttribute("role", "navigation"); panelBox.setAttribute("aria-label", texts.conversations); }
  }

  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; arrived(); });
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-serial", "data-query"] });
})();
