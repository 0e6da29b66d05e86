"use strict";
(() => {
  const root = document.documentElement;
  const theme = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const show = () => theme.setAttribute("aria-pressed", String(isDark()));
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    show();
  });
  system.addEventListener("change", show);
  theme.hidden = false;
  show();

  const search = document.getElementById("search");
  const field = document.getElementById("words");
  const told = document.getElementById("found");
  const groups = [...document.querySelectorAll("#settings details")].map((group) => ({
    group,
    sheets: [...group.querySelectorAll(".sheet")].map((sheet) => ({
      sheet,
      head: sheet.querySelector("h3").textContent.toLowerCase(),
      rows: [...sheet.querySelectorAll("tbody tr")].map((row) => ({ row, text: "" })),
    })),
  }));
  const total = groups.flatMap((one) => one.sheets).reduce((sum, one) => sum + one.rows.length, 0);
  const matches = (one, head, words) => {
    one.text ||= `${one.row.textContent.toLowerCase()} ${head}`;
    return words.every((word) => one.text.includes(word));
  };
  const filter = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { group, sheets } of groups) {
      let inGroup = 0;
      for (const { sheet, head, rows } of sheets) {
        let inSheet = 0;
        for (const one of rows) {
          const fits = matches(one, head, words);
          one.row.hidden = !fits;
          inSheet += fits ? 1 : 0;
        }
        sheet.hidden = inSheet === 0;
        inGroup += inSheet;
      }
      group.hidden = inGroup === 0;
      if (words.length && inGroup) group.open = true;
      shown += inGroup;
    }
    told.textContent = words.length ? `${shown} of ${total} settings` : `${total} settings`;
  };
  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 80);
  });
  const clear = () => {
    field.value = "";
    filter();
    field.focus();
  };
  document.getElementById("clear").addEventListener("click", clear);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      clear();
    }
  });
  search.hidden = false;

  addEventListener("beforeprint", () => {
    for (const { group } of groups) group.open = true;
  });
})();
