"use strict";
// <script src="https://YOUR-HOUSE/widget.js" defer></script> puts a chat button on a page of yours. It is in the language
// of the page; data-language="de" on the tag chooses another.
(() => {
  const words = "WORDS";
  const tag = document.currentScript;
  const house = new URL(tag.src).origin;
  const wanted = [tag.dataset.language, document.documentElement.lang, ...navigator.languages].filter(Boolean);
  const first = (each) => each.split("-")[0].toLowerCase();
  const found = wanted.map((each) => Object.keys(words).find((one) => first(one) === first(each))).find(Boolean);
  const language = found ?? Object.keys(words)[0];
  const says = words[language];
  const button = document.createElement("button");
  const frame = document.createElement("iframe");
  button.type = "button";
  button.lang = language;
  button.textContent = says.open;
  button.setAttribute("aria-expanded", "false");
  Object.assign(button.style, { position: "fixed", right: "1rem", bottom: "1rem", zIndex: 2147483647, font: "16px/1.5 system-ui, sans-serif", minWidth: "44px", minHeight: "44px", padding: ".6rem 1.2rem", borderRadius: "2rem", border: "2px solid #fff", background: "#1f5fa8", color: "#fff", cursor: "pointer" });
  frame.title = says.frame_title;
  frame.lang = language;
  // Whether there is a microphone at all, the chat's own page says.
  frame.allow = `microphone ${house}`;
  frame.hidden = true;
  Object.assign(frame.style, { position: "fixed", right: "1rem", bottom: "5rem", zIndex: 2147483647, width: "min(24rem, calc(100vw - 2rem))", height: "min(36rem, calc(100vh - 6rem))", border: "1px solid #767676", borderRadius: ".8rem" });
  // The page's own style may take outlines away; where the focus is must be seen all the same.
  button.addEventListener("focus", () => { if (button.matches(":focus-visible")) Object.assign(button.style, { outline: "3px solid #1f5fa8", outlineOffset: "3px" }); });
  button.addEventListener("blur", () => { button.style.outline = ""; });
  const opened = () => { frame.focus(); frame.contentWindow.postMessage("aboveloop:opened", house); };
  frame.addEventListener("load", () => { if (frame.src && !frame.hidden) opened(); });
  const turn = (open) => {
    const isNew = open && !frame.src;
    if (isNew) frame.src = `${house}/chat?language=${encodeURIComponent(language)}`;
    frame.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    button.textContent = open ? says.close : says.open;
    if (open && !isNew) opened();
    if (!open) button.focus();
  };
  button.addEventListener("click", () => turn(frame.hidden));
  button.addEventListener("keydown", (event) => { if (event.key === "Escape" && !frame.hidden) turn(false); });
  addEventListener("message", (event) => {
    if (event.origin === house && event.source === frame.contentWindow && event.data === "aboveloop:close") turn(false);
  });
  document.body.append(button, frame);
})();
