"use strict";
(function () {
  const body = document.querySelector("#pairs tbody");
  const rows = Array.from(body.rows);
  const verdict = document.getElementById("verdict");
  const rule = document.getElementById("rule");
  const shown = document.getElementById("shown");

  function filter() {
    let count = 0;
    for (const row of rows) {
      const rules = row.dataset.rules.split(" ");
      row.hidden = (verdict.value && row.dataset.verdict !== verdict.value) || (rule.value && !rules.includes(rule.value));
      count += row.hidden ? 0 : 1;
    }
    shown.textContent = count + " of " + rows.length + " pairs";
  }

  function key(row, column) {
    const cell = row.cells[column];
    return cell.dataset.n === undefined ? cell.textContent : Number(cell.dataset.n);
  }

  document.querySelectorAll("#pairs th button").forEach((button, column) => {
    let up = false;
    button.addEventListener("click", () => {
      up = !up;
      const order = rows.slice().sort((a, b) => {
        const one = key(a, column), other = key(b, column);
        return (one < other ? -1 : one > other ? 1 : 0) * (up ? 1 : -1);
      });
      order.forEach((row) => body.appendChild(row));
    });
  });
  verdict.addEventListener("change", filter);
  rule.addEventListener("change", filter);
  document.getElementById("filters").hidden = false;
  filter();
}());
