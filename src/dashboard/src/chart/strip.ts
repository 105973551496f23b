import { colours, coloursVersion, traceColour } from './colours.ts';
import type { SampleRing } from './ring.ts';
import { Scale, tickDigits, ticks } from './scale.ts';
import { fixed } from '../words/number.ts';

export interface StripOptions {
  ring: SampleRing;
  /** Columns of the ring that are drawn, in this order. */
  columns: number[];
  /** Time from the left edge to the right edge [ms]. */
  spanMs: number;
  /** Height of the whole chart [CSS px]. */
  height: number;
  /** Narrowest y range, in the unit of the values. */
  smallestRange: number;
  /** `full` has a y axis with ticks and a time axis; `sparse` only the two ends of the y range. */
  axes: 'full' | 'sparse';
  /** Silence longer than this is a gap: the line breaks and the gap is shaded [ms]. */
  gapMs: () => number;
}

/** Picture moves in whole device pixels of at least this width; narrower pieces of line join badly. */
const stepPixels = 2;

/**
 * Charts of one page take their steps at different times, a golden section of a step apart: many small charts that all
 * stepped in the same frame would make that frame late.
 */
const phaseShift = 0.618034;

let phases = 0;

/** Every tenth sample is looked at when the y range is checked, once a second: 28 joints cost 0.2 ms. */
const rangeStride = 10;

/**
 * A scrolling strip chart on a canvas. It moves the picture that it has and draws only what is new; everything is
 * drawn again only when the range, the size, the theme or the highlighted trace changes.
 */
export class Strip {
  /** Position in `columns` of the trace that stands out while the others fade; null when all are alike. */
  highlighted: number | null = null;
  private readonly plot = document.createElement('canvas');
  /** Axis texts: a canvas for the full axes, two short texts for the sparse ones. */
  private readonly axis = document.createElement('canvas');
  private readonly ends = [document.createElement('span'), document.createElement('span')] as const;
  private readonly phase = (phases++ * phaseShift) % 1;
  private readonly pen = this.plot.getContext('2d', { alpha: false })!;
  private readonly scale: Scale;
  private readonly sizes: ResizeObserver;
  private readonly gutter: number;
  private readonly footer: number;
  private ratio = 1;
  /** Time at the right edge of the picture [ms]; NaN when the whole picture must be drawn. */
  private edge = Number.NaN;
  private drawn = 0;
  private checkedAt = -Infinity;
  private drawnColours = -1;

  constructor(
    private readonly host: HTMLElement,
    private readonly options: StripOptions,
  ) {
    this.scale = new Scale(options.smallestRange);
    this.gutter = options.axes === 'full' ? 52 : 42;
    this.footer = options.axes === 'full' ? 18 : 0;
    host.style.height = `${options.height}px`;
    this.plot.className = 'strip-plot';
    this.axis.className = 'strip-axis';
    this.ends.forEach((end) => (end.className = 'strip-end'));
    host.replaceChildren(this.plot, ...(options.axes === 'full' ? [this.axis] : this.ends));
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(host);
    document.addEventListener('visibilitychange', this.redraw);
  }

  dispose(): void {
    this.sizes.disconnect();
    document.removeEventListener('visibilitychange', this.redraw);
    this.host.replaceChildren();
  }

  /** Forgets the picture: the next paint draws everything. */
  readonly redraw = (): void => {
    this.edge = Number.NaN;
  };

  /** Brings the picture to the node's time `now` [ms]. */
  paint(now: number): void {
    if (this.plot.width === 0 || this.host.offsetParent === null) {
      this.redraw();
      return;
    }
    if (now - this.checkedAt > 1000 || now < this.checkedAt) {
      this.checkedAt = now;
      this.checkRange(now);
    }
    if (this.drawnColours !== coloursVersion()) {
      this.drawnColours = coloursVersion();
      this.redraw();
    }
    const width = this.plot.width;
    const pixelsPerMs = width / this.options.spanMs;
    const shift = (now - this.edge) * pixelsPerMs;
    if (Number.isNaN(shift) || shift < -width || shift >= width) {
      this.edge = now - (this.phase * stepPixels) / pixelsPerMs;
      this.drawAll(pixelsPerMs);
    } else if (shift >= stepPixels) {
      this.scroll(Math.floor(shift), pixelsPerMs);
    }
  }

  private resize(): void {
    const width = this.host.clientWidth;
    if (width <= this.gutter) {
      this.plot.width = 0;
      return;
    }
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    fit(this.plot, width - this.gutter, this.options.height - this.footer, this.ratio);
    if (this.options.axes === 'full') {
      fit(this.axis, width, this.options.height, this.ratio);
    }
    this.plot.style.left = `${this.gutter}px`;
    this.redraw();
  }

  private checkRange(now: number): void {
    const { ring, columns, spanMs } = this.options;
    const begin = ring.firstFrom(now - spanMs);
    let lowest = Infinity;
    let highest = -Infinity;
    for (const column of columns) {
      const values = ring.columns[column]!;
      for (let at = begin; at < ring.end; at += rangeStride) {
        const value = values[at]!;
        if (value < lowest) lowest = value;
        if (value > highest) highest = value;
      }
    }
    if (this.scale.fit(lowest, highest)) {
      this.redraw();
    }
  }

  private drawAll(pixelsPerMs: number): void {
    const { ring, spanMs } = this.options;
    this.clear(0, this.plot.width);
    const begin = Math.max(ring.begin, ring.firstFrom(this.edge - spanMs) - 1);
    this.drawTraces(begin, pixelsPerMs);
    this.drawn = ring.total;
    this.drawAxis();
  }

  private scroll(shift: number, pixelsPerMs: number): void {
    const { width, height } = this.plot;
    this.pen.drawImage(this.plot, shift, 0, width - shift, height, 0, 0, width - shift, height);
    this.clear(width - shift, shift);
    const { ring } = this.options;
    // From one sample before the old edge, so that the line joins: samples beyond the edge were cut off by it. A late
    // sample lies before the edge, and was not there yet when the edge was drawn.
    const begin = Math.min(ring.firstFrom(this.edge) - 1, ring.indexOf(this.drawn - 1));
    this.edge += shift / pixelsPerMs;
    this.drawTraces(Math.max(ring.begin, begin), pixelsPerMs);
    this.drawn = ring.total;
  }

  private clear(left: number, width: number): void {
    const { plot, grid } = colours();
    const height = this.plot.height;
    this.pen.fillStyle = plot;
    this.pen.fillRect(left, 0, width, height);
    this.pen.fillStyle = grid;
    for (const value of this.gridValues()) {
      this.pen.fillRect(left, Math.round(this.y(value)), width, 1);
    }
  }

  private gridValues(): number[] {
    const { low, high } = this.scale;
    return this.options.axes === 'full' ? ticks(low, high, 5) : [(low + high) / 2];
  }

  private y(value: number): number {
    const { low, high } = this.scale;
    return this.plot.height * (1 - (value - low) / (high - low));
  }

  private drawTraces(begin: number, pixelsPerMs: number): void {
    const { columns } = this.options;
    this.shadeGaps(begin, pixelsPerMs);
    this.pen.lineJoin = 'round';
    for (let index = 0; index < columns.length; index++) {
      if (index !== this.highlighted) {
        this.pen.lineWidth = this.ratio;
        this.pen.strokeStyle = this.strokeOf(index);
        this.drawTrace(columns[index]!, begin, pixelsPerMs);
      }
    }
    if (this.highlighted !== null) {
      this.pen.lineWidth = 2 * this.ratio;
      this.pen.strokeStyle = colours().ink;
      this.drawTrace(columns[this.highlighted]!, begin, pixelsPerMs);
    }
  }

  private strokeOf(index: number): string {
    if (this.highlighted !== null) {
      return colours().faded;
    }
    return this.options.columns.length === 1 ? colours().ink : traceColour(index);
  }

  private drawTrace(column: number, begin: number, pixelsPerMs: number): void {
    const { ring } = this.options;
    const values = ring.columns[column]!;
    const gapMs = this.options.gapMs();
    const width = this.plot.width;
    const height = this.plot.height;
    const { low, high } = this.scale;
    const pixelsPerUnit = height / (high - low);
    let previous = Number.NaN;
    this.pen.beginPath();
    for (let at = begin; at < ring.end; at++) {
      const value = values[at]!;
      if (Number.isNaN(value)) {
        previous = Number.NaN;
        continue;
      }
      const time = ring.times[at]!;
      const x = width - (this.edge - time) * pixelsPerMs;
      const y = height - (value - low) * pixelsPerUnit;
      if (time - previous <= gapMs) {
        this.pen.lineTo(x, y);
      } else {
        this.pen.moveTo(x, y);
      }
      previous = time;
    }
    this.pen.stroke();
  }

  private shadeGaps(begin: number, pixelsPerMs: number): void {
    const { ring } = this.options;
    const gapMs = this.options.gapMs();
    this.pen.fillStyle = colours().gap;
    for (let at = begin + 1; at < ring.end; at++) {
      const silence = ring.times[at]! - ring.times[at - 1]!;
      if (silence > gapMs) {
        const left = this.plot.width - (this.edge - ring.times[at - 1]!) * pixelsPerMs;
        this.pen.fillRect(left, 0, silence * pixelsPerMs, this.plot.height);
      }
    }
  }

  private drawAxis(): void {
    const { low, high } = this.scale;
    const digits = tickDigits(low, high);
    if (this.options.axes === 'sparse') {
      this.ends[0].textContent = fixed(high, digits);
      this.ends[1].textContent = fixed(low, digits);
      return;
    }
    const pen = this.axis.getContext('2d')!;
    const height = this.options.height - this.footer;
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.clearRect(0, 0, this.axis.width, this.axis.height);
    pen.font = '11px system-ui, sans-serif';
    pen.fillStyle = colours().dim;
    pen.textAlign = 'right';
    for (const value of this.gridValues()) {
      const y = this.y(value) / this.ratio;
      pen.fillText(fixed(value, digits), this.gutter - 6, Math.min(height, Math.max(10, y + 4)));
    }
    this.drawTimeAxis(pen);
  }

  private drawTimeAxis(pen: CanvasRenderingContext2D): void {
    const width = this.plot.width / this.ratio;
    const seconds = this.options.spanMs / 1000;
    for (let ago = 0; ago <= seconds; ago += 10) {
      const x = this.gutter + width * (1 - ago / seconds);
      pen.textAlign = ago === 0 ? 'right' : 'center';
      if (x > this.gutter + 12) {
        pen.fillText(ago === 0 ? 'now' : `−${ago} s`, x, this.options.height - 4);
      }
    }
  }
}

function fit(canvas: HTMLCanvasElement, width: number, height: number, ratio: number): void {
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}
