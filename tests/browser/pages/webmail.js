/* What the two fixture pages do: open a conversation from its row, hide the one before, show a reply box. */
for (const row of document.querySelectorAll("[data-opens]")) {
  row.addEventListener("click", () => {
    for (const view of document.querySelectorAll(".view")) view.hidden = view.id !== row.dataset.opens;
    for (const other of document.querySelectorAll("[aria-selected]")) other.setAttribute("aria-selected", String(other === row));
    location.hash = `#inbox/${row.dataset.opens}`;
  });
}
for (const button of document.querySelectorAll(".reply")) {
  button.addEventListener("click", () => {
    button.before(document.getElementById("reply-box").content.cloneNode(true));
  });
}
addEventListener("hashchange", () => {
  const inbox = document.getElementById("inbox");
  if (location.hash !== "#inbox" || !inbox) return;
  for (const view of document.querySelectorAll(".view")) view.hidden = view !== inbox;
});
