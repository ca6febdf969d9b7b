// The SPARQL editor: YASGUI with our endpoint, prefixes, examples and terms, and nothing from other hosts.
"use strict";

(() => {
  const place = document.getElementById("editor");
  const { endpoint, terms, root, base, begin } = place.dataset;
  const prefixes = JSON.parse(place.dataset.prefixes);
  const address = new URL(endpoint, location.href).href;
  const { Yasgui } = window.Yasgui.Yasgui ? window.Yasgui : { Yasgui: window.Yasgui };
  const { Yasqe } = Yasgui;

  // Addresses longer than this are not sure to arrive everywhere.
  const longest = 2000;
  const request = {
    endpoint: address,
    method: (yasgui) => (encodeURIComponent(yasgui.getTab().getQuery()).length < longest ? "GET" : "POST"),
    acceptHeaderSelect: "application/sparql-results+json",
    acceptHeaderGraph: "text/turtle",
  };

  const loaded = fetch(terms).then((response) => (response.ok ? response.json() : { classes: [], properties: [] }));

  function short(iri) {
    const name = Object.keys(prefixes).find((each) => iri.startsWith(prefixes[each]));
    return name === undefined ? `<${iri}>` : `${name}:${iri.slice(prefixes[name].length)}`;
  }

  // What was typed may be the beginning of an IRI or prefixed name, or a part of a name or label.
  function fits(term, typed) {
    const wanted = typed.toLowerCase();
    const names = [term.iri, short(term.iri), term.label];
    return wanted === "" || term.iri.startsWith(typed) || (!wanted.includes("://") && names.some((each) => each.toLowerCase().includes(wanted)));
  }

  function completer(name, kind) {
    const labels = new Map();
    Yasqe.forkAutocompleter(name, {
      name: `our-${name}`,
      bulk: false,
      persistenceId: null,
      get: async (_, token) => {
        const typed = (token && (token.autocompletionString || token.string)) || "";
        const found = (await loaded)[kind].filter((term) => fits(term, typed.trim()));
        for (const term of found) labels.set(term.iri, term.label);
        return found.map((term) => term.iri);
      },
      postProcessSuggestion: (_, token, iri) => short(iri),
      postprocessHints: (yasqe, hints) =>
        hints.map((hint) => {
          const term = [...labels.keys()].find((iri) => short(iri) === hint.text);
          const label = labels.get(term);
          return { ...hint, displayText: label ? `${hint.text}  –  ${label}` : hint.text, hint: declaring };
        }),
    });
    Yasqe.defaults.autocompleters = Yasqe.defaults.autocompleters.filter((each) => each !== name);
  }

  // Put a chosen term in, and declare its prefix where the query does not.
  function declaring(yasqe, list, hint) {
    yasqe.replaceRange(hint.text, hint.from || list.from, hint.to || list.to, "complete");
    declare(yasqe, hint.text.split(":")[0]);
  }

  function declare(yasqe, name) {
    if (name in prefixes && !(name in yasqe.getPrefixesFromQuery())) yasqe.addPrefixes({ [name]: prefixes[name] });
  }

  function prefixCompleter() {
    Yasqe.forkAutocompleter("prefixes", {
      name: "our-prefixes",
      bulk: true,
      persistenceId: null,
      get: Object.entries(prefixes).map(([name, iri]) => `${name}: <${iri}>`),
    });
    Yasqe.defaults.autocompleters = Yasqe.defaults.autocompleters.filter((each) => each !== "prefixes");
  }

  const prepared = new WeakSet();

  function prepare(tab) {
    tab.setEndpoint(address);
    const yasqe = tab.getYasqe();
    if (prepared.has(yasqe)) return;
    prepared.add(yasqe);
    // The key leaves the editor, as it leaves any other field.
    yasqe.setOption("extraKeys", { ...yasqe.getOption("extraKeys"), Tab: false, "Shift-Tab": false });
    const field = yasqe.getInputField();
    field.setAttribute("aria-label", "Query in SPARQL");
    field.setAttribute("aria-describedby", "keys");
    const scroller = yasqe.getScrollerElement();
    scroller.tabIndex = 0; // who has no mouse can move a long query
    scroller.setAttribute("role", "group");
    scroller.setAttribute("aria-label", "The query, to scroll");
    tab.getYasr().on("drawn", () => {
      for (const size of place.querySelectorAll(".tableSizer")) size.setAttribute("aria-label", "Rows of a page");
    });
  }

  function open(yasgui, name, text, isAsked) {
    const tab = yasgui.addTab(true, { name, yasqe: { value: text } }, { avoidDuplicateTabs: true });
    prepare(tab);
    if (isAsked) tab.query().catch(() => {}); // the page shows what went wrong
  }

  // A thing of ours is looked up here, wherever here is.
  function lead(event) {
    const link = event.target.closest("a.iri");
    const href = link && link.getAttribute("href");
    if (href && href.startsWith(base) && !/^[/\\]/.test(href.slice(base.length))) link.href = root + href.slice(base.length);
  }

  // Problem details of the server, as a sentence.
  async function problem(error) {
    try {
      const { title, detail } = JSON.parse(error.text);
      const place = document.createElement("div");
      const heading = place.appendChild(document.createElement("strong"));
      heading.textContent = title;
      place.appendChild(document.createElement("p")).textContent = detail;
      return place;
    } catch {
      return undefined; // it is none
    }
  }

  function linked() {
    return new URLSearchParams(location.hash.slice(1)).get("query");
  }

  prefixCompleter();
  completer("class", "classes");
  completer("property", "properties");
  Yasgui.Yasr.defaults.errorRenderers = [problem];
  place.hidden = false;
  const yasgui = new Yasgui(place, {
    requestConfig: request,
    copyEndpointOnNewTab: false,
    populateFromUrl: false,
    autofocus: false,
    autoAddOnInit: linked() === null,
    persistenceId: `curagraph_${root}`,
    yasqe: { value: begin, persistenceId: null, resizeable: false, collapsePrefixesOnLoad: false },
    yasr: { prefixes, maxPersistentResponseSize: 0 },
  });
  Object.values(yasgui._tabs).forEach((tab) => tab.getYasqe && tab.getYasqe() && prepare(tab));
  yasgui.on("tabSelect", (_, id) => setTimeout(() => yasgui.getTab(id) && prepare(yasgui.getTab(id))));

  place.querySelector(".tabsList .addTab").setAttribute("role", "tab"); // a list of tabs may hold nothing else
  document.getElementById("plain").hidden = true;
  document.getElementById("tools").hidden = false;
  document.getElementById("open").addEventListener("click", () => {
    const chosen = document.getElementById("examples").selectedOptions[0];
    open(yasgui, chosen.textContent, chosen.value, false);
  });
  place.addEventListener("click", lead, true);
  place.addEventListener("auxclick", lead, true);

  function openLinked() {
    const wanted = linked();
    if (wanted === null) return;
    history.replaceState(null, "", location.pathname + location.search);
    open(yasgui, undefined, wanted, true);
  }
  addEventListener("hashchange", openLinked);
  openLinked();
})();
