"use strict";
(function () {
  const versions = Array.from(document.querySelectorAll("[data-r]"))
    .sort((a, b) => a.dataset.r - b.dataset.r).map((release) => release.dataset.v);
  const search = document.querySelector("#lives input");
  const list = document.getElementById("found");
  const status = document.getElementById("shown");
  const MOST = 200;
  const lives = new Map();

  document.querySelectorAll("[data-r] .names.added").forEach((names) => {
    const start = Number(names.closest("[data-r]").dataset.r);
    for (const item of names.children) {
      const key = names.dataset.k + "\t" + item.textContent;
      const end = item.dataset.e === undefined ? versions.length : Number(item.dataset.e);
      if (!lives.has(key)) { lives.set(key, { kind: names.dataset.k, name: item.textContent, spans: [] }); }
      lives.get(key).spans.push([start, end]);
    }
  });
  const all = Array.from(lives.values());
  all.forEach((life) => {
    life.text = (life.kind + " " + life.name).toLowerCase();
    life.spans.sort((a, b) => a[0] - b[0]);
  });

  function when(span) {
    const from = versions[span[0]];
    return span[1] >= versions.length ? "since " + from : from + " to before " + versions[span[1]];
  }

  function row(life) {
    const item = document.createElement("li");
    const name = document.createElement("div");
    const code = document.createElement("code");
    const track = document.createElement("div");
    const told = document.createElement("div");
    code.textContent = life.name;
    name.append(code, " ", life.kind);
    track.className = "track";
    life.spans.forEach((span) => {
      const bar = document.createElement("i");
      bar.style.left = (100 * span[0] / versions.length) + "%";
      bar.style.width = (100 * (span[1] - span[0]) / versions.length) + "%";
      track.append(bar);
    });
    told.className = "when";
    told.textContent = life.spans.map(when).join(", ");
    item.append(name, track, told);
    return item;
  }

  function apply() {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length ? all.filter((life) => words.every((word) => life.text.includes(word))) : [];
    list.replaceChildren(...found.slice(0, MOST).map(row));
    status.textContent = words.length ? Math.min(found.length, MOST) + " of " + found.length + " shown" : all.length + " names";
    history.replaceState(null, "", words.length ? "#q=" + encodeURIComponent(search.value.trim()) : location.pathname + location.search);
  }

  document.getElementById("lives").hidden = false;
  search.addEventListener("input", apply);
  const given = /^#q=(.*)$/.exec(location.hash);
  if (given) {
    try { search.value = decodeURIComponent(given[1]); } catch { search.value = ""; }
    apply();
  } else {
    status.textContent = all.length + " names";
  }
})();
