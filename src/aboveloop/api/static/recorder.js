"use strict";
// Runs beside the page and hands it what the microphone hears, as it comes.
registerProcessor("recorder", class extends AudioWorkletProcessor {
  process(inputs) {
    const heard = inputs[0][0];
    if (heard) this.port.postMessage(heard.slice());
    return true;
  }
});
