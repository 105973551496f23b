/** A number with a fixed count of digits after the point and a real minus; "–" when there is none. */
export function fixed(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return '–';
  }
  const text = value.toFixed(digits);
  // −0.000 is noise around zero; a flickering sign would be read as movement.
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** A count with thin spaces between thousands. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, '\u2009');
}

/** "1 frame", "2 frames". */
export function counted(value: number, one: string): string {
  return `${count(value)} ${one}${value === 1 ? '' : 's'}`;
}
