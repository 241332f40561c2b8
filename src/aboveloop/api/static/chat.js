"use strict";
// The customers' chat. The session's secret stays in this browser tab.
const WORDS = JSON.parse(document.getElementById("words").textContent);
const LANGUAGE = document.documentElement.lang;
const list = document.getElementById("messages");
const log = document.getElementById("log");
const spoken = document.getElementById("spoken");
const state = document.getElementById("state");
const form = document.getElementById("form");
const text = document.getElementById("text");
const KEY = "aboveloop-chat";
const CLOCK = new Intl.DateTimeFormat(LANGUAGE, { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "short" });
const shown = new Set();
let session = sessionStorage.getItem(KEY);
let latest = 0;
let ready = null;
// What is on its way, and the name it was sent under: sent again after a failure it is still one message.
let sending = null;
let failed = null;
// What the part for speaking hangs in here: the seal of words that were heard, and who reads answers aloud.
const voice = { seal: null, read: null };

function filled(word, values) {
  return Object.entries(values).reduce((told, [name, value]) => told.replaceAll(`{${name}}`, value), word);
}

function timed(at) {
  const when = new Date(at);
  const made = document.createElement("time");
  made.dateTime = at;
  made.textContent = (when.toDateString() === new Date().toDateString() ? CLOCK : DAY).format(when);
  return made;
}

function show({ id, author, text: words, at, language }) {
  if (id && shown.has(id)) return false;
  if (id) shown.add(id);
  const line = document.createElement("li");
  const who = document.createElement("span");
  const said = document.createElement("span");
  line.className = author;
  who.className = "who";
  who.append(WORDS[author], " · ", timed(at));
  said.className = "said";
  said.textContent = words;
  if (language) said.lang = language;
  line.append(who, said);
  list.append(line);
  log.scrollTop = log.scrollHeight;
  return true;
}

// Screen readers speak an answer once, when it comes: neither what is found again nor what the customer wrote.
function announce({ author, text: words, language }) {
  const said = document.createElement("span");
  said.textContent = words;
  if (language) said.lang = language;
  spoken.replaceChildren(`${WORDS[author]}: `, said);
}

const OF_KINDS = {
  TooManyMessages: (error) => filled(WORDS.too_fast, { seconds: error.seconds }),
  TooLarge: () => WORDS.too_long,
  ChannelMissing: () => WORDS.closed,
  NothingDeployed: () => WORDS.closed,
  VoiceMissing: () => WORDS.voice_off,
  VoicePaused: () => WORDS.voice_off,
  SpeechUnavailable: () => WORDS.voice_busy,
  StillListening: () => WORDS.voice_working,
};

async function call(path, body) {
  const isSound = body instanceof Blob;
  let answer;
  try {
    answer = await fetch(path, body === undefined ? {} : {
      method: "POST",
      headers: { "Content-Type": isSound ? "audio/wav" : "application/json" },
      body: isSound ? body : JSON.stringify(body),
    });
  } catch {
    throw Object.assign(new Error(navigator.onLine ? WORDS.failed : WORDS.offline), { status: 0 });
  }
  // What stands between may answer in the shop's place, and not in its words.
  const value = await answer.json().catch(() => null);
  if (answer.ok && value !== null) return value;
  const error = { kind: value?.error?.kind, status: answer.status, seconds: Number(answer.headers.get("Retry-After")) || 60 };
  throw Object.assign(new Error(OF_KINDS[error.kind]?.(error) ?? (isSound ? WORDS.voice_failed : WORDS.failed)), error);
}

async function begin() {
  session = (await call("/chat/sessions", {})).session;
  sessionStorage.setItem(KEY, session);
}

async function recall() {
  try {
    const { messages } = await call(`/chat/sessions/${session}/messages`);
    for (const each of messages) { show(each); latest = each.number; }
  } catch (error) {
    if (error.status !== 404 || error.kind !== "SessionUnknown") throw error;
    await begin();
  }
}

function listen() {
  const source = new EventSource(`/chat/sessions/${session}/events?after=${latest}`);
  source.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    latest = message.number;
    tell("");
    if (show(message)) { announce(message); voice.read?.(message); }
  });
  source.addEventListener("error", () => tell(navigator.onLine ? WORDS.lost : WORDS.offline));
  source.addEventListener("open", () => { if ([WORDS.lost, WORDS.offline].includes(state.textContent)) tell(""); });
}

function connect() { return (session ? recall() : begin()).then(listen); }

function tell(words) { if (state.textContent !== words) state.textContent = words; }

async function send(words, seal = null) {
  // Twice at once is once.
  if (sending === words) return false;
  const id = failed?.words === words ? failed.id : crypto.randomUUID ? crypto.randomUUID() : String(Date.now()) + Math.random();
  sending = words;
  spoken.replaceChildren();
  tell(WORDS.sending);
  try {
    // What is written before the chat has begun waits for it; where that failed, it is tried again.
    ready = ready.catch(connect);
    await ready;
    const taken = await call(`/chat/sessions/${session}/messages`, seal ? { id, text: words, spoken: seal } : { id, text: words });
    failed = null;
    show({ id: taken.message, author: "customer", text: words, at: new Date().toISOString() });
    tell(WORDS.written_down);
    return true;
  } catch (error) {
    failed = { words, id };
    tell(error.message);
    return false;
  } finally {
    sending = null;
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = text.value.trim();
  text.focus();
  if (!words) { tell(WORDS.empty); return; }
  if (!await send(words, voice.seal)) return;
  voice.seal = null;
  if (text.value.trim() === words) text.value = "";
});
// What is written after all was deleted was not spoken.
text.addEventListener("input", () => { if (!text.value.trim()) voice.seal = null; });
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
});
for (const button of document.querySelectorAll("[data-says]")) {
  button.addEventListener("click", () => send(WORDS[button.dataset.says]));
}
addEventListener("offline", () => tell(WORDS.offline));
addEventListener("online", () => tell(WORDS.online));

// In the frame of a company's page: it says when the chat is opened, and Escape closes it there. Nothing secret is told.
if (parent !== window) {
  addEventListener("message", (event) => { if (event.source === parent && event.data === "aboveloop:opened") text.focus(); });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && !event.defaultPrevented) parent.postMessage("aboveloop:close", "*");
  });
}

ready = connect();
ready.catch((error) => tell(error.message));
