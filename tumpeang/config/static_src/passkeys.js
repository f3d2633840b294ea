// Says in words when a passkey could not be used; the accounts library's scripts do the rest.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault(); // not into the console: it may hold what the device said
  const notice = document.getElementById("passkey-failed");
  if (!notice) return;
  notice.hidden = true;
  requestAnimationFrame(() => { notice.hidden = false; });
});
