// The clock of a panel: one for both takes, so that A and B are switched at the same moment.
const LEAD = 3;  // seconds that are written before they are played
const AHEAD = 1.2;  // seconds that are handed to the audio clock

class Playback {
  constructor(panel, takes, changed) {
    Object.assign(this, {panel, takes, changed, heard: 0, position: 0, now: null, eager: false, starting: false});
    W.addEventListener("musicgan-play", e => e.detail !== panel && this.halt());
  }

  get take() {
    return this.takes[this.heard];
  }

  // One factor for both keeps the louder one from clipping and none from being the louder.
  get level() {
    const peaks = this.takes.filter(t => t.about).map(t => t.peak);
    return this.take.gain * Math.min(1, 0.97 / Math.max(...peaks, 1e-9));
  }

  where() {
    if (!this.now) return this.position;
    const {context, begun, from} = this.now;
    return from + Math.max(0, context.currentTime - begun);
  }

  // Where somebody waits to hear it and enough is written, it plays.
  notice() {
    const {take} = this;
    if (this.eager && !this.now && (take.done || take.known - this.position > LEAD)) this.start();
  }

  async start() {
    const {take} = this;
    if (this.now || this.starting || !take.notes.length) return;
    this.starting = true;
    if (!take.done) await take.measure();
    this.starting = false;
    if (this.now || take !== this.take || !take.notes.length) return;
    this.eager = false;
    const context = W.musicganAudio ||= new AudioContext();
    context.resume();
    W.dispatchEvent(new CustomEvent("musicgan-play", {detail: this.panel}));
    if (take.done && this.position >= take.length - 0.05) this.position = 0;
    const bus = context.createGain();
    bus.gain.value = this.level;
    bus.connect(context.destination);
    this.now = {context, bus, begun: context.currentTime + 0.08, from: this.position, put: new Set()};
    this.now.timer = setInterval(() => this.feed(), 100);
    this.feed();
    const follow = () => {
      this.changed();
      if (this.now) this.now.frame = requestAnimationFrame(follow);
    };
    follow();
  }

  feed() {
    const {take} = this;
    const at = this.where();
    if (!this.panel.isConnected) return this.halt();
    if (!take.done && at > take.known - 0.3) {  // it is played faster than it is written
      this.halt();
      this.eager = true;
      return;
    }
    const until = take.done ? at + AHEAD : Math.min(at + AHEAD, take.known);
    const {context, bus, begun, from, put} = this.now;
    for (const n of take.notes) {
      if (put.has(n) || n.at >= until || n.at + n.len < from + 0.05) continue;
      put.add(n);
      const begins = Math.max(n.at, from);
      sound(context, bus, take.about.sound, n, begun + begins - from, n.at + n.len - begins);
    }
    if (!take.done || at < take.length) return;
    this.halt();
    this.position = 0;
    this.changed();
  }

  halt() {
    if (!this.now) return;
    const {context, bus, timer, frame} = this.now;
    this.position = Math.min(this.where(), this.take.length);
    this.now = null;
    clearInterval(timer);
    cancelAnimationFrame(frame);
    bus.gain.setTargetAtTime(0, context.currentTime, 0.015);
    setTimeout(() => bus.disconnect(), 150);
    this.changed();
  }

  // The loudness is known better now.
  adjust() {
    if (this.now) this.now.bus.gain.setTargetAtTime(this.level, this.now.context.currentTime, 0.1);
  }

  again(change) {
    const was = this.now;
    this.halt();
    change();
    if (was) this.start();
    else this.changed();
  }

  hear(k) {
    this.again(() => {
      this.heard = k;
    });
  }

  seek(seconds) {
    this.again(() => {
      this.position = Math.max(0, Math.min(seconds, this.take.length));
    });
  }

  // From the start, for a piece that is written anew; eager: played as soon as it can be.
  rewind(eager) {
    this.halt();
    this.position = 0;
    this.eager = eager;
  }
}
