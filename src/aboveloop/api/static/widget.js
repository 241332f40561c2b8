"use strict";
// <script src="https://YOUR-HOUSE/widget.js" defer></script> puts a chat button on a page of yours.
(() => {
  const house = new URL(document.currentScript.src).origin;
  const button = document.createElement("button");
  const frame = document.createElement("iframe");
  button.type = "button";
  button.textContent = "Chat";
  button.setAttribute("aria-expanded", "false");
  Object.assign(button.style, { position: "fixed", right: "1rem", bottom: "1rem", zIndex: 2147483647, font: "16px system-ui, sans-serif", padding: ".6rem 1.2rem", borderRadius: "2rem", border: "0", background: "#1f5fa8", color: "#fff", cursor: "pointer" });
  frame.title = "Chat";
  frame.hidden = true;
  Object.assign(frame.style, { position: "fixed", right: "1rem", bottom: "4.5rem", zIndex: 2147483647, width: "min(24rem, calc(100vw - 2rem))", height: "min(36rem, calc(100vh - 6rem))", border: "1px solid #888", borderRadius: ".8rem" });
  button.addEventListener("click", () => {
    if (!frame.src) frame.src = `${house}/chat`;
    frame.hidden = !frame.hidden;
    button.setAttribute("aria-expanded", String(!frame.hidden));
    button.textContent = frame.hidden ? "Chat" : "Close the chat";
  });
  document.body.append(frame, button);
})();
