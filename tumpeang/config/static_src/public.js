// Leaving at once: blank first, then replace this page in the history. Keeps nothing in the browser.
(() => {
  const link = document.getElementById("leave");
  let presses = [];
  const leave = (event) => {
    event.preventDefault();
    document.title = "\u2003";
    document.body.textContent = "";
    location.replace(link.href);
  };
  if (link) {
    link.addEventListener("click", leave);
    // Esc three times within two seconds leaves as well.
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      presses = presses.filter((time) => event.timeStamp - time < 2000).concat(event.timeStamp);
      if (presses.length > 2) leave(event);
    });
  }
  // A page brought back from the browser's memory is asked for again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.body.hidden = true;
    location.reload();
  });
})();
