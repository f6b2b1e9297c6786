"use strict";
(function () {
  const boxes = Array.from(document.querySelectorAll(".filters input[type=checkbox]"));
  const search = document.querySelector(".filters input[type=search]");
  const shown = document.getElementById("shown");
  const items = Array.from(document.querySelectorAll(".item"));
  const groups = Array.from(document.querySelectorAll(".group"));
  const texts = items.map((item) => item.textContent.toLowerCase());

  function visible(item) {
    return boxes.every((box) => box.checked || !item.classList.contains(box.dataset.hides));
  }

  function apply() {
    const wanted = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    items.forEach((item, n) => {
      const out = !wanted.every((word) => texts[n].includes(word));
      item.classList.toggle("out", out);
      if (!out && visible(item)) { count += 1; }
    });
    groups.forEach((group) => {
      const inside = Array.from(group.querySelectorAll(".item"));
      group.classList.toggle("out", !inside.some((i) => visible(i) && !i.classList.contains("out")));
    });
    shown.textContent = count + " of " + items.length + " shown";
  }

  function state() {
    const parts = [];
    const hidden = boxes.filter((box) => !box.checked).map((box) => box.id);
    if (hidden.length) { parts.push("hide=" + hidden.join(",")); }
    if (search.value.trim()) { parts.push("q=" + encodeURIComponent(search.value.trim())); }
    return parts.join("&");
  }

  function remember() {
    apply();
    const found = state();
    history.replaceState(null, "", found ? "#" + found : location.pathname + location.search);
  }

  function restore() {
    const parts = location.hash.slice(1).split("&");
    let target = "";
    let filters = false;
    const hide = new Set();
    let words = "";
    parts.forEach((part) => {
      if (part.startsWith("hide=")) {
        filters = true;
        part.slice(5).split(",").forEach((id) => hide.add(id));
      } else if (part.startsWith("q=")) {
        filters = true;
        try { words = decodeURIComponent(part.slice(2)); } catch { words = ""; }
      } else if (part) { target = part; }
    });
    if (filters) {
      boxes.forEach((box) => { box.checked = !hide.has(box.id); });
      search.value = words;
    }
    apply();
    const item = target && document.getElementById(target);
    if (item) {
      boxes.forEach((box) => { if (item.classList.contains(box.dataset.hides)) { box.checked = true; } });
      if (item.classList.contains("out")) { search.value = ""; }
      apply();
      item.scrollIntoView();
    }
  }

  function copied(button, ok) {
    const before = button.dataset.label || button.textContent;
    button.dataset.label = before;
    button.textContent = ok ? "Copied" : "Press Ctrl+C";
    setTimeout(() => { button.textContent = before; }, 1600);
  }

  function select(node) {
    const range = document.createRange();
    range.selectNodeContents(node);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }

  function copy(button) {
    const source = document.getElementById(button.dataset.copies);
    const old = () => {
      select(source);
      let ok = false;
      try { ok = document.execCommand("copy"); } catch { ok = false; }
      copied(button, ok);
    };
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(source.textContent).then(() => copied(button, true), old);
    } else { old(); }
  }

  document.querySelectorAll("[hidden]").forEach((node) => { node.hidden = false; });
  boxes.forEach((box) => box.addEventListener("change", remember));
  search.addEventListener("input", remember);
  document.querySelectorAll("button[data-copies]").forEach((b) => b.addEventListener("click", () => copy(b)));
  addEventListener("hashchange", restore);
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((node) => { node.open = true; });
  });
  restore();
}());
