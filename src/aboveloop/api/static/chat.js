"use strict";
// The customers' chat. The session's secret stays in this browser tab.
const list = document.getElementById("messages");
const log = document.getElementById("log");
const state = document.getElementById("state");
const form = document.getElementById("form");
const text = document.getElementById("text");
const NAMES = { customer: "You", worker: "AI assistant", person: "Our colleague" };
const KEY = "aboveloop-chat";
const shown = new Set();
let session = sessionStorage.getItem(KEY);
let latest = 0;
let source = null;
let ready = null;

function show(author, words, id) {
  if (id && shown.has(id)) return;
  if (id) shown.add(id);
  const line = document.createElement("li");
  const who = document.createElement("span");
  line.className = author;
  who.className = "who";
  who.textContent = NAMES[author];
  line.append(who, words);
  list.append(line);
  log.scrollTop = log.scrollHeight;
}

async function call(path, body) {
  const answer = await fetch(path, body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  // What stands between may answer in the shop's place, and not in its words.
  const value = await answer.json().catch(() => null);
  if (!answer.ok || value === null) throw Object.assign(new Error(value?.error ? value.error.message : "That did not work."), { status: answer.status });
  return value;
}

async function begin() {
  session = (await call("/chat/sessions", {})).session;
  sessionStorage.setItem(KEY, session);
}

async function recall() {
  try {
    const { messages } = await call(`/chat/sessions/${session}/messages`);
    for (const each of messages) { show(each.author, each.text, each.id); latest = each.number; }
  } catch (error) {
    if (error.status !== 404) throw error;
    await begin();
  }
}

function listen() {
  source = new EventSource(`/chat/sessions/${session}/events?after=${latest}`);
  source.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    latest = message.number;
    state.textContent = "";
    show(message.author, message.text, message.id);
  });
  source.addEventListener("error", () => { state.textContent = "The connection was lost; it is being made again."; });
  source.addEventListener("open", () => { state.textContent = ""; });
}

function connect() { return (session ? recall() : begin()).then(listen); }

async function send(words) {
  const id = crypto.randomUUID ? crypto.randomUUID() : String(Date.now()) + Math.random();
  state.textContent = "Sending …";
  // What is written before the chat has begun waits for it; where that failed, it is tried again.
  ready = ready.catch(connect);
  await ready;
  const taken = await call(`/chat/sessions/${session}/messages`, { id, text: words });
  show("customer", words, taken.message);
  state.textContent = "Written down. An answer comes here.";
}

function tell(error) { state.textContent = error.message; }

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words) return;
  send(words).then(() => { text.value = ""; text.focus(); }).catch(tell);
});
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
});
document.getElementById("person").addEventListener("click", () => send("I want to talk to a person.").catch(tell));

// Only where the operation fits anything to its customers.
for (const [id, words] of [["seeing", "Why am I seeing this?"], ["impersonal", "Switch off personal tips."]]) {
  document.getElementById(id)?.addEventListener("click", () => send(words).catch(tell));
}

document.getElementById("why").addEventListener("click", () => send("Why was that decided?").catch(tell));

ready = connect();
ready.catch(tell);
