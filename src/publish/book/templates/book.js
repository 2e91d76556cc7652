// The book's one script: search, and what is in force on a chosen day. Everything else works without it.
// It reads nothing but index.js beside it, and sends nothing anywhere.
(function () {
  "use strict";

  var inPage = typeof document !== "undefined";
  var root = inPage ? document.currentScript.dataset.root : "";
  // The book's own ids hold a colon, which no rule's anchor does.
  var page = function (id) { return document.getElementById("book:" + id); };
  var asOf = "";

  // ---- small things -------------------------------------------------------------------------------------------------

  var MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December"];

  function isDay(text) {
    return /^\d{4}-\d{2}-\d{2}$/.test(text);
  }

  function dayInWords(day) {
    var parts = day.split("-").map(Number);
    return parts[2] + " " + MONTHS[parts[1] - 1] + " " + parts[0];
  }

  function inForce(from, until) {
    return !asOf || ((!from || from <= asOf) && (!until || asOf < until));
  }

  function period(from, until) {
    if (from && until) { return "from " + dayInWords(from) + " and before " + dayInWords(until); }
    if (from) { return "from " + dayInWords(from); }
    return until ? "before " + dayInWords(until) : "at any date";
  }

  function count(n, one, many) {
    return n + " " + (n === 1 ? one : many);
  }

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) { made.className = className; }
    if (text !== undefined) { made.textContent = text; }
    return made;
  }

  /** A link within the book, which carries the chosen day along. */
  function link(href, text, className) {
    var made = element("a", className, text);
    made.setAttribute("href", root + href);
    return made;
  }

  // ---- the index ----------------------------------------------------------------------------------------------------

  var STOP = words("a an the of on in at to for from by with and or not is are be was it its this that what which who " +
    "whom when where why how does do did i my me we our they as if must need have has any there here about text since " +
    "ask asks asked");
  // Words that people use for one another.
  var ALIKE = ["abroad foreign overseas international", "trip travel journey", "appointment position job post affiliation",
    "gift present donation", "paid pay salary stipend remuneration compensation", "visitor guest", "equity stock shares",
    "talent recruitment", "biosketch biographical", "cpos support funding", "licence license patent", "programme program",
    "organisation organization", "conflict fcoi coi", "china prc", "report rppr", "list listed", "jit just"]
    .map(function (group) { return words(group).map(stem); });

  function words(text) {
    return text.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f]/g, "")
      .replace(/ø/g, "o").replace(/ł/g, "l").replace(/đ/g, "d").replace(/æ/g, "ae").replace(/œ/g, "oe").replace(/ß/g, "ss")
      .split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  }

  function stem(word) {
    if (word.length > 4 && word.endsWith("ies")) { return word.slice(0, -3) + "y"; }
    if (word.length > 3 && word.endsWith("s") && !/(ss|us|is)$/.test(word)) { word = word.slice(0, -1); }
    var bare = word.length > 5 ? word.replace(/(ing|ed)$/, "") : word;
    return bare !== word && /([^aeiou])\1$/.test(bare) ? bare.slice(0, -1) : bare;
  }

  var index = null; // { data, entries, vocabulary: [[word, [entry, weight, …]]] }

  /** An entry for each decision, rule and other thing; a rule knows its decision. */
  function build(data) {
    var entries = [];
    var seen = new Map();
    function add(entry, names, strong, weak) {
      var at = entries.push(entry) - 1;
      [[names, 10], [strong, 4], [weak, 1]].forEach(function (part) {
        part[0].split(" ").forEach(function (word) {
          if (!word) { return; }
          var key = stem(word);
          var postings = seen.get(key);
          if (!postings) { seen.set(key, postings = []); }
          // Parts come in order of weight, so the first is the one that counts.
          if (postings.length < 2 || postings[postings.length - 2] !== at) { postings.push(at, part[1]); }
        });
      });
      return at;
    }
    data.decisions.forEach(function (d) {
      var at = add({ decision: d, parent: -1 }, d.n, d.s, d.w);
      d.r.forEach(function (r) { add({ decision: d, rule: r, parent: at }, "", r.s, r.w); });
    });
    data.others.forEach(function (o) { add({ other: o, parent: -1 }, "", o.s, o.w); });
    return { data: data, entries: entries, vocabulary: Array.from(seen) };
  }

  /** How well each entry fits one word that was typed. */
  function fit(term, last) {
    var alike = [];
    ALIKE.forEach(function (group) { if (group.indexOf(term) >= 0) { alike = alike.concat(group); } });
    var scores = new Float64Array(index.entries.length);
    var hits = 0;
    index.vocabulary.forEach(function (pair) {
      var word = pair[0];
      var quality = word === term ? 1 : alike.indexOf(word) >= 0 ? 0.6
        : term.length > 1 && word.startsWith(term) ? (last ? 0.7 : 0.3) : 0;
      if (!quality) { return; }
      for (var i = 0; i < pair[1].length; i += 2) {
        var at = pair[1][i];
        if (!scores[at]) { hits += 1; }
        scores[at] = Math.max(scores[at], quality * pair[1][i + 1]);
      }
    });
    // What few entries have tells more, but not so much more that the name of an agency tells nothing.
    var rare = Math.sqrt(Math.log(2 + index.entries.length / (1 + hits)));
    return scores.map(function (s) { return s * rare; });
  }

  /** What fits, best first: { decision, rules } or { other }. */
  function find(text, narrow) {
    var typed = words(text);
    var terms = typed.filter(function (w) { return STOP.indexOf(w) < 0; });
    terms = Array.from(new Set((terms.length ? terms : typed).map(stem)));
    // The last word may still be in the making.
    var fits = terms.map(function (t, i) { return fit(t, i === terms.length - 1); });
    // A question has the words that it or any of its rules has; the rules that have most of them come first.
    var groups = new Map();
    index.entries.forEach(function (entry, at) {
      if (!allowed(entry, narrow)) { return; }
      var key = entry.decision || entry.other;
      var group = groups.get(key);
      if (!group) {
        groups.set(key, group = { decision: entry.decision, other: entry.other, rules: [], best: fits.map(function () { return 0; }), top: 0 });
      }
      var total = 0;
      var matched = 0;
      fits.forEach(function (scores, t) {
        var s = Math.max(scores[at], entry.parent >= 0 ? 0.9 * scores[entry.parent] : 0);
        group.best[t] = Math.max(group.best[t], s);
        total += s;
        matched += s ? 1 : 0;
      });
      // Among equals, what still holds.
      if (entry.rule && !entry.rule.u) { total *= 1.05; }
      group.top = Math.max(group.top, total);
      if (entry.rule) { group.rules.push({ entry: entry, score: total, matched: matched }); }
    });
    var found = Array.from(groups.values()).filter(function (g) { return g.other || g.rules.length || !(asOf || narrow.ruling); });
    var most = 0;
    found.forEach(function (g) {
      g.matched = g.best.filter(Boolean).length;
      g.score = g.best.reduce(function (a, b) { return a + b; }, 0) + 0.5 * g.top;
      most = Math.max(most, g.matched);
      var fullest = g.rules.reduce(function (n, r) { return Math.max(n, r.matched); }, 0);
      g.rules = g.rules.filter(function (r) { return r.matched === fullest; });
      g.rules.sort(function (a, b) { return b.score - a.score; });
    });
    // Some of the words will do where nothing has all of them.
    found = found.filter(function (g) { return !terms.length || (g.matched && g.matched === most); });
    found.sort(function (a, b) { return b.score - a.score; });
    return { found: found, partly: most < terms.length, terms: terms.length };
  }

  function allowed(entry, narrow) {
    if (entry.other) { return !(narrow.agency || narrow.kind || narrow.ruling || asOf); }
    var data = index.data;
    if (narrow.agency && !entry.decision.a.some(function (i) { return data.agencies[i][0] === narrow.agency; })) { return false; }
    if (narrow.kind && data.kinds[entry.decision.k] !== narrow.kind) { return false; }
    if (!entry.rule) { return true; }
    if (narrow.ruling && data.rulings[entry.rule.g][0] !== narrow.ruling) { return false; }
    return inForce(entry.rule.f, entry.rule.u);
  }

  // ---- the search box -----------------------------------------------------------------------------------------------

  var GROUPS = 20;
  var RULES = 3;
  var shown = GROUPS;
  var waiting = 0;

  function withIndex(then) {
    if (index) { then(); return; }
    if (withIndex.then) { withIndex.then = then; return; }
    withIndex.then = then;
    page("found").textContent = "Loading the index …";
    var script = document.createElement("script");
    script.src = root + "index.js";
    script.onload = function () {
      if (!window.candorBook) { script.onerror(); return; }
      index = build(window.candorBook);
      fill(page("q-agency"), index.data.agencies);
      fill(page("q-kind"), index.data.kinds.map(function (k) { return [k, k]; }));
      fill(page("q-ruling"), index.data.rulings);
      restore();
      withIndex.then();
    };
    script.onerror = function () {
      page("found").textContent = "The index could not be read: index.js is missing beside this book. The pages can still be reached by their links.";
    };
    document.head.appendChild(script);
  }

  function fill(select, options) {
    options.forEach(function (option) {
      var made = element("option", "", option[1]);
      made.value = option[0];
      select.appendChild(made);
    });
  }

  function search() {
    var text = page("q").value.trim();
    var narrow = { agency: page("q-agency").value, kind: page("q-kind").value, ruling: page("q-ruling").value };
    remember(text, narrow);
    if (!text && !narrow.agency && !narrow.kind && !narrow.ruling) {
      page("results").replaceChildren();
      page("found").textContent = "";
      page("more").hidden = true;
      return;
    }
    withIndex(function () { show(find(text, narrow)); });
  }

  function show(result) {
    var found = result.found;
    var rules = 0;
    var others = 0;
    found.forEach(function (g) { rules += g.rules.length; others += g.other ? 1 : 0; });
    var parts = [];
    if (found.length > others) { parts.push(count(found.length - others, "question", "questions") + ", " + count(rules, "rule", "rules")); }
    if (others) { parts.push(count(others, "other page", "other pages")); }
    var says = parts.length ? parts.join("; ") : "Nothing was found. Try fewer or other words.";
    if (parts.length && result.partly) { says += ", with some of the words"; }
    if (asOf && parts.length) { says += ", in force on " + dayInWords(asOf); }
    page("found").textContent = says + (parts.length ? "." : "");
    page("results").replaceChildren.apply(page("results"), found.slice(0, shown).map(item));
    page("more").hidden = found.length <= shown;
  }

  function item(group) {
    var li = element("li");
    if (group.other) {
      li.append(link(group.other.h, group.other.t), " ", element("span", "fine", group.other.y));
      return li;
    }
    var d = group.decision;
    var agencies = d.a.map(function (i) { return index.data.agencies[i][1]; });
    var whose = agencies.length > 4 ? agencies.slice(0, 3).join(", ") + " and " + (agencies.length - 3) + " more" : agencies.join(", ");
    li.append(link(d.h, d.t), " ", element("span", "fine", whose + " · " + index.data.kinds[d.k]));
    if (group.rules.length) {
      var list = element("ul");
      group.rules.slice(0, RULES).forEach(function (s) {
        var ruling = index.data.rulings[s.entry.rule.g];
        var row = element("li");
        row.append(element("b", "ruling r-" + ruling[0], ruling[1]), " ", link(d.h + "#" + s.entry.rule.h, s.entry.rule.t),
          " ", element("span", "fine", period(s.entry.rule.f, s.entry.rule.u)));
        list.append(row);
      });
      if (group.rules.length > RULES) {
        list.append(element("li", "fine", "and " + count(group.rules.length - RULES, "rule", "rules") + " more"));
      }
      li.append(list);
    }
    return li;
  }

  // ---- the chosen day -----------------------------------------------------------------------------------------------

  function filterPage() {
    var dated = document.querySelectorAll("[data-from]");
    var cards = 0;
    var here = 0;
    dated.forEach(function (node) {
      var holds = inForce(node.dataset.from, node.dataset.until);
      if (node.matches(".card")) { cards += 1; here += holds ? 1 : 0; }
      // A rule that a link leads to is shown all the same.
      var wanted = node.id && location.hash === "#" + node.id;
      node.hidden = !holds && !wanted;
      node.classList.toggle("past", !holds);
    });
    var says = page("in-force");
    if (!says) { return; }
    says.hidden = !asOf;
    if (asOf) {
      says.textContent = here + " of " + count(cards, "rule", "rules") + (here === 1 ? " is" : " are") +
        " in force if every date stands on " + dayInWords(asOf) + ". ";
      var all = element("button", "", "Show all");
      all.type = "button";
      all.addEventListener("click", function () { choose(""); page("as-of").focus(); });
      says.append(all);
    }
  }

  function choose(day) {
    asOf = isDay(day) ? day : "";
    if (page("as-of").value !== asOf) { page("as-of").value = asOf; }
    filterPage();
    search();
  }

  /** Links within the book carry the day along. */
  function carryDay(event) {
    var a = event.target.closest ? event.target.closest("a[href]") : null;
    var href = a && a.getAttribute("href");
    if (!asOf || !href || href.charAt(0) === "#" || /^[a-z]+:/i.test(href) || href.indexOf("?") >= 0) { return; }
    var parts = href.split("#");
    a.setAttribute("href", parts[0] + "?as-of=" + asOf + (parts[1] ? "#" + parts[1] : ""));
  }

  // ---- the address --------------------------------------------------------------------------------------------------

  var begun = null; // what the address asked for, until the choices are there

  function remember(text, narrow) {
    if (begun) { return; }
    var hash = new URLSearchParams();
    if (text) { hash.set("q", text); }
    ["agency", "kind", "ruling"].forEach(function (key) { if (narrow[key]) { hash.set(key, narrow[key]); } });
    var some = hash.toString();
    // An anchor in the address stays until something is searched for.
    if (!some && !/^#(q|agency|kind|ruling)=/.test(location.hash)) { return; }
    try { history.replaceState(null, "", some ? "#" + some : "#"); } catch (e) { /* the address then stays as it was */ }
  }

  function restore() {
    if (!begun) { return; }
    ["agency", "kind", "ruling"].forEach(function (key) {
      if (begun.get(key)) { page("q-" + key).value = begun.get(key); }
    });
    begun = null;
  }

  function fromAddress() {
    var query = new URLSearchParams(location.search);
    var hash = new URLSearchParams(/^#[a-z-]+=/.test(location.hash) ? location.hash.slice(1) : "");
    var day = hash.get("as-of") || query.get("as-of") || "";
    if (isDay(day)) { asOf = page("as-of").value = day; }
    var asked = hash.get("q") || hash.get("agency") || hash.get("kind") || hash.get("ruling");
    if (!asked) { return; }
    page("q").value = hash.get("q") || "";
    begun = hash;
    withIndex(search);
  }

  // Without a page there is only the search, for whoever wants to try it.
  if (!inPage) {
    globalThis.candorFind = function (data, text, day) {
      index = build(data);
      asOf = day || "";
      return find(text, {}).found;
    };
    return;
  }

  // ---- wiring -------------------------------------------------------------------------------------------------------

  document.addEventListener("click", carryDay, true);
  document.querySelectorAll(".script").forEach(function (node) { node.hidden = false; });
  var form = page("search");
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); shown = GROUPS; search(); });
  page("q").addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(function () { shown = GROUPS; search(); }, 90);
  });
  page("q").addEventListener("focus", function () { withIndex(function () { page("found").textContent = ""; search(); }); });
  ["q-agency", "q-kind", "q-ruling"].forEach(function (id) {
    page(id).addEventListener("focus", function () { withIndex(function () { page("found").textContent = ""; search(); }); });
    page(id).addEventListener("change", function () { shown = GROUPS; search(); });
  });
  page("as-of").addEventListener("change", function () { choose(page("as-of").value); });
  page("clear").addEventListener("click", function () {
    ["q", "q-agency", "q-kind", "q-ruling"].forEach(function (id) { page(id).value = ""; });
    choose("");
    page("q").focus();
  });
  page("more").addEventListener("click", function () {
    var last = shown;
    shown += GROUPS;
    search();
    var next = page("results").children[last];
    if (next) { next.querySelector("a").focus(); }
  });
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || event.target.isContentEditable;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      page("q").focus();
      page("q").select();
    } else if (event.key === "Escape" && event.target === page("q")) {
      page("q").value = "";
      search();
    } else if (event.key === "ArrowDown" && event.target === page("q")) {
      var first = page("results").querySelector("a");
      if (first) { event.preventDefault(); first.focus(); }
    }
  });
  document.querySelectorAll(".by-date").forEach(function (button) {
    button.addEventListener("click", function () {
      withIndex(function () {
        page("q-agency").value = button.dataset.agency;
        search();
        page("as-of").focus();
        form.scrollIntoView();
      });
    });
  });
  var timeline = page("timeline-agency");
  if (timeline) {
    var narrowTimeline = function () {
      var id = timeline.value;
      document.querySelectorAll("[data-agencies]").forEach(function (node) {
        node.hidden = Boolean(id) && node.dataset.agencies.split(" ").indexOf(id) < 0;
      });
      var days = document.querySelectorAll(".day:not([hidden])").length;
      page("timeline-found").textContent = id ? count(days, "day", "days") : "";
    };
    timeline.addEventListener("change", narrowTimeline);
    narrowTimeline();
  }
  // A page is printed whole.
  var closed = [];
  window.addEventListener("beforeprint", function () {
    closed = Array.from(document.querySelectorAll("details:not([open])"));
    closed.forEach(function (node) { node.open = true; });
  });
  window.addEventListener("afterprint", function () { closed.forEach(function (node) { node.open = false; }); });
  window.addEventListener("hashchange", function () { if (asOf) { filterPage(); } });

  fromAddress();
  if (asOf) { filterPage(); }
})();
