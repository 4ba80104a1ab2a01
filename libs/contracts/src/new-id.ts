const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const timeLength = 10;
const randomLength = 16;

let lastTime = 0;
let timeText = "";
let digits: number[] = [];

/**
 * A new message id of 26 characters: a ULID (10 characters of milliseconds, 16 random ones). Of two ids made by one process
 * the later one sorts behind; ids that different processes make in one millisecond differ by 79 random bits.
 */
export function newId(now: number = Date.now()): string {
  if (now > lastTime) {
    lastTime = now;
    timeText = toText(Array.from({ length: timeLength }, (_, i) => Math.floor(now / 32 ** (timeLength - 1 - i)) % 32));
    digits = Array.from(crypto.getRandomValues(new Uint8Array(randomLength)), (byte) => byte % alphabet.length);
    // The first digit starts in its lower half, so that counting up within the millisecond has room.
    digits[0] = (digits[0] ?? 0) >> 1;
  } else countUp();
  return timeText + toText(digits);
}

function countUp(): void {
  for (let at = digits.length - 1; at >= 0; at--) {
    const digit = digits[at] ?? 0;
    digits[at] = digit < alphabet.length - 1 ? digit + 1 : 0;
    if (digit < alphabet.length - 1) return;
  }
}

function toText(values: readonly number[]): string {
  let text = "";
  for (const value of values) text += alphabet.charAt(value);
  return text;
}
