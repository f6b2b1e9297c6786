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
    if (wanted.length) { open(items.filter((item) => visible(item) && !item.classList.contains("out"))); }
    shown.textContent = count + " of " + items.length + " shown";
  }

  function open(found) {
    found.forEach((node) => {
      for (let up = node.closest("details"); up; up = up.parentElement.closest("details")) { up.open = true; }
    });
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
      open([item]);
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

  const line = (node) => node.textContent.trim().replace(/\s+/g, " ");
  const plain = (text) => text.replace(/([\\`*_[\]<>|~])/g, "\\$1");

  function span(text) {
    const runs = (text.match(/`+/g) || []).map((run) => run.length);
    const ticks = "`".repeat(Math.max(0, ...runs) + 1);
    return ticks + (ticks.length > 1 ? " " + text + " " : text) + ticks;
  }

  function fenced(text) {
    const runs = (text.match(/`+/g) || []).map((run) => run.length);
    const ticks = "`".repeat(Math.max(2, ...runs) + 1);
    return [ticks, text.replace(/\n$/, ""), ticks].join("\n");
  }

  function markdown() {
    const out = ["# " + plain(line(document.querySelector(".verdict")) + " " + line(document.querySelector("h1"))), "",
      plain(line(document.querySelector("header strong"))), ""];
    let section = "";
    items.filter((item) => visible(item) && !item.classList.contains("out")).forEach((item) => {
      const name = line(item.closest("section").querySelector("h2"));
      if (name !== section) { out.push("## " + plain(name), ""); section = name; }
      const subject = span(line(item.querySelector("h4 code, code")));
      if (item.matches("li")) { out.push("- " + subject + " " + plain(Array.from(item.querySelectorAll(".soft"), line).join(" "))); return; }
      out.push("### " + plain(line(item.querySelector(".tag"))) + " " + subject, "");
      item.querySelectorAll(":scope > p").forEach((node) => out.push(plain(line(node)), ""));
      item.querySelectorAll(".side > code").forEach((node) => {
        out.push("- " + line(node.parentElement.querySelector("b")) + ": " + span(line(node)));
      });
      const witness = item.querySelector(".witness");
      if (witness) {
        out.push("", plain(line(witness.querySelector(".bar span"))), "", fenced(witness.querySelector("pre").textContent));
      }
      out.push("");
    });
    return out.join("\n");
  }

  function copyText(button, text, choose) {
    const old = () => {
      const done = choose();
      let ok = false;
      try { ok = document.execCommand("copy"); } catch { ok = false; }
      if (done) { done(); }
      copied(button, ok);
    };
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(() => copied(button, true), old);
    } else { old(); }
  }

  function selected(text) {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    return () => area.remove();
  }

  function copyMarkdown(button) {
    const text = markdown();
    copyText(button, text, () => selected(text));
  }

  function copy(button) {
    const source = document.getElementById(button.dataset.copies);
    copyText(button, source.textContent, () => select(source));
  }

  document.querySelectorAll("[hidden]").forEach((node) => { node.hidden = false; });
  boxes.forEach((box) => box.addEventListener("change", remember));
  search.addEventListener("input", remember);
  document.querySelectorAll("button[data-copies]").forEach((b) => b.addEventListener("click", () => copy(b)));
  const whole = document.getElementById("markdown");
  whole.addEventListener("click", () => copyMarkdown(whole));
  const unfold = document.getElementById("unfold");
  unfold.addEventListener("click", () => {
    const folded = Array.from(document.querySelectorAll("details"));
    const all = folded.every((node) => node.open);
    folded.forEach((node) => { node.open = !all; });
    unfold.textContent = all ? "Unfold all" : "Fold all";
  });
  addEventListener("hashchange", restore);
  addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((node) => { node.open = true; });
  });
  restore();
}());
