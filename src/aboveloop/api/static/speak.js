"use strict";
// Speaking instead of typing, and answers read aloud. What is said becomes text that the customer sees before it is sent.
(() => {
  const RATE = 16000;
  const MOST_SECONDS = 60;
  const AGREED = "aboveloop-voice";
  const speak = document.getElementById("speak");
  const consent = document.getElementById("consent");
  const aloud = document.getElementById("aloud");
  const hush = document.getElementById("hush");
  // How often in a row it was not understood.
  let unclear = 0;
  let recording = null;
  let busy = false;

  const OF_ERRORS = {
    NotAllowedError: WORDS.voice_denied, SecurityError: WORDS.voice_denied, NotFoundError: WORDS.voice_no_microphone,
    OverconstrainedError: WORDS.voice_no_microphone, NotReadableError: WORDS.voice_taken,
  };

  async function start() {
    if (busy) return;
    busy = true;
    stopReading();
    let stream;
    try {
      if (!navigator.mediaDevices) throw new DOMException("", "NotAllowedError");
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true, echoCancellation: true } });
      const context = new AudioContext();
      await context.audioWorklet.addModule("/chat/static/recorder.js");
      const node = new AudioWorkletNode(context, "recorder");
      const parts = [];
      node.port.onmessage = (event) => parts.push(event.data);
      context.createMediaStreamSource(stream).connect(node);
      await context.resume();
      const limit = setTimeout(() => finish(WORDS.voice_limit), MOST_SECONDS * 1000);
      recording = { stream, context, parts, limit };
      // A microphone that is pulled out ends the recording; what was said until then counts.
      stream.getAudioTracks()[0].addEventListener("ended", () => { if (recording?.stream === stream) finish(); });
      speak.setAttribute("aria-pressed", "true");
      tell(WORDS.voice_listening);
    } catch (error) {
      for (const track of stream?.getTracks() ?? []) track.stop();
      tell(OF_ERRORS[error.name] ?? WORDS.voice_failed);
      text.focus();
    } finally {
      busy = false;
    }
  }

  // Ends the recording and gives it back, or null where there is none.
  function ended() {
    const made = recording;
    if (!made) return null;
    recording = null;
    clearTimeout(made.limit);
    for (const track of made.stream.getTracks()) track.stop();
    speak.setAttribute("aria-pressed", "false");
    return made;
  }

  async function finish(why) {
    const made = ended();
    if (!made) return;
    busy = true;
    tell(why ? `${why} ${WORDS.voice_working}` : WORDS.voice_working);
    try {
      const file = await wav(made);
      ready = ready.catch(connect);
      await ready;
      heard(await call(`/chat/sessions/${session}/speech?language=${encodeURIComponent(LANGUAGE)}&consent=true`, file));
    } catch (error) {
      tell(error.status === undefined ? WORDS.voice_failed : error.message);
      text.focus();
    } finally {
      busy = false;
    }
  }

  function heard(found) {
    if (found.outcome === "heard") {
      unclear = 0;
      // What was begun by hand is gone on with.
      text.value = [text.value.trim(), found.text].filter(Boolean).join(" ");
      voice.seal = found.spoken;
      tell(WORDS.voice_heard);
      text.focus();
      return;
    }
    unclear += 1;
    if (unclear >= 2) {
      unclear = 0;
      tell(WORDS.voice_give_up);
      text.focus();
    } else {
      tell(found.outcome === "nothing" ? WORDS.voice_nothing : WORDS.voice_again);
      speak.focus();
    }
  }

  // Everything leaves the page as 16 kHz, one channel, 16 bits: what the other side need not decode.
  async function wav({ context, parts }) {
    const rate = context.sampleRate;
    await context.close();
    const length = Math.min(parts.reduce((sum, each) => sum + each.length, 0), rate * MOST_SECONDS);
    if (!length) return new Blob([header(0)], { type: "audio/wav" });
    const offline = new OfflineAudioContext(1, Math.max(1, Math.ceil(length * RATE / rate)), RATE);
    const buffer = offline.createBuffer(1, length, rate);
    let place = 0;
    for (const each of parts) {
      if (place >= length) break;
      buffer.copyToChannel(each.subarray(0, length - place), 0, place);
      place += each.length;
    }
    const source = offline.createBufferSource();
    source.buffer = buffer;
    source.connect(offline.destination);
    source.start();
    const samples = (await offline.startRendering()).getChannelData(0);
    const told = new DataView(new ArrayBuffer(samples.length * 2));
    samples.forEach((each, index) => told.setInt16(index * 2, Math.max(-1, Math.min(1, each)) * 32767, true));
    return new Blob([header(samples.length * 2), told], { type: "audio/wav" });
  }

  function header(bytes) {
    const made = new DataView(new ArrayBuffer(44));
    const write = (at, word) => [...word].forEach((each, index) => made.setUint8(at + index, each.charCodeAt(0)));
    write(0, "RIFF"); made.setUint32(4, 36 + bytes, true); write(8, "WAVEfmt "); made.setUint32(16, 16, true);
    made.setUint16(20, 1, true); made.setUint16(22, 1, true); made.setUint32(24, RATE, true);
    made.setUint32(28, RATE * 2, true); made.setUint16(32, 2, true); made.setUint16(34, 16, true);
    write(36, "data"); made.setUint32(40, bytes, true);
    return made;
  }

  function ask(shownNow) {
    consent.hidden = !shownNow;
    if (shownNow) document.getElementById("consent-yes").focus();
  }

  if (speak) {
    speak.addEventListener("click", () => {
      if (recording) finish();
      else if (sessionStorage.getItem(AGREED)) start();
      else ask(consent.hidden);
    });
    document.getElementById("consent-yes").addEventListener("click", () => {
      sessionStorage.setItem(AGREED, "yes");
      ask(false);
      speak.focus();
      start();
    });
    document.getElementById("consent-no").addEventListener("click", () => { ask(false); text.focus(); });
    addEventListener("pagehide", () => ended()?.context.close());
  }
  // Escape stops what goes on here first; the chat itself is closed by the next.
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    const made = ended();
    const asked = consent && !consent.hidden;
    if (!made && !asked && !reading) return;
    event.preventDefault();
    if (made) { made.context.close(); tell(WORDS.voice_cancelled); }
    if (asked) { ask(false); speak.focus(); }
    stopReading();
  }, true);

  // --- answers, read aloud --------------------------------------------------------------------

  const waiting = [];
  let player = null;
  let playing = null;
  let reading = null;

  function stopReading() {
    if (!aloud) return;
    waiting.length = 0;
    reading?.abort();
    reading = null;
    playing?.stop();
    playing = null;
    if (document.activeElement === hush) aloud.focus();
    hush.hidden = true;
  }

  async function part(message, place, signal) {
    const answer = await fetch(`/chat/sessions/${session}/messages/${message}/speech/${place}`, { signal });
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(WORDS.aloud_failed);
    return { parts: Number(answer.headers.get("X-Parts")), sound: await player.decodeAudioData(await answer.arrayBuffer()) };
  }

  function play(sound) {
    return new Promise((resolve) => {
      playing = player.createBufferSource();
      playing.buffer = sound;
      playing.connect(player.destination);
      playing.onended = resolve;
      playing.start();
    });
  }

  async function readOn() {
    if (reading) return;
    const mine = reading = new AbortController();
    hush.hidden = false;
    try {
      while (waiting.length) {
        const message = waiting.shift();
        // The next sentence is fetched while this one is heard.
        let next = part(message, 0, mine.signal);
        for (let place = 0, now = await next; now && !mine.signal.aborted; now = await next) {
          place += 1;
          next = place < now.parts ? part(message, place, mine.signal) : Promise.resolve(null);
          next.catch(() => {});
          await play(now.sound);
        }
      }
    } catch (error) {
      if (error.name !== "AbortError") tell(WORDS.aloud_failed);
    }
    if (reading === mine) stopReading();
  }

  if (aloud) {
    aloud.addEventListener("click", () => {
      const isOn = aloud.getAttribute("aria-pressed") !== "true";
      aloud.setAttribute("aria-pressed", String(isOn));
      // Browsers let a page be heard only after somebody has pressed something.
      if (isOn) { player ??= new AudioContext(); player.resume(); } else stopReading();
    });
    hush.addEventListener("click", stopReading);
    voice.read = (message) => {
      if (aloud.getAttribute("aria-pressed") !== "true" || recording) return;
      waiting.push(message.id);
      readOn();
    };
  }
})();
