/** 听一遍: a text read aloud by a voice of this machine, if it has one that speaks Chinese. */

/** Events: `change` (a voice came, reading began or ended). */
export class ReadingAloud extends EventTarget {
  constructor() {
    super();
    this.reading = false;
    /** @type {SpeechSynthesisVoice | null} */
    this.voice = null;
    const synthesis = globalThis.speechSynthesis;
    if (!synthesis) return;
    const look = () => {
      // Only a voice on the machine: what stands on this screen is read by no service elsewhere.
      this.voice = synthesis.getVoices().find((one) => one.lang.replace("_", "-").startsWith("zh") && one.localService) ?? null;
      this.#tell();
    };
    synthesis.addEventListener?.("voiceschanged", look);
    look();
  }

  get able() {
    return this.voice !== null;
  }

  /** @param {string} text */
  read(text) {
    const synthesis = globalThis.speechSynthesis;
    if (!this.voice) return;
    synthesis.cancel();
    const speech = new SpeechSynthesisUtterance(text);
    speech.voice = this.voice;
    speech.lang = this.voice.lang;
    speech.rate = 0.9;
    speech.onstart = () => this.#set(true);
    speech.onend = speech.onerror = () => this.#set(false);
    synthesis.speak(speech);
  }

  stop() {
    globalThis.speechSynthesis?.cancel();
    this.#set(false);
  }

  /** @param {boolean} reading */
  #set(reading) {
    this.reading = reading;
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new CustomEvent("change"));
  }
}
